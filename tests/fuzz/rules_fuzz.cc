// Any text is a file of rules or an error that says where; every rule that is read can be said in
// SQL and in words.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "base/test_folder.h"
#include "roost/roost.h"
#include "validate/part_state.h"
#include "validate/row_local.h"
#include "validate/rule_sql.h"
#include "validate/rules_reader.h"

namespace {

using namespace roost::validate;

struct Store {
  roost::TestFolder folder;
  std::unique_ptr<Tables> tables;

  Store() {
    roost::IngestOptions options;
    options.inputs = {folder.Write("in/school_0.json", R"({"term":"2026a","open":true,
        "students":[{"id":1,"name":"Mia","gpa":3.5,"born":"2001-02-03","tags":["a","b"]},
                    {"id":"x7","name":"Noah","seen":"2026-01-05T08:00:00Z","more":{}}],
        "classes":[{"id":1,"room":"12a","seats":20,"big":12345678901234567890}]})")};
    options.output_dir = folder.path("out");
    options.threads = 1;
    const auto done = roost::Ingest(options);
    if (!done.ok()) std::abort();
    tables = std::make_unique<Tables>(Tables::Open(options.output_dir).ValueOrDie());
  }
};

void Check(const Rule& rule) {
  if (WordsOf(rule).empty()) std::abort();
  if (rule.is_absent) return;
  (void)ShownSql(rule, {});
  if (!IsRowRule(rule.kind)) return;
  if (RuleMark(rule).size() != 16) std::abort();
  (void)SeesOnlyRow(rule);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Store store;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto rules = ReadRules(text, "rules.yaml", *store.tables);
  if (rules.ok()) {
    for (const Rule& rule : rules->rules) Check(rule);
  } else if (rules.status().message().find("rules.yaml:") == std::string::npos) {
    std::fprintf(stderr, "this does not say where: %s\n", rules.status().message().c_str());
    std::abort();
  }
  return 0;
}
