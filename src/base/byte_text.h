// Writes bytes of any kind, file names above all, as UTF-8 text from which they can be had back.
//
// UTF-8 stays as it is, but for `%`, which becomes %25; every byte that is no part of a UTF-8
// character becomes %XX. So two names never share a text. Thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace roost {

/// How many bytes the UTF-8 character at the front of `text` has; 0 if none begins there.
size_t CountUtf8(std::string_view text);

std::string EncodeBytes(std::string_view bytes);

/// Undoes EncodeBytes. A % without two hex digits stands for itself.
std::string DecodeBytes(std::string_view text);

/// For messages: like EncodeBytes, but a % stays, so that it cannot be undone.
std::string ReadableBytes(std::string_view bytes);

}  // namespace roost
