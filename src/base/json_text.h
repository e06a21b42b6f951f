// Writes JSON values as text, and takes apart texts that are known to be JSON.
//
// Writing appends to a string and cannot fail. Strings must be UTF-8; only what must be escaped is.
// Reading is for JSON that roost has written or checked itself: it looks at quotes and brackets
// alone and reports what does not add up as Invalid, but accepts some texts that are no JSON.
// Thread-safe. Views that are returned point into the argument.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace roost {

/// Appends `text` in quotes: \" \\ \b \f \n \r \t, \u00xx for the other control characters.
void AppendJsonString(std::string& out, std::string_view text);

void AppendJsonInt(std::string& out, int64_t value);

/// Appends the shortest text that reads as the same double and is no integer: 1.0, -0.0, 0.1,
/// 1e300. Plain digits from 1e-4 up to 1e16, an exponent elsewhere. `value` must be finite.
void AppendJsonDouble(std::string& out, double value);

/// Appends `json` without the white space between its tokens, so that it stands on one line.
void AppendJsonCompact(std::string& out, std::string_view json);

/// The elements of a JSON array, each as it stands there, without white space around it.
Result<std::vector<std::string_view>> SplitJsonArray(std::string_view array);

/// Where the JSON string ends that begins (with its quote) at `begin`: the place behind the closing
/// quote, or npos.
size_t FindJsonStringEnd(std::string_view json, size_t begin);

/// The text that a JSON string (quotes included) stands for. Invalid if an escape is none, or names
/// half a surrogate pair, which UTF-8 cannot hold.
Result<std::string> DecodeJsonString(std::string_view quoted);

}  // namespace roost
