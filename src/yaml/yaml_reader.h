// Reads values out of a YAML file and remembers the first thing that is wrong with it.
//
// Every accessor takes the node and what it is for, and returns something harmless when the node
// does not fit; the caller goes on and asks status() at the end. Messages say file, line, column,
// what was expected, what was found, and for a misspelt word the nearest one. A plain scalar
// "$name" is the value of that parameter. Not thread-safe; exceptions of yaml-cpp end here.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "yaml/place.h"

namespace roost::yaml {

class YamlReader {
 public:
  /// Parses `text`; `source` is its name in messages.
  static Result<YAML::Node> Load(const std::string& text, const std::string& source);

  explicit YamlReader(std::string source) : source_(std::move(source)) {}

  std::map<std::string, double>& parameters() { return parameters_; }
  const Status& status() const { return status_; }
  bool ok() const { return status_.ok(); }

  /// Records that at `node` something else was expected.
  void Fail(const YAML::Node& node, const std::string& message);
  void FailAt(Place place, const std::string& message);
  /// Records a failure that says what kind of node was found instead.
  void Expected(const YAML::Node& node, const std::string& what);

  Place PlaceOf(const YAML::Node& node) const;

  /// The node must be a mapping that has no other keys than these.
  bool IsMapping(const YAML::Node& node, const std::string& what,
                 std::initializer_list<std::string_view> keys) {
    return IsMapping(node, what, std::vector<std::string_view>(keys));
  }
  bool IsMapping(const YAML::Node& node, const std::string& what,
                 const std::vector<std::string_view>& keys);
  /// The node must be a mapping, whatever its keys.
  bool IsMapping(const YAML::Node& node, const std::string& what);
  bool IsSequence(const YAML::Node& node, const std::string& what);

  std::string Text(const YAML::Node& node, const std::string& what);
  /// A word of letters, digits and _ that does not begin with a digit.
  std::string Name(const YAML::Node& node, const std::string& what);
  double Number(const YAML::Node& node, const std::string& what);
  int64_t Integer(const YAML::Node& node, const std::string& what, int64_t low, int64_t high);
  /// A number in [0, 1].
  double Share(const YAML::Node& node, const std::string& what);
  bool Flag(const YAML::Node& node, const std::string& what);
  /// One of `words`, as its index; `words` must not be empty.
  size_t Word(const YAML::Node& node, const std::string& what,
              const std::vector<std::string>& words);
  /// "45s", "2h", "500ms", "3d" in microseconds.
  int64_t Duration(const YAML::Node& node, const std::string& what);
  /// "2026-01-05T08:00:00Z", or a date alone, in microseconds since 1970.
  int64_t Time(const YAML::Node& node, const std::string& what);

 private:
  std::string source_;
  std::map<std::string, double> parameters_;
  Status status_;
};

/// True for a scalar in quotes: a text, whatever stands in it.
bool IsQuoted(const YAML::Node& node);

/// All of `text` as a finite number; false if it is none.
bool ParseDouble(std::string_view text, double* value);

/// Days since 1970-01-01 of a date, or microseconds of a time; false if it is neither.
bool ParseTime(std::string_view text, int64_t* microseconds);

}  // namespace roost::yaml
