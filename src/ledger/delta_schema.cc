#include "ledger/delta_schema.h"

#include <algorithm>

#include "base/json_text.h"
#include "ledger/json_reader.h"

namespace roost::ledger {
namespace {

constexpr const char* kLocalTimes = "timestampNtz";
// An expired transaction would make a finished commit look unfinished.
constexpr const char* kForgetsTransactions = "delta.setTransactionRetentionDuration";

void AppendType(std::string& out, const std::string& type) {
  if (type.starts_with('{')) {
    out += type;
  } else {
    AppendJsonString(out, type);
  }
}

void AppendColumn(std::string& out, const Column& column) {
  out += "{\"name\":";
  AppendJsonString(out, column.name);
  out += ",\"type\":";
  if (column.is_list) out += "{\"type\":\"array\",\"elementType\":";
  AppendType(out, column.type);
  if (column.is_list) out += ",\"containsNull\":true}";
  out += ",\"nullable\":true,\"metadata\":{";
  bool first = true;
  for (const auto& [name, text] : column.facts) {
    if (!std::exchange(first, false)) out += ',';
    AppendJsonString(out, name);
    out += ':';
    AppendJsonString(out, text);
  }
  out += "}}";
}

// False if a type's name would be taken for a nested type.
bool TakeType(Column& column, JsonElement type) {
  std::string_view name;
  JsonObject nested;
  if (type.get_string().get(name) == simdjson::SUCCESS) {
    column.type = name;
  } else if (type.get_object().get(nested) == simdjson::SUCCESS &&
             TextOf(nested, "type") == "array" &&
             nested["elementType"].get_string().get(name) == simdjson::SUCCESS) {
    column.type = name;
    column.is_list = true;
  } else {
    column.type = JsonOf(type);
    return true;
  }
  return !name.starts_with('{');
}

Status CheckFeatures(const std::vector<std::string>& features,
                     const std::vector<std::string>& known, const std::string& where) {
  for (const std::string& feature : features)
    if (std::find(known.begin(), known.end(), feature) == known.end())
      return Status::NotImplemented(where, " was given the Delta feature ", feature,
                                    ", which roost does not know; drop the feature with the tool "
                                    "that added it");
  return Status::OK();
}

}  // namespace

std::string WriteSchema(const std::vector<Column>& columns) {
  std::string out = "{\"type\":\"struct\",\"fields\":[";
  for (const Column& column : columns) {
    if (out.back() != '[') out += ',';
    AppendColumn(out, column);
  }
  return out + "]}";
}

Result<std::vector<Column>> ReadSchema(std::string_view schema, const std::string& where) {
  JsonDocument document;
  ROOST_ASSIGN(JsonObject object, document.ReadObject(schema, where));
  simdjson::dom::array fields;
  if (object["fields"].get_array().get(fields) != simdjson::SUCCESS)
    return Status::IOError(where, " has a schema without fields");
  std::vector<Column> columns;
  for (JsonElement element : fields) {
    JsonObject field;
    JsonElement type;
    if (element.get_object().get(field) != simdjson::SUCCESS ||
        field["type"].get(type) != simdjson::SUCCESS)
      return Status::IOError(where, " has a schema whose fields lack a type");
    Column& column = columns.emplace_back();
    column.name = TextOf(field, "name");
    column.facts = TextsOf(field, "metadata");
    if (!TakeType(column, type))
      return Status::IOError(where, " has a schema whose column ", column.name, " has no type but ",
                             column.type);
  }
  return columns;
}

Protocol ProtocolFor(const std::vector<Column>& columns) {
  const bool has_local_times =
      std::any_of(columns.begin(), columns.end(),
                  [](const Column& column) { return column.type == "timestamp_ntz"; });
  if (!has_local_times) return {};
  return {3, 7, {kLocalTimes}, {kLocalTimes}};
}

Status CheckSupport(const Protocol& protocol, const Metadata& metadata, const std::string& where) {
  if (protocol.reader > 3 || protocol.writer > 7)
    return Status::NotImplemented(where, " asks for version ", protocol.reader, "/",
                                  protocol.writer, " of the Delta protocol; roost knows 3/7");
  // Reader 2 and writers 3 to 6 stand for lists of features, which 3/7 must spell out.
  if (protocol.reader == 2 || (protocol.writer > 2 && protocol.writer < 7))
    return Status::NotImplemented(where, " asks for version ", protocol.reader, "/",
                                  protocol.writer,
                                  " of the Delta protocol; roost knows 1/2 and 3/7");
  ROOST_TRY(CheckFeatures(protocol.reader_features, {kLocalTimes}, where));
  ROOST_TRY(
      CheckFeatures(protocol.writer_features, {kLocalTimes, "appendOnly", "invariants"}, where));
  if (metadata.configuration.contains(kForgetsTransactions))
    return Status::NotImplemented(where, " has the property ", kForgetsTransactions,
                                  ", with which commits would be forgotten; unset it");
  if (!metadata.partition_columns.empty())
    return Status::NotImplemented(where,
                                  " was partitioned by another tool; roost has no such tables");
  return Status::OK();
}

}  // namespace roost::ledger
