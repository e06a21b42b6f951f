#include "yaml/yaml_reader.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cmath>

#include "base/nearest_word.h"

namespace roost::yaml {

namespace {

std::string Describe(const YAML::Node& node) {
  if (!node.IsDefined()) return "nothing";
  if (node.IsNull()) return "nothing";
  if (node.IsMap()) return "a mapping";
  if (node.IsSequence()) return "a list";
  return "'" + node.Scalar() + "'";
}

// Reads the digits of `form` ('0') and checks its other characters; returns the numbers between.
bool MatchForm(std::string_view text, std::string_view form, std::vector<int>* numbers) {
  if (text.size() != form.size()) return false;
  bool in_number = false;
  for (size_t i = 0; i < form.size(); ++i) {
    if (form[i] != '0') {
      if (text[i] != form[i]) return false;
      in_number = false;
      continue;
    }
    if (!std::isdigit(static_cast<unsigned char>(text[i]))) return false;
    if (!in_number) numbers->push_back(0);
    numbers->back() = numbers->back() * 10 + (text[i] - '0');
    in_number = true;
  }
  return true;
}

}  // namespace

bool IsQuoted(const YAML::Node& node) { return node.Tag() == "!"; }

bool ParseDouble(std::string_view text, double* value) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(*value);
}

bool ParseTime(std::string_view text, int64_t* microseconds) {
  std::vector<int> n;
  if (text.size() == 10 ? !MatchForm(text, "0000-00-00", &n)
                        : !MatchForm(text, "0000-00-00T00:00:00Z", &n)) {
    return false;
  }
  n.resize(6, 0);
  const std::chrono::year_month_day date{std::chrono::year(n[0]),
                                         std::chrono::month(static_cast<unsigned>(n[1])),
                                         std::chrono::day(static_cast<unsigned>(n[2]))};
  if (!date.ok() || n[3] > 23 || n[4] > 59 || n[5] > 59) return false;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  *microseconds = ((days * 24 + n[3]) * 3600 + n[4] * 60 + n[5]) * 1'000'000;
  return true;
}

Result<YAML::Node> YamlReader::Load(const std::string& text, const std::string& source) {
  try {
    return YAML::Load(text);
  } catch (const YAML::Exception& e) {
    return Status::Invalid(source, ":", e.mark.line + 1, ":", e.mark.column + 1,
                           ": this is no YAML: ", e.msg);
  }
}

Place YamlReader::PlaceOf(const YAML::Node& node) const {
  if (!node.IsDefined()) return {};
  YAML::Mark mark = node.Mark();
  return mark.is_null() ? Place{} : Place{mark.line + 1, mark.column + 1};
}

void YamlReader::FailAt(Place place, const std::string& message) {
  if (!status_.ok()) return;
  status_ = Status::Invalid(source_, ":", place.line, ":", place.column, ": ", message);
}

void YamlReader::Fail(const YAML::Node& node, const std::string& message) {
  FailAt(PlaceOf(node), message);
}

void YamlReader::Expected(const YAML::Node& node, const std::string& what) {
  Fail(node, "expected " + what + ", found " + Describe(node));
}

bool YamlReader::IsMapping(const YAML::Node& node, const std::string& what) {
  if (!node.IsMap()) {
    Expected(node, what);
    return false;
  }
  std::vector<std::string> seen;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) {
      Expected(entry.first, "a word as a key");
      return false;
    }
    const std::string& key = entry.first.Scalar();
    if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
      Fail(entry.first, "'" + key + "' stands here twice; keep one");
      return false;
    }
    seen.push_back(key);
  }
  return true;
}

bool YamlReader::IsMapping(const YAML::Node& node, const std::string& what,
                           const std::vector<std::string_view>& keys) {
  if (!IsMapping(node, what)) return false;
  std::vector<std::string> known(keys.begin(), keys.end());
  for (const auto& entry : node) {
    const std::string& key = entry.first.Scalar();
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    std::string list;
    for (const std::string& word : known) list += (list.empty() ? "" : ", ") + word;
    std::string suggestion = DidYouMean(key, known);
    Fail(entry.first, "unknown key '" + key + "' in " + what +
                          (suggestion.empty() ? "; known are " + list : suggestion));
    return false;
  }
  return true;
}

bool YamlReader::IsSequence(const YAML::Node& node, const std::string& what) {
  if (node.IsSequence()) return true;
  Expected(node, what);
  return false;
}

std::string YamlReader::Text(const YAML::Node& node, const std::string& what) {
  if (node.IsScalar()) return node.Scalar();
  Expected(node, what);
  return "";
}

std::string YamlReader::Name(const YAML::Node& node, const std::string& what) {
  std::string text = Text(node, what);
  bool fits =
      !text.empty() && text.size() <= 100 && !std::isdigit(static_cast<unsigned char>(text[0]));
  for (char c : text) fits &= std::isalnum(static_cast<unsigned char>(c)) || c == '_';
  if (!fits) Expected(node, what + " (letters, digits and _)");
  return text;
}

double YamlReader::Number(const YAML::Node& node, const std::string& what) {
  double value = 0;
  if (node.IsScalar() && node.Scalar().starts_with("$")) {
    std::string name = node.Scalar().substr(1);
    auto found = parameters_.find(name);
    if (found != parameters_.end()) return found->second;
    std::vector<std::string> names;
    for (const auto& [known, unused] : parameters_) names.push_back(known);
    Fail(node, "there is no parameter '" + name + "'" + DidYouMean(name, names));
  } else if (!node.IsScalar() || IsQuoted(node) || !ParseDouble(node.Scalar(), &value)) {
    Expected(node, what + " (a number)");
  }
  return value;
}

int64_t YamlReader::Integer(const YAML::Node& node, const std::string& what, int64_t low,
                            int64_t high) {
  double value = Number(node, what);
  if (!ok()) return low;
  if (value != std::floor(value) || value < static_cast<double>(low) ||
      value > static_cast<double>(high)) {
    Expected(node, what + " (a whole number from " + std::to_string(low) + " to " +
                       std::to_string(high) + ")");
    return low;
  }
  return static_cast<int64_t>(value);
}

double YamlReader::Share(const YAML::Node& node, const std::string& what) {
  double value = Number(node, what);
  if (ok() && (value < 0 || value > 1)) Expected(node, what + " (a share from 0 to 1)");
  return value;
}

bool YamlReader::Flag(const YAML::Node& node, const std::string& what) {
  return Word(node, what, {"false", "true"}) == 1;
}

size_t YamlReader::Word(const YAML::Node& node, const std::string& what,
                        const std::vector<std::string>& words) {
  std::string text = Text(node, what);
  if (!ok()) return 0;
  auto found = std::find(words.begin(), words.end(), text);
  if (found != words.end()) return static_cast<size_t>(found - words.begin());
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
  Fail(node, "expected " + what + " (one of " + list + "), found '" + text + "'" +
                 DidYouMean(text, words));
  return 0;
}

int64_t YamlReader::Duration(const YAML::Node& node, const std::string& what) {
  std::string text = Text(node, what);
  if (!ok()) return 0;
  size_t digits = text.find_first_not_of("0123456789.");
  double number = 0;
  std::string unit = digits == std::string::npos ? "" : text.substr(digits);
  static constexpr std::pair<const char*, double> kUnits[] = {
      {"us", 1}, {"ms", 1e3}, {"s", 1e6}, {"min", 6e7}, {"h", 3.6e9}, {"d", 8.64e10}};
  for (auto [name, microseconds] : kUnits) {
    if (unit != name || !ParseDouble(text.substr(0, digits), &number)) continue;
    if (number * microseconds < 4e15) return static_cast<int64_t>(number * microseconds + 0.5);
  }
  Expected(node, what + " (a time span like 500ms, 45s, 10min, 2h or 3d)");
  return 0;
}

int64_t YamlReader::Time(const YAML::Node& node, const std::string& what) {
  std::string text = Text(node, what);
  int64_t time = 0;
  if (ok() && !ParseTime(text, &time)) {
    Expected(node, what + " (a time like 2026-01-05T08:00:00Z, or a date like 2026-01-05)");
  }
  return time;
}

}  // namespace roost::yaml
