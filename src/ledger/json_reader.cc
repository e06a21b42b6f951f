#include "ledger/json_reader.h"

#include <algorithm>

#include "ledger/delta_json.h"

namespace roost::ledger {

Result<JsonObject> JsonDocument::ReadObject(std::string_view text, const std::string& where) {
  JsonObject object;
  const auto error = parser_.parse(text.data(), text.size()).get_object().get(object);
  if (error == simdjson::SUCCESS) return object;
  return Status::IOError(where, " holds no JSON object (", simdjson::error_message(error),
                         "); it was damaged or written by a tool that roost does not know");
}

std::string TextOf(JsonObject object, std::string_view name) {
  std::string_view text;
  return object[name].get_string().get(text) == simdjson::SUCCESS ? std::string(text) : "";
}

int64_t NumberOf(JsonObject object, std::string_view name, int64_t missing) {
  int64_t number;
  return object[name].get_int64().get(number) == simdjson::SUCCESS ? number : missing;
}

bool FlagOf(JsonObject object, std::string_view name) {
  bool flag;
  return object[name].get_bool().get(flag) == simdjson::SUCCESS && flag;
}

Texts TextsOf(JsonObject object, std::string_view name) {
  Texts texts;
  JsonObject members;
  if (object[name].get_object().get(members) != simdjson::SUCCESS) return texts;
  for (auto [key, value] : members) {
    std::string_view text;
    if (value.get_string().get(text) == simdjson::SUCCESS)
      texts.emplace(std::string(key), std::string(text));
  }
  return texts;
}

std::vector<std::string> TextListOf(JsonObject object, std::string_view name) {
  std::vector<std::string> texts;
  simdjson::dom::array items;
  if (object[name].get_array().get(items) != simdjson::SUCCESS) return texts;
  for (JsonElement item : items) {
    std::string_view text;
    if (item.get_string().get(text) == simdjson::SUCCESS) texts.emplace_back(text);
  }
  return texts;
}

std::string JsonOf(JsonElement element) { return simdjson::minify(element); }

Protocol ProtocolOf(JsonObject object) {
  // A version beyond int must not become a small one.
  auto version = [&](const char* name, int64_t missing) {
    return static_cast<int>(std::clamp<int64_t>(NumberOf(object, name, missing), 0, 1 << 20));
  };
  Protocol protocol;
  protocol.reader = version("minReaderVersion", 1);
  protocol.writer = version("minWriterVersion", 2);
  protocol.reader_features = TextListOf(object, "readerFeatures");
  protocol.writer_features = TextListOf(object, "writerFeatures");
  return protocol;
}

Metadata MetadataOf(JsonObject object) {
  Metadata metadata;
  metadata.id = TextOf(object, "id");
  metadata.name = TextOf(object, "name");
  metadata.description = TextOf(object, "description");
  metadata.schema = TextOf(object, "schemaString");
  metadata.partition_columns = TextListOf(object, "partitionColumns");
  metadata.configuration = TextsOf(object, "configuration");
  metadata.created_ms = NumberOf(object, "createdTime");
  return metadata;
}

Result<Part> PartOf(JsonObject object, const std::string& where) {
  Part part;
  part.path = TextOf(object, "path");
  if (part.path.empty()) return Status::IOError(where, " names a part without a path");
  ROOST_TRY(CheckPath(part.path, where));
  JsonObject vector;
  if (object["deletionVector"].get_object().get(vector) == simdjson::SUCCESS)
    return Status::NotImplemented(where,
                                  " has deletion vectors, which roost cannot read; purge them "
                                  "with the tool that wrote them");
  part.bytes = static_cast<uint64_t>(NumberOf(object, "size"));
  part.modified_ms = NumberOf(object, "modificationTime");
  part.stats = TextOf(object, "stats");
  part.tags = TextsOf(object, "tags");
  part.partition_values = TextsOf(object, "partitionValues");
  return part;
}

}  // namespace roost::ledger
