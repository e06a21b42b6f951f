#include <fmt/format.h>

#include <algorithm>

#include "base/figures.h"
#include "demo/measured.h"
#include "report/wording.h"

namespace roost::demo {
namespace {

std::string Of(uint64_t part, uint64_t whole, const char* noun) {
  return FormatCount(part) + " of " + Counted(whole, noun);
}

std::string OverFull(uint64_t classes, uint64_t all) {
  return FormatCount(classes) + " of " + FormatCount(all) + " classes over-full";
}

struct Judged {
  uint64_t references = 0, orphans = 0;  // rows
  uint64_t classes = 0, over_full = 0;
};

Judged JudgedOf(const ValidationReport& report) {
  Judged judged;
  for (const RuleResult& rule : report.rules) {
    if (rule.kind == "reference") {
      judged.references += rule.tested;
      judged.orphans += rule.failed;
    } else if (rule.kind == "capacity") {
      judged.classes += rule.tested;
      judged.over_full += rule.failed;
    }
  }
  return judged;
}

// The references of the rules, which are true, among those that were found.
uint64_t TrueRelationsFound(const Passage& passage) {
  uint64_t found = 0;
  for (const RelationUse& use : passage.validation.relations) {
    const auto& relations = passage.documentation.relations.relations;
    found += std::any_of(relations.begin(), relations.end(), [&](const Relation& relation) {
      return relation.table == use.table && relation.columns == use.columns &&
             relation.ref_table == use.ref_table && relation.ref_columns == use.ref_columns;
    });
  }
  return found;
}

uint64_t ReferencesFound(const Passage& passage) {
  const auto& relations = passage.documentation.relations.relations;
  return static_cast<uint64_t>(
      std::count_if(relations.begin(), relations.end(), [](const Relation& relation) {
        return relation.kind == RelationKind::kReference && !relation.implied;
      }));
}

uint64_t ColumnsOf(const Passage& passage) {
  uint64_t columns = 0;
  for (const RelatedTable& table : passage.documentation.relations.tables) columns += table.columns;
  return columns;
}

std::string FilesPerSecond(const DemoStage& stage) {
  const double rate = static_cast<double>(stage.files) / std::max(stage.seconds, 1e-9);
  return FormatCount(static_cast<uint64_t>(rate)) + " files/s";
}

// Of the clean documents and, where claims were measured, of the largest number of files.
template <class Figure>
std::string AtEachSize(const DemoResult& result, std::string_view name, Figure figure) {
  const DemoStage& usual = StageOf(result, name, "clean documents");
  std::string text = figure(usual);
  for (const DemoStage& stage : result.stages) {
    if (stage.name == name && stage.about == kLargestScale)
      text += " at " + Counted(usual.files, "file") + ", " + figure(stage) + " at " + stage.about;
  }
  return text;
}

std::string SpeedText(const DemoResult& result, std::string_view name) {
  return AtEachSize(result, name, FilesPerSecond);
}

std::string MemoryText(const DemoResult& result, std::string_view name) {
  // What a stage adds: the program itself grows with the libraries that earlier stages loaded.
  return AtEachSize(result, name, [](const DemoStage& stage) {
    const uint64_t before = std::min(stage.memory_before_bytes, stage.peak_memory_bytes);
    return FormatBytes(stage.peak_memory_bytes - before);
  });
}

std::string ReferencesText(const References& references) {
  return Of(references.ahead, references.rows, "reference") +
         " run ahead of the files written so far, " + FormatCount(references.nowhere) +
         " of them lead nowhere for ever";
}

std::string ValuesText(const Losses& losses) {
  return Of(losses.fields_lost, losses.fields, "field") + " lost, " +
         Of(losses.values_lost, losses.values, "value");
}

std::string KeptText(uint64_t kept, uint64_t all, uint64_t tables) {
  return Of(kept, all, "value") + " in " + Counted(tables, "table");
}

std::string FaultsText(const std::vector<FaultScore>& faults) {
  uint64_t planted = 0, found = 0, findings = 0, wrong = 0;
  for (const FaultScore& score : faults) {
    planted += score.planted - std::min(score.planted, score.healed);
    found += score.found;
    findings += score.findings;
    wrong += score.false_findings;
  }
  return Of(found, planted, "planted fault") + " found, " + Of(wrong, findings, "failing row") +
         " without one";
}

uint64_t ListenedTables(const OriginalListenResult& listened) {
  return static_cast<uint64_t>(std::count_if(listened.rows.begin(), listened.rows.end(),
                                             [](const auto& table) { return table.second > 0; }));
}

}  // namespace

std::vector<DemoComparison> Compared(const Measured& measured, const DemoResult& result) {
  const Judged original = JudgedOf(measured.original_validation);
  const Judged racing = JudgedOf(measured.racing.validation);
  const Judged clean = JudgedOf(measured.clean.validation);
  const Losses& equal = measured.equal_losses;
  const Losses& back = measured.export_losses;
  const Account& shop = measured.shop.ingest.account;
  const uint64_t shop_kept = measured.shop_original_losses.values -
                             measured.shop_original_losses.values_lost -
                             measured.shop_original_losses.values_bent;
  return {
      {"Race Conditions", ReferencesText(measured.racing_references),
       ReferencesText(measured.clean_references)},
      {"Schema Detection",
       "4 tables written into the code; " +
           Of(equal.fields - equal.fields_lost, equal.fields, "field") +
           " of the documents have a column",
       Counted(measured.clean.documentation.relations.tables.size(), "table") + " with " +
           Counted(ColumnsOf(measured.clean), "column") + " found; " +
           Of(back.fields - back.fields_lost, back.fields, "field") + " come back"},
      {"Data Quality",
       fmt::format("{} beside its tables; by our rules they score {} of 100",
                   Counted(measured.original_other_files, "report"),
                   report::ScoreText(result.original_score)),
       fmt::format("{} checked, {} of 100; with faults planted {}; by suggested rules alone {}",
                   Counted(measured.clean.validation.rules.size(), "rule"),
                   report::ScoreText(result.clean_score), FaultsText(result.faults),
                   FaultsText(result.suggested_faults))},
      {"Foreign Key Validation",
       Counted(original.orphans, "orphan row") + " in its tables, told in " +
           Counted(measured.original_other_files, "file"),
       Of(racing.orphans, measured.racing_references.nowhere, "orphan row") +
           " reported on the same documents; " + FormatCount(clean.orphans) + " in its own"},
      {"Capacity Management", OverFull(original.over_full, original.classes),
       OverFull(clean.over_full, clean.classes)},
      {"Documentation", Counted(measured.original_other_files, "file"),
       Counted(measured.documentation_files, "file") + ": " +
           Counted(ColumnsOf(measured.clean), "column") + " of " +
           Counted(measured.clean.documentation.relations.tables.size(), "table") + " described"},
      {"Arbitrary JSON",
       KeptText(shop_kept, measured.shop_original_losses.values,
                ListenedTables(measured.shop_original)),
       KeptText(shop.values_stored, shop.values_read - shop.nulls_read,
                measured.shop.ingest.tables.size())},
      {"Relationship Detection",
       "references told in " + Counted(measured.original_other_files, "file"),
       Of(TrueRelationsFound(measured.clean), measured.clean.validation.relations.size(),
          "true reference") +
           " found, " +
           FormatCount(ReferencesFound(measured.clean) - TrueRelationsFound(measured.clean)) +
           " others"},
      {"Fields Lost", ValuesText(equal), ValuesText(back)},
      {"Types Bent",
       Of(equal.values_bent, equal.values, "value") + " in " + Counted(equal.fields_bent, "field"),
       Of(back.values_bent, back.values, "value") + "; " +
           Of(measured.documents_same, measured.documents_exported, "document") +
           " come back the same"},
      {"Speed on the same documents", SpeedText(result, "listen"), SpeedText(result, "ingest")},
      {"Memory added by the same documents", MemoryText(result, "listen"),
       MemoryText(result, "ingest")},
  };
}

std::vector<DemoClaim> ClaimsOf(const Measured& measured, const std::vector<ScaleRun>& runs) {
  const ScaleRun& memory = runs.at(0);
  const ScaleRun& small = runs.at(1);
  const ScaleRun& large = runs.at(2);
  auto rate = [](uint64_t files, double seconds) {
    return static_cast<double>(files) / std::max(seconds, 1e-9);
  };
  auto whole = [](const ScaleRun& run) {
    return run.ingest_seconds + run.describe_seconds + run.validate_seconds;
  };
  auto count = [](double number) { return FormatCount(static_cast<uint64_t>(number)); };
  const double generated = rate(large.files, large.generate_seconds);
  const double processed = rate(large.files, large.ingest_seconds + large.describe_seconds);
  const double per_100k = large.validate_seconds * 1e5 / static_cast<double>(large.rows);
  const double detected = small.ingest_seconds + small.describe_seconds;
  const double growth = whole(large) / std::max(whole(small), 1e-9);
  return {
      {"Generation 2-5 files/s", count(generated) + " files/s", generated >= 5},
      {"Processing 10-20 files/s, schema detection and Parquet included",
       count(processed) + " files/s", processed >= 20},
      {"Quality validation < 1 s for 100K records",
       fmt::format("{} for {}: {} for 100,000, reports included",
                   FormatSeconds(large.validate_seconds), Counted(large.rows, "row"),
                   FormatSeconds(per_100k)),
       per_100k < 1},
      {"Memory about 100 MB for 50K records",
       fmt::format("{} at most for {}", FormatBytes(memory.peak_memory_bytes),
                   Counted(memory.rows, "row")),
       memory.peak_memory_bytes <= 105'000'000},
      {"Zero race conditions",
       Of(measured.clean_references.ahead, measured.clean_references.rows, "reference") +
           " run ahead of the files written so far",
       measured.clean_references.ahead == 0},
      {"Tested with up to 10,000 JSON files",
       fmt::format("{} files, {}, in {} from documents to reports", FormatCount(large.files),
                   Counted(large.rows, "row"), FormatSeconds(whole(large))),
       large.files >= 10'000},
      {"Schema detection < 30 s for 1000 files",
       fmt::format("{} for {} files, tables and documentation included", FormatSeconds(detected),
                   FormatCount(small.files)),
       detected < 30},
      {"Linear scaling for most operations",
       fmt::format("ten times the files take {:.1f} times the time", growth), growth <= 12},
  };
}

}  // namespace roost::demo
