#include "report/report_for_tests.h"

#include <cmath>

namespace roost::report {
namespace {

FailingRow Row(int64_t id, const std::string& file, int64_t offset, const std::string& path,
               std::vector<std::pair<std::string, std::string>> values, const std::string& reason) {
  FailingRow row;
  row.id = id;
  row.file = file;
  row.offset = offset;
  row.json_path = path;
  row.values = std::move(values);
  row.reason = reason;
  return row;
}

RuleResult Rule(const std::string& name, const std::string& kind, const std::string& text,
                Dimension dimension, uint64_t tested, uint64_t failed) {
  RuleResult rule;
  rule.name = name;
  rule.kind = kind;
  rule.table = name.substr(0, name.find('.'));
  rule.text = text;
  rule.dimension = dimension;
  rule.tested = tested;
  rule.failed = failed;
  rule.outcome = failed == 0 ? Outcome::kPassed : Outcome::kFailed;
  rule.p = 1 - static_cast<double>(failed) / static_cast<double>(tested);
  rule.weight = 3;
  return rule;
}

RuleResult Orphans() {
  RuleResult rule = Rule("enrollments.class_id.reference", "reference",
                         "Every class_id of enrollments is a class_id of classes.",
                         Dimension::kReferential, 506912, 1204);
  rule.severity = Severity::kCritical;
  rule.columns = {"class_id"};
  rule.sql =
      "SELECT e.*\nFROM enrollments e\nWHERE class_id IS NOT NULL\n  AND NOT EXISTS (SELECT 1 FROM "
      "classes c WHERE c.class_id = e.class_id)";
  rule.message = "1,204 rows point at 311 classes that are not there.";
  rule.orphan_keys = 311;
  rule.orphan_values = {"40017", "40023", "40101", "40102"};
  rule.healed = 58;
  for (int64_t i = 0; i < 4; ++i) {
    rule.samples.push_back(Row(i, "results/result_" + std::to_string(120 + 7 * i) + ".json", 0,
                               "$.enrollments[" + std::to_string(3 * i) + "]",
                               {{"student_id", std::to_string(2401 + i)},
                                {"class_id", std::to_string(40017 + 6 * i)},
                                {"score", "7" + std::to_string(i) + ".5"},
                                {"tags", "[\"core\"]"}},
                               "no class " + std::to_string(40017 + 6 * i)));
  }
  rule.samples_are_all = false;
  rule.failures_file = "_roost/failures/enrollments.class_id.reference.parquet";
  rule.reproduce =
      "roost query out \"SELECT e.* FROM enrollments e ANTI JOIN classes USING (class_id)\"";
  rule.points_lost = 0.06;
  rule.history = {{1, 400000, 0}, {2, 450000, 900}, {3, 480000, 2210}};
  rule.suggested = true;
  rule.evidence = "relate found this reference with confidence 0.99";
  rule.false_alarm_rate = 0.001;
  return rule;
}

RuleResult OverFull() {
  RuleResult rule =
      Rule("classes.capacity", "capacity", "No class has more enrollments than its capacity.",
           Dimension::kConsistency, 40000, 37);
  rule.columns = {"capacity"};
  rule.sql =
      "SELECT c.class_id, c.capacity, count(*) AS enrolled\nFROM classes c JOIN enrollments e "
      "USING "
      "(class_id)\nGROUP BY ALL HAVING count(*) > c.capacity";
  rule.message = "37 classes are over-full, the worst by 6.";
  rule.samples.push_back(Row(7, "results/result_000211.json", 8812, "$.classes[1]",
                             {{"class_id", "845"}, {"name", "Physics 11"}, {"capacity", "24"}},
                             "30 enrollments for 24 seats"));
  rule.samples_are_all = false;
  rule.reproduce = "roost validate --output-dir out --only classes.capacity";
  rule.points_lost = 0.02;
  return rule;
}

RuleResult Phone() {
  RuleResult rule = Rule("students.guardian_phone.pattern", "pattern",
                         "guardian_phone of students looks like +49 1[5-7]\\d \\d{7}.",
                         Dimension::kValidity, 126000, 9);
  rule.severity = Severity::kWarning;
  rule.outcome = Outcome::kWarned;
  rule.columns = {"guardian_phone"};
  rule.samples.push_back(Row(9, "results/result_000007.json", 0, "$.students[4]",
                             {{"guardian_phone", "+49 99 12"}, {"name", "Zofia Kowalski"}},
                             "does not match"));
  rule.samples_are_all = false;
  rule.reproduce = "roost validate --output-dir out --only students.guardian_phone.pattern";
  return rule;
}

RuleResult NotRun() {
  RuleResult rule = Rule("students.fees.sql", "sql", "No student owes fees for two years.",
                         Dimension::kConsistency, 1, 0);
  rule.outcome = Outcome::kNotRun;
  rule.tested = 0;
  rule.p = 0;
  rule.message = "there is no table 'fees'; did you mean 'classes'?";
  rule.sql = "SELECT * FROM fees WHERE years > 2";
  rule.points_lost = 2.1;
  return rule;
}

ColumnProfile Number(const std::string& name, uint64_t rows, uint64_t nulls, double low,
                     double high) {
  ColumnProfile column;
  column.name = name;
  column.type = high - low > 30 && name == "score" ? "double" : "int64";
  column.rows = rows;
  column.nulls = nulls;
  column.distinct = static_cast<uint64_t>(high - low) + 1;
  column.least = std::to_string(static_cast<int64_t>(low));
  column.most = std::to_string(static_cast<int64_t>(high));
  column.has_rule = true;
  for (int i = 0; i < 20; ++i) {
    const double middle = (i - 12) / 4.0;
    column.histogram.push_back({low + (high - low) * i / 20, low + (high - low) * (i + 1) / 20,
                                static_cast<uint64_t>(std::exp(-middle * middle / 2) * 1000)});
  }
  return column;
}

ColumnProfile Text(const std::string& name, uint64_t rows, uint64_t distinct,
                   std::vector<std::pair<std::string, uint64_t>> top) {
  ColumnProfile column;
  column.name = name;
  column.type = "text";
  column.rows = rows;
  column.distinct = distinct;
  column.distinct_exact = distinct < 65536;
  column.top = std::move(top);
  column.least = column.top.empty() ? "" : column.top.back().first;
  column.most = column.top.empty() ? "" : column.top.front().first;
  column.forms = {{"words", rows}};
  return column;
}

TableProfile Table(const std::string& name, uint64_t rows, uint64_t bytes,
                   std::vector<ColumnProfile> columns) {
  TableProfile table;
  table.name = name;
  table.rows = rows;
  table.bytes = bytes;
  table.columns = std::move(columns);
  return table;
}

std::vector<TableProfile> SchoolTables() {
  std::vector<TableProfile> tables;
  tables.push_back(
      Table("classes", 40000, 267'000,
            {Number("class_id", 40000, 0, 1, 40000), Number("teacher_id", 40000, 0, 1, 20000),
             Text("name", 40000, 156, {{"Music 4", 310}, {"History 10", 301}}),
             Number("capacity", 40000, 0, 20, 36)}));
  tables.push_back(
      Table("enrollments", 506912, 1'900'000,
            {Number("student_id", 506912, 0, 1, 200000), Number("class_id", 506912, 0, 1, 40311),
             Number("score", 506912, 50691, 0, 100)}));
  tables.push_back(Table("result", 10000, 76'000, {Number("job_id", 10000, 0, 1000, 10999)}));
  tables.push_back(Table(
      "students", 200000, 2'800'000,
      {Number("student_id", 200000, 0, 1, 200000),
       Text("name", 200000, 91'000, {{"Ruby Smith", 61}, {"Leo Jones", 58}}),
       Number("age", 200000, 0, 6, 18),
       Text("guardian_relation", 200000, 4,
            {{"mother", 63000}, {"father", 51000}, {"grandparent", 13000}, {"other", 13000}})}));
  tables.push_back(Table("teachers", 20000, 118'000, {Number("teacher_id", 20000, 0, 1, 20000)}));
  return tables;
}

RelationUse Use(const std::string& table, const std::string& column, const std::string& parent,
                uint64_t rows, uint64_t orphans, uint64_t keys) {
  RelationUse use;
  use.table = table;
  use.ref_table = parent;
  use.columns = use.ref_columns = {column};
  use.rows = rows;
  use.orphan_rows = orphans;
  use.orphan_keys = keys;
  return use;
}

}  // namespace

ValidationReport SchoolReport() {
  ValidationReport report;
  report.folder = "out";
  report.rules_source = "suggested";
  report.run = 4;
  report.rules = {Orphans(), OverFull(), Phone(), NotRun()};
  for (const char* column : {"class_id", "teacher_id", "name", "capacity"}) {
    report.rules.push_back(Rule("classes." + std::string(column) + ".not_null", "not_null",
                                std::string(column) + " of classes is never empty.",
                                Dimension::kCompleteness, 40000, 0));
  }
  report.rules.push_back(Rule("students.age.range", "range", "age of students is from 6 to 18.",
                              Dimension::kValidity, 200000, 0));
  report.score.overall = 59;
  report.score.before_cap = 97.82;
  report.score.cap = 59;
  report.score.cap_reason = "enrollments.class_id.reference is critical and failed";
  report.score.dimensions = {{Dimension::kCompleteness, 4, 100},
                             {Dimension::kValidity, 2, 99.99},
                             {Dimension::kConsistency, 2, 49.95},
                             {Dimension::kReferential, 1, 99.76}};
  report.score.rules_declared = 9;
  report.score.rules_run = 8;
  report.score.columns = 13;
  report.score.columns_with_rule = 9;
  report.last_score = 89;
  report.changes = {"enrollments: 26,912 more rows", "classes.capacity fails since this run",
                    "58 orphan rows of enrollments.class_id found their parent"};
  report.tables = SchoolTables();
  report.relations = {Use("classes", "teacher_id", "teachers", 40000, 0, 0),
                      Use("enrollments", "class_id", "classes", 506912, 1204, 311),
                      Use("enrollments", "student_id", "students", 506912, 0, 0)};
  report.relations[1].has_capacity = true;
  report.relations[1].capacity_used = 0.46;
  report.relations[1].over_full = 37;
  report.anomaly_count = 3;
  Anomaly anomaly;
  anomaly.kind = "value";
  anomaly.table = "result";
  anomaly.columns = {"run_seconds"};
  anomaly.strength = 41.2;
  anomaly.usual = "2.1 to 410";
  anomaly.text = "run_seconds of result is 97,330, far above what is usual.";
  anomaly.row = Row(3, "results/result_000003.json", 0, "$", {{"run_seconds", "97330"}}, "");
  report.anomalies = {anomaly};
  report.faults = {{"orphan", 1204, 1204, 0, 1204, 0, 1, 1}};
  report.notes = {"2 of 3 anomalies are not listed"};
  return report;
}

ValidationReport LargeReport(size_t rules, size_t columns, const std::string& word) {
  ValidationReport report;
  report.folder = report.rules_source = word;
  report.score.overall = 50;
  report.changes.assign(rules, word);
  report.notes.assign(rules, word);
  for (size_t i = 0; i < rules; ++i) {
    RuleResult rule = Rule(word + std::to_string(i), word, word, Dimension::kValidity, 1000, i % 2);
    rule.sql = rule.message = rule.reproduce = rule.evidence = word;
    rule.orphan_keys = 1;
    rule.orphan_values = {word};
    for (int64_t k = 0; k < 10; ++k)
      rule.samples.push_back(Row(k, word, k, word, {{word, word}, {word + "2", word}}, word));
    rule.points_lost = i % 2 == 0 ? 0 : 0.01;
    report.rules.push_back(std::move(rule));
  }
  TableProfile table = Table(word, 1000, 1000, {});
  for (size_t i = 0; i < columns; ++i) {
    table.columns.push_back(i % 2 == 0 ? Number(word + std::to_string(i), 1000, 10, 0, 100)
                                       : Text(word + std::to_string(i), 1000, 7, {{word, 30}}));
  }
  report.tables = {table};
  report.relations = {Use(word, word, word + "p", 10, 1, 1), Use(word, word, word, 10, 1, 1)};
  Anomaly anomaly;
  anomaly.kind = anomaly.table = anomaly.usual = anomaly.text = word;
  anomaly.row = Row(3, word, 0, word, {{word, word}}, word);
  report.anomalies.assign(rules, anomaly);
  report.anomaly_count = rules;
  report.faults.assign(rules, {word, 1, 1, 0, 1, 0, 1, 1});
  report.fault_misses.assign(rules, word);
  return report;
}

}  // namespace roost::report
