// Checks flags that are whole numbers, which the parser alone would let wrap around.
#pragma once

#include <CLI/CLI.hpp>

#include <charconv>
#include <cstdint>
#include <string>

namespace roost::cli {

/// For `option->check()`: digits that fit 64 bits, and nothing else.
inline CLI::Validator WholeNumber() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        uint64_t value = 0;
        auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        bool whole = error == std::errc() && end == text.data() + text.size();
        return whole ? "" : "expected a whole number from 0 up, found '" + text + "'";
      },
      "");
}

}  // namespace roost::cli
