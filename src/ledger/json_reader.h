// Reads members of JSON objects that others wrote: the one place that sees simdjson's DOM here.
//
// The readers of Delta actions and ledger entries share it. A Document keeps what its elements
// point into; one per thread.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "ledger/delta_action.h"

namespace roost::ledger {

using JsonElement = simdjson::dom::element;
using JsonObject = simdjson::dom::object;

class JsonDocument {
 public:
  /// The object that `text` holds, alive until the next call.
  Result<JsonObject> ReadObject(std::string_view text, const std::string& where);

 private:
  simdjson::dom::parser parser_;
};

/// Members that are missing, or of another kind, give the empty value.
std::string TextOf(JsonObject object, std::string_view name);
int64_t NumberOf(JsonObject object, std::string_view name, int64_t missing = 0);
bool FlagOf(JsonObject object, std::string_view name);
Texts TextsOf(JsonObject object, std::string_view name);
std::vector<std::string> TextListOf(JsonObject object, std::string_view name);
/// A JSON text, without white space.
std::string JsonOf(JsonElement element);

Protocol ProtocolOf(JsonObject object);
Metadata MetadataOf(JsonObject object);
/// Invalid if it has no path, or asks for what roost cannot read.
Result<Part> PartOf(JsonObject object, const std::string& where);

}  // namespace roost::ledger
