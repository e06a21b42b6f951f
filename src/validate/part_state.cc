#include "validate/part_state.h"

#include <fmt/format.h>
#include <xxhash.h>

#include "sketch/byte_order.h"
#include "store/table_metadata.h"
#include "validate/rule_sql.h"

namespace roost::validate {

namespace {

// To be raised whenever the same part and rule would give other counts or another profile.
constexpr std::string_view kBegin = "roost kept part 3\n";
constexpr uint64_t kLeastEntryBytes = 8;

}  // namespace

std::string PartState::Save(std::string_view identity) const {
  sketch::ByteWriter to;
  to.Raw(kBegin);
  to.Text(identity);
  to.U64(columns.size());
  for (const auto& [mark, bytes] : columns) {
    to.Text(mark);
    to.Text(bytes);
  }
  to.U64(rules.size());
  for (const auto& [mark, count] : rules) {
    to.Text(mark);
    to.U64(count.tested);
    to.U64(count.failed);
  }
  std::string bytes = to.Take();
  sketch::ByteWriter end;
  end.U64(XXH3_64bits(bytes.data(), bytes.size()));
  return bytes + end.Take();
}

Result<PartState> PartState::Load(std::string_view bytes, std::string_view identity) {
  Status damaged = Status::Invalid("what was kept of a part is damaged, or of another part");
  if (bytes.size() < kBegin.size() + 8 || !bytes.starts_with(kBegin)) return damaged;
  sketch::ByteReader end(bytes.substr(bytes.size() - 8));
  bytes.remove_suffix(8);
  ROOST_ASSIGN(uint64_t sum, end.U64());
  if (sum != XXH3_64bits(bytes.data(), bytes.size())) return damaged;
  sketch::ByteReader from(bytes.substr(kBegin.size()));
  ROOST_ASSIGN(std::string own_identity, from.Text());
  if (own_identity != identity) return damaged;
  PartState state;
  ROOST_ASSIGN(uint64_t columns, from.Count(kLeastEntryBytes));
  for (uint64_t i = 0; i < columns; ++i) {
    ROOST_ASSIGN(std::string mark, from.Text());
    ROOST_ASSIGN(state.columns[mark], from.Text());
  }
  ROOST_ASSIGN(uint64_t rules, from.Count(kLeastEntryBytes));
  for (uint64_t i = 0; i < rules; ++i) {
    ROOST_ASSIGN(std::string mark, from.Text());
    RowCount& count = state.rules[mark];
    ROOST_ASSIGN(count.tested, from.U64());
    ROOST_ASSIGN(count.failed, from.U64());
  }
  return from.AtEnd() ? Result<PartState>(std::move(state)) : Result<PartState>(damaged);
}

std::string ColumnMark(const shred::FinalColumn& column, uint64_t step) {
  return fmt::format("{}\n{}\n{}", column.name, store::TypeName(column.type), step);
}

std::string RuleMark(const Rule& rule) {
  sketch::ByteWriter text;
  auto add = [&](const std::optional<Literal>& literal) {
    text.U8(literal.has_value());
    if (!literal) return;
    text.Text(literal->text);
    text.U8(static_cast<uint8_t>(literal->is_number | literal->is_bool << 1));
  };
  // The conditions name columns and most of the rest; the fields, how values of what type are seen.
  RowConditions conditions = ConditionsOf(rule);
  text.U8(static_cast<uint8_t>(rule.kind));
  for (const std::string& part : {conditions.tested, conditions.failed, rule.text, rule.where}) {
    text.Text(part);
  }
  for (const Field* field : rule.fields) {
    for (const shred::FinalColumn* column : field->columns) text.Text(ColumnMark(*column, 0));
  }
  add(rule.low);
  add(rule.high);
  for (const Literal& value : rule.values) add(value);
  text.U8(rule.is_open);
  text.U8(static_cast<uint8_t>(rule.type));
  text.Double(rule.least);
  text.Double(rule.most);
  std::string bytes = text.Take();
  XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  sketch::ByteWriter mark;
  mark.U64(hash.low64);
  mark.U64(hash.high64);
  return mark.Take();
}

}  // namespace roost::validate
