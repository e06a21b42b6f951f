// Colours text in a terminal, or leaves it as it is. Colours never say what words do not.
#pragma once

#include <string>
#include <string_view>

#include "roost/report.h"

namespace roost::report {

class Colours {
 public:
  explicit Colours(const TerminalView& view) : on_(view.colours) {}
  std::string Bad(std::string_view text) const { return In("31", text); }
  std::string Warn(std::string_view text) const { return In("33", text); }
  std::string Good(std::string_view text) const { return In("32", text); }
  std::string Dim(std::string_view text) const { return In("2", text); }
  std::string Bold(std::string_view text) const { return In("1", text); }

 private:
  std::string In(std::string_view code, std::string_view text) const {
    if (!on_) return std::string(text);
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
  }

  bool on_;
};

/// Breaks text at spaces so that it and its indent fit the width; the first line's is the caller's.
std::string Wrapped(std::string_view text, size_t indent, unsigned width);

}  // namespace roost::report
