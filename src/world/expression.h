// Computes numbers from a formula over named numbers: "quantity * price - min(discount, 5)".
//
// Grammar: + - * / % with the usual ranks, parentheses, comparisons (= != < <= > >=, worth 1 or 0),
// and, or, not, and the functions min max floor ceil round abs if(condition, then, else). A name is
// a word, or two words with a dot ("product.price"); $name is a parameter and becomes a number
// while parsing. Everything is an IEEE double, each step rounded by itself, so that all machines
// agree.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace roost::world {

class Expression {
 public:
  /// Invalid says what was expected and at which character, from 1.
  static Result<Expression> Parse(std::string_view text,
                                  const std::map<std::string, double>& parameters);

  /// The names it needs, in the order in which Evaluate wants their values.
  const std::vector<std::string>& names() const { return names_; }
  const std::string& text() const { return text_; }

  /// Fills `out` with one result a row; `columns[i]` has the values of names()[i].
  void Evaluate(std::span<const std::span<const double>> columns, std::span<double> out) const;

 private:
  friend class ExpressionParser;
  enum class Op : uint8_t {
    kNumber,
    kName,
    kAdd,
    kSubtract,
    kMultiply,
    kDivide,
    kRemainder,
    kNegate,
    kNot,
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kAnd,
    kOr,
    kMin,
    kMax,
    kFloor,
    kCeil,
    kRound,
    kAbs,
    kIf
  };
  struct Step {
    Op op;
    double number = 0;
    uint32_t name = 0;
  };
  static void Combine(Op op, std::span<double> left, std::span<const double> right);

  std::string text_;
  std::vector<std::string> names_;
  std::vector<Step> steps_;  // in postfix order
};

}  // namespace roost::world
