#include "world/number_parser.h"

#include <algorithm>
#include <cmath>

namespace roost::world {

namespace {

using YAML::Node;

constexpr int64_t kMaxInt = int64_t{1} << 53;  // whole numbers that a double holds exactly

Distribution ParseBounded(YamlReader& reader, const Node& node, const std::string& what) {
  struct Form {
    const char* key;
    Distribution::Kind kind;
    size_t numbers;
    const char* expected;
  };
  static constexpr Form kForms[] = {
      {"normal", Distribution::Kind::kNormal, 2, "[mean, deviation]"},
      {"lognormal", Distribution::Kind::kLognormal, 2, "[median, spread]"},
      {"exponential", Distribution::Kind::kExponential, 1, "[mean]"},
      {"power", Distribution::Kind::kPower, 1, "[skew]"}};
  Distribution distribution;
  Node between = node["between"];
  if (!between.IsDefined() || !between.IsSequence() || between.size() != 2) {
    reader.Expected(between.IsDefined() ? between : node, "between: [least, greatest] of " + what);
    return distribution;
  }
  distribution.low = reader.Number(between[0], "the least value");
  distribution.high = reader.Number(between[1], "the greatest value");
  if (reader.ok() && (distribution.low > distribution.high || std::fabs(distribution.low) > 1e15 ||
                      std::fabs(distribution.high) > 1e15)) {
    reader.Fail(between, "expected [least, greatest], in this order and within 1e15");
  }
  int forms = 0;
  for (const Form& form : kForms) {
    Node numbers = node[form.key];
    if (!numbers.IsDefined()) continue;
    if (++forms > 1) reader.Fail(numbers, "one distribution is enough");
    distribution.kind = form.kind;
    if (!numbers.IsSequence() || numbers.size() != form.numbers) {
      reader.Expected(numbers, form.expected);
      return distribution;
    }
    distribution.first = reader.Number(numbers[0], form.expected);
    if (form.numbers > 1) distribution.second = reader.Number(numbers[1], form.expected);
    bool positive = form.numbers > 1 ? distribution.second > 0 : distribution.first > 0;
    if (form.kind == Distribution::Kind::kLognormal) positive &= distribution.first > 0;
    if (reader.ok() && !positive)
      reader.Fail(numbers, std::string("expected ") + form.expected + " above zero");
  }
  return distribution;
}

Distribution ParseWeights(YamlReader& reader, const Node& node) {
  Distribution distribution;
  distribution.kind = Distribution::Kind::kWeights;
  if (!reader.IsMapping(node, "weights: {value: weight, ...}")) return distribution;
  double total = 0;
  for (const auto& entry : node) {
    double value = reader.Number(entry.first, "a value");
    double weight = reader.Number(entry.second, "a weight");
    if (reader.ok() && weight < 0) reader.Expected(entry.second, "a weight of zero or more");
    total += weight;
    distribution.weights.emplace_back(value, weight);
  }
  if (reader.ok() && total <= 0) reader.Expected(node, "at least one weight above zero");
  std::sort(distribution.weights.begin(), distribution.weights.end());
  if (reader.ok()) {
    distribution.low = distribution.weights.front().first;
    distribution.high = distribution.weights.back().first;
  }
  return distribution;
}

Distribution ParseKeys(YamlReader& reader, const Node& node, const std::string& what) {
  return node["weights"].IsDefined() ? ParseWeights(reader, node["weights"])
                                     : ParseBounded(reader, node, what);
}

#define ROOST_DISTRIBUTION_KEYS "between", "normal", "lognormal", "exponential", "power", "weights"

}  // namespace

FieldKind ParseNumber(YamlReader& reader, const Node& node, bool whole) {
  Number number;
  if (node.IsScalar()) {
    number.distribution = ParseDistribution(reader, node, "a number");
    return number;
  }
  if (!reader.IsMapping(node, "a number field", {ROOST_DISTRIBUTION_KEYS, "decimals", "dealt"})) {
    return number;
  }
  number.distribution = ParseKeys(reader, node, "the number");
  number.decimals = whole ? 0 : 2;
  if (node["decimals"].IsDefined()) {
    if (whole) reader.Fail(node["decimals"], "an int has no decimals; use number");
    number.decimals = static_cast<int>(reader.Integer(node["decimals"], "decimals", 1, 9));
  }
  if (node["dealt"].IsDefined()) number.dealt = reader.Flag(node["dealt"], "dealt");
  double largest =
      std::max(std::fabs(number.distribution.low), std::fabs(number.distribution.high));
  bool whole_range = number.distribution.kind == Distribution::Kind::kBetween;
  double limit = whole_range ? static_cast<double>(kMaxInt) : 1e13;  // what Sampler can hold
  if (reader.ok() && largest * std::pow(10, number.decimals) > limit) {
    reader.Fail(node, "these numbers have too many digits; use fewer decimals or a smaller range");
  }
  return number;
}

FieldKind ParseSequence(YamlReader& reader, const Node& node) {
  Sequence sequence;
  if (!reader.IsMapping(node, "a sequence", {"start", "step"})) return sequence;
  if (node["start"].IsDefined())
    sequence.start = reader.Integer(node["start"], "start", -kMaxInt, kMaxInt);
  if (node["step"].IsDefined()) sequence.step = reader.Integer(node["step"], "step", 1, 1'000'000);
  return sequence;
}

FieldKind ParseIndex(YamlReader& reader, const Node& node) {
  Index index;
  if (!reader.IsMapping(node, "an index", {"start"})) return index;
  if (node["start"].IsDefined())
    index.start = reader.Integer(node["start"], "start", -kMaxInt, kMaxInt);
  return index;
}

Distribution ParseDistribution(YamlReader& reader, const YAML::Node& node,
                               const std::string& what) {
  Distribution distribution;
  if (node.IsScalar()) {
    distribution.low = distribution.high = reader.Number(node, what);
    return distribution;
  }
  if (!reader.IsMapping(node, what, {ROOST_DISTRIBUTION_KEYS})) return distribution;
  return ParseKeys(reader, node, what);
}

}  // namespace roost::world
