#include "world/expression.h"

#include <cctype>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace roost::world {

namespace {

constexpr int kMaxDepth = 100;

}  // namespace

/// Recursive descent, one method a rank, straight to postfix.
class ExpressionParser {
 public:
  ExpressionParser(std::string_view text, const std::map<std::string, double>& parameters)
      : text_(text), parameters_(parameters) {}

  Result<Expression> Parse() {
    out_.text_ = std::string(text_);
    ROOST_TRY(Or());
    Skip();
    if (at_ < text_.size()) return Expected("an operator or the end");
    return std::move(out_);
  }

 private:
  using Op = Expression::Op;

  Status Expected(const std::string& what) const {
    std::string found = at_ < text_.size() ? "'" + std::string(1, text_[at_]) + "'" : "the end";
    return Status::Invalid("in \"", text_, "\" at character ", at_ + 1, ": expected ", what,
                           ", found ", found);
  }

  void Skip() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }

  bool Take(std::string_view token) {
    Skip();
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }

  bool TakeWord(std::string_view word) {
    Skip();
    if (text_.substr(at_, word.size()) != word) return false;
    size_t end = at_ + word.size();
    if (end < text_.size() && IsWord(text_[end])) return false;
    at_ = end;
    return true;
  }

  static bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

  std::string Word() {
    size_t begin = at_;
    while (at_ < text_.size() && IsWord(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  void Push(Op op) { out_.steps_.push_back({op}); }

  Status Or() {
    if (++depth_ > kMaxDepth) return Expected("less nesting");
    ROOST_TRY(And());
    while (TakeWord("or")) {
      ROOST_TRY(And());
      Push(Op::kOr);
    }
    --depth_;
    return Status::OK();
  }

  Status And() {
    ROOST_TRY(Not());
    while (TakeWord("and")) {
      ROOST_TRY(Not());
      Push(Op::kAnd);
    }
    return Status::OK();
  }

  Status Not() {
    bool negated = TakeWord("not");
    ROOST_TRY(Comparison());
    if (negated) Push(Op::kNot);
    return Status::OK();
  }

  Status Comparison() {
    ROOST_TRY(Sum());
    struct Sign {
      const char* text;
      Op op;
      bool negate;
    };
    static constexpr Sign kSigns[] = {{"<=", Op::kLessEqual, false}, {">=", Op::kLess, true},
                                      {"!=", Op::kNotEqual, false},  {"<", Op::kLess, false},
                                      {">", Op::kLessEqual, true},   {"=", Op::kEqual, false}};
    for (const Sign& sign : kSigns) {
      if (!Take(sign.text)) continue;
      ROOST_TRY(Sum());
      Push(sign.op);
      if (sign.negate) Push(Op::kNot);
      break;
    }
    return Status::OK();
  }

  Status Sum() {
    ROOST_TRY(Product());
    while (true) {
      Op op = Take("+") ? Op::kAdd : Take("-") ? Op::kSubtract : Op::kNumber;
      if (op == Op::kNumber) return Status::OK();
      ROOST_TRY(Product());
      Push(op);
    }
  }

  Status Product() {
    ROOST_TRY(Unary());
    while (true) {
      Op op = Take("*")   ? Op::kMultiply
              : Take("/") ? Op::kDivide
              : Take("%") ? Op::kRemainder
                          : Op::kNumber;
      if (op == Op::kNumber) return Status::OK();
      ROOST_TRY(Unary());
      Push(op);
    }
  }

  Status Unary() {
    bool negated = Take("-");
    ROOST_TRY(Primary());
    if (negated) Push(Op::kNegate);
    return Status::OK();
  }

  Status Primary() {
    if (Take("(")) {
      ROOST_TRY(Or());
      return Take(")") ? Status::OK() : Expected("')'");
    }
    Skip();
    if (at_ < text_.size() &&
        (std::isdigit(static_cast<unsigned char>(text_[at_])) || text_[at_] == '.')) {
      return Literal();
    }
    if (Take("$")) return Parameter();
    if (at_ < text_.size() && IsWord(text_[at_])) return NameOrCall();
    return Expected("a number, a name or '('");
  }

  Status Literal() {
    std::string rest(text_.substr(at_));
    char* end = nullptr;
    double number = std::strtod(rest.c_str(), &end);
    at_ += static_cast<size_t>(end - rest.c_str());
    out_.steps_.push_back({Op::kNumber, number});
    return Status::OK();
  }

  Status Parameter() {
    size_t begin = at_;
    auto found = parameters_.find(Word());
    if (found == parameters_.end()) {
      at_ = begin;
      return Expected("the name of a parameter");
    }
    out_.steps_.push_back({Op::kNumber, found->second});
    return Status::OK();
  }

  Status NameOrCall() {
    size_t begin = at_;
    std::string name = Word();
    if (Take("(")) return Call(name, begin);
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      std::string field = Word();
      if (field.empty()) return Expected("a field's name");
      name += "." + field;
    }
    uint32_t index = 0;
    while (index < out_.names_.size() && out_.names_[index] != name) ++index;
    if (index == out_.names_.size()) out_.names_.push_back(name);
    out_.steps_.push_back({Op::kName, 0, index});
    return Status::OK();
  }

  Status Call(const std::string& name, size_t begin) {
    struct Function {
      const char* name;
      Op op;
      int arguments;
    };
    static constexpr Function kFunctions[] = {{"min", Op::kMin, 2},     {"max", Op::kMax, 2},
                                              {"floor", Op::kFloor, 1}, {"ceil", Op::kCeil, 1},
                                              {"round", Op::kRound, 1}, {"abs", Op::kAbs, 1},
                                              {"if", Op::kIf, 3}};
    for (const Function& function : kFunctions) {
      if (name != function.name) continue;
      for (int i = 0; i < function.arguments; ++i) {
        if (i > 0 && !Take(",")) return Expected("','");
        ROOST_TRY(Or());
      }
      Push(function.op);
      return Take(")") ? Status::OK() : Expected("')'");
    }
    at_ = begin;
    return Expected("one of the functions min, max, floor, ceil, round, abs, if");
  }

  std::string_view text_;
  const std::map<std::string, double>& parameters_;
  size_t at_ = 0;
  int depth_ = 0;
  Expression out_;
};

Result<Expression> Expression::Parse(std::string_view text,
                                     const std::map<std::string, double>& parameters) {
  return ExpressionParser(text, parameters).Parse();
}

void Expression::Combine(Op op, std::span<double> left, std::span<const double> right) {
  size_t n = left.size();
  auto each = [&](auto&& f) {
    for (size_t i = 0; i < n; ++i) left[i] = f(left[i], right[i]);
  };
  switch (op) {
    case Op::kAdd:
      return each([](double a, double b) { return a + b; });
    case Op::kSubtract:
      return each([](double a, double b) { return a - b; });
    case Op::kMultiply:
      return each([](double a, double b) { return a * b; });
    case Op::kDivide:
      return each([](double a, double b) { return b == 0 ? 0 : a / b; });
    case Op::kRemainder:
      return each([](double a, double b) { return b == 0 ? 0 : std::fmod(a, b); });
    case Op::kEqual:
      return each([](double a, double b) { return a == b; });
    case Op::kNotEqual:
      return each([](double a, double b) { return a != b; });
    case Op::kLess:
      return each([](double a, double b) { return a < b; });
    case Op::kLessEqual:
      return each([](double a, double b) { return a <= b; });
    case Op::kAnd:
      return each([](double a, double b) { return a != 0 && b != 0; });
    case Op::kOr:
      return each([](double a, double b) { return a != 0 || b != 0; });
    case Op::kMin:
      return each([](double a, double b) { return a < b ? a : b; });
    case Op::kMax:
      return each([](double a, double b) { return a > b ? a : b; });
    case Op::kNegate:
      return each([](double a, double) { return -a; });
    case Op::kNot:
      return each([](double a, double) { return a == 0; });
    case Op::kFloor:
      return each([](double a, double) { return std::floor(a); });
    case Op::kCeil:
      return each([](double a, double) { return std::ceil(a); });
    case Op::kRound:
      return each([](double a, double) { return std::floor(a + 0.5); });
    case Op::kAbs:
      return each([](double a, double) { return std::fabs(a); });
    default:
      ROOST_CHECK(false);
  }
}

void Expression::Evaluate(std::span<const std::span<const double>> columns,
                          std::span<double> out) const {
  size_t n = out.size();
  std::vector<std::vector<double>> stack;
  for (const Step& step : steps_) {
    switch (step.op) {
      case Op::kNumber:
        stack.emplace_back(n, step.number);
        break;
      case Op::kName:
        stack.emplace_back(columns[step.name].begin(), columns[step.name].end());
        break;
      case Op::kNegate:
      case Op::kNot:
      case Op::kFloor:
      case Op::kCeil:
      case Op::kRound:
      case Op::kAbs:
        Combine(step.op, stack.back(), stack.back());
        break;
      case Op::kIf: {
        auto otherwise = std::move(stack.back());
        stack.pop_back();
        auto then = std::move(stack.back());
        stack.pop_back();
        for (size_t i = 0; i < n; ++i)
          stack.back()[i] = stack.back()[i] != 0 ? then[i] : otherwise[i];
        break;
      }
      default: {
        auto right = std::move(stack.back());
        stack.pop_back();
        Combine(step.op, stack.back(), right);
      }
    }
  }
  for (size_t i = 0; i < n; ++i) out[i] = stack.back()[i];
}

}  // namespace roost::world
