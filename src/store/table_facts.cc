#include "store/table_facts.h"

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "shred/time_pattern.h"
#include "store/table_metadata.h"

namespace roost::store {

namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 4> kKindNames = {"root", "array", "map", "overflow"};
constexpr std::array<std::string_view, 3> kSuffixes = {"", "Z", "+00:00"};

template <size_t N>
Result<size_t> FindWord(const std::array<std::string_view, N>& words, std::string_view word,
                        const char* what) {
  for (size_t i = 0; i < N; ++i) {
    if (words[i] == word) return i;
  }
  return Status::Invalid("unknown ", what, " '", word, "'");
}

Result<shred::FinalType> FindType(std::string_view word) {
  for (int i = 0; i <= static_cast<int>(shred::FinalType::kListText); ++i) {
    auto type = static_cast<shred::FinalType>(i);
    if (TypeName(type) == word) return type;
  }
  return Status::Invalid("unknown type '", word, "'");
}

/// Looks fields up in one JSON object and keeps the first complaint, so that a caller reads all of
/// them and asks once.
class Fields {
 public:
  explicit Fields(const Json& object) : object_(object) {
    if (!object.is_object()) Complain("is no JSON object");
  }

  std::string Text(const char* key, const char* fallback = nullptr) {
    const Json* value = Find(key, fallback == nullptr);
    if (value != nullptr && value->is_string()) return value->get<std::string>();
    if (value != nullptr && !value->is_null()) Complain(key, " is no text");
    return fallback == nullptr ? "" : fallback;
  }
  bool Flag(const char* key) {
    const Json* value = Find(key, false);
    return value != nullptr && value->is_boolean() && value->get<bool>();
  }
  uint64_t Count(const char* key) {
    const Json* value = Find(key, false);
    return value != nullptr && value->is_number_integer() ? value->get<uint64_t>() : 0;
  }
  const Json& Array(const char* key) {
    static const Json empty = Json::array();
    const Json* value = Find(key, true);
    if (value != nullptr && value->is_array()) return *value;
    Complain(key, " is no array");
    return empty;
  }
  const Json* Find(const char* key, bool is_needed) {
    if (object_.is_object()) {
      if (auto found = object_.find(key); found != object_.end()) return &*found;
    }
    if (is_needed) Complain("lacks ", key);
    return nullptr;
  }
  template <class... Args>
  void Complain(Args&&... what) {
    if (status_.ok()) status_ = Status::Invalid(std::forward<Args>(what)...);
  }
  const Status& status() const { return status_; }

 private:
  const Json& object_;
  Status status_;
};

Result<shred::TimeFormat> ReadFormat(const Json& json) {
  Fields fields(json);
  shred::TimeFormat format;
  std::string separator = fields.Text("separator", "T");
  std::string suffix = fields.Text("suffix", "");
  const uint64_t fraction_digits = fields.Count("fraction_digits");
  format.fraction_digits = static_cast<uint8_t>(fraction_digits);
  format.saw_bare = fields.Flag("bare");
  if (separator != "T" && separator != " ") fields.Complain("separator is '", separator, "'");
  if (fraction_digits > 6) fields.Complain("more than 6 fraction_digits");
  ROOST_TRY(fields.status());
  format.separator = separator[0];
  ROOST_ASSIGN(size_t number, FindWord(kSuffixes, suffix, "suffix"));
  format.suffix = static_cast<uint8_t>(number);
  return format;
}

Result<shred::FinalColumn> ReadColumn(const Json& json) {
  Fields fields(json);
  shred::FinalColumn column;
  column.name = fields.Text("name");
  column.path = fields.Text("path");
  column.json_path = fields.Text("json_path", "");
  column.conflict_of = fields.Text("conflict_of", "");
  column.conflict_values = fields.Count("conflicts");
  std::string type = fields.Text("type");
  if (const Json* first = fields.Find("first_conflict", false)) {
    Fields place(*first);
    column.first_conflict_id = static_cast<int64_t>(place.Count("id"));
    column.first_conflict_offset = place.Count("offset");
    ROOST_TRY(place.status());
  }
  const Json* format = fields.Find("format", false);
  ROOST_TRY(fields.status());
  ROOST_ASSIGN(column.type, FindType(type));
  if (format == nullptr || format->is_null()) return column;
  column.time_pattern = Fields(*format).Text("pattern", "");
  if (column.time_pattern.empty()) {
    ROOST_ASSIGN(column.time, ReadFormat(*format));
  } else {
    ROOST_TRY(shred::TimePattern::Make(column.time_pattern).status());
  }
  return column;
}

Result<TableFacts> ReadFacts(const Json& json) {
  Fields fields(json);
  uint64_t version = fields.Count("version");
  if (version != 1) {
    return Status::Invalid("its version is ", version, ", this roost reads 1: use a newer roost");
  }
  TableFacts facts;
  shred::FinalTable& table = facts.table;
  table.name = fields.Text("table");
  table.identity = fields.Text("identity");
  table.json_path = fields.Text("json_path", "");
  table.id_name = fields.Text("id", "_roost_id");
  table.parent_name = fields.Text("parent", "");
  table.index_name = fields.Text("index", "");
  table.shape_name = fields.Text("shape", "");
  facts.spelled = fields.Flag("spelled");
  std::string kind = fields.Text("kind");
  const Json* parents = fields.Find("parents", false);
  const Json& columns = fields.Array("columns");
  ROOST_TRY(fields.status());
  ROOST_ASSIGN(size_t number, FindWord(kKindNames, kind, "kind"));
  table.kind = static_cast<shred::TableKind>(number);
  if (table.kind == shred::TableKind::kRoot) table.parent_name = table.index_name = "";
  for (const Json& parent : parents != nullptr && parents->is_array() ? *parents : Json::array()) {
    if (parent.is_string()) table.parent_names.push_back(parent.get<std::string>());
  }
  for (const Json& column : columns) {
    ROOST_ASSIGN(shred::FinalColumn read, ReadColumn(column));
    table.columns.push_back(std::move(read));
  }
  return facts;
}

}  // namespace

Result<TableFacts> ParseTableFacts(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return Status::Invalid("metadata `roost` is no JSON");
  Result<TableFacts> facts = ReadFacts(json);
  if (facts.ok()) return facts;
  return facts.status().WithMessage("metadata `roost`: ", facts.status().message());
}

Status ParseShapes(std::string_view text, ShapeTexts& shapes) {
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return Status::Invalid("metadata `roost.shapes` is no JSON object");
  for (const auto& [hash, shape] : json.items()) {
    uint64_t number = 0;
    auto [end, error] = std::from_chars(hash.data(), hash.data() + hash.size(), number, 16);
    if (error != std::errc() || end != hash.data() + hash.size() || !shape.is_string()) {
      return Status::Invalid("metadata `roost.shapes`: bad entry '", hash, "'");
    }
    shapes.try_emplace(static_cast<int64_t>(number), shape.get_ref<const std::string&>());
  }
  return Status::OK();
}

std::string DescribeFormat(const shred::FinalColumn& column) {
  using enum shred::FinalType;
  shred::FinalType type = column.type;
  const shred::TimeFormat& format = column.time;
  if (!column.time_pattern.empty()) return column.time_pattern;
  if (type == kDate) return "YYYY-MM-DD";
  if (type != kTimestampUtc && type != kTimestampLocal) return "";
  std::string text = std::string("YYYY-MM-DD") + format.separator + "HH:MM:SS";
  if (format.fraction_digits != 0) {
    std::string fraction = "." + std::string(format.fraction_digits, 'f');
    text += format.saw_bare ? "[" + fraction + "]" : fraction;
  }
  return text.append(kSuffixes[format.suffix]);
}

}  // namespace roost::store
