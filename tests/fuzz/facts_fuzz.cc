// What a footer and a log say of a table, in JSON, is read or refused; facts and a history that
// are read are the same when they are written and read again.
// Input: 0 facts, 1 shapes, 2 history; then the text.
#include <cstdint>
#include <string>
#include <string_view>

#include "store/schema_history.h"
#include "store/table_facts.h"
#include "store/table_metadata.h"
#include "tests/fuzz/law.h"

namespace {

using namespace roost::store;
using roost::fuzz::Ensure;

void CheckFacts(std::string_view text) {
  const auto facts = ParseTableFacts(text);
  if (!facts.ok()) return;
  for (const auto& column : facts->table.columns) (void)DescribeFormat(column);
  const std::string written = TableFactsText(facts->table);
  const auto again = ParseTableFacts(written);
  Ensure(again.ok() && TableFactsText(again->table) == written, "facts read as they were written");
}

void CheckShapes(std::string_view text) {
  ShapeTexts shapes;
  (void)ParseShapes(text, shapes);
}

void CheckHistory(std::string_view text) {
  const auto history = ParseHistory(text);
  if (!history.ok()) return;
  const std::string written = HistoryWith(text, {});
  const auto again = ParseHistory(written);
  Ensure(again.ok() && HistoryWith(written, {}) == written, "a history reads as it was written");
  Ensure(again->size() <= kMostChanges &&
             (again->size() == history->size() || history->size() > kMostChanges),
         "and nothing is missing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      CheckFacts(text);
      break;
    case 1:
      CheckShapes(text);
      break;
    default:
      CheckHistory(text);
  }
  return 0;
}
