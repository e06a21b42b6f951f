#include "shred/demands.h"

#include "shred/array_class.h"
#include "shred/number.h"

namespace roost::shred {
namespace {

bool IsMet(Demand demand, const Tape& tape, const Token& token) {
  switch (demand) {
    case Demand::kInt64:
      return token.kind == TokenKind::kNumber &&
             ReadNumber(tape.base() + token.begin).kind == NumberKind::kInteger;
    case Demand::kNumber:
      return token.kind == TokenKind::kNumber;
    case Demand::kBool:
      return token.kind == TokenKind::kTrue || token.kind == TokenKind::kFalse;
    case Demand::kText:
      return token.kind == TokenKind::kText;
    case Demand::kArray:
      return token.kind == TokenKind::kArray;
    case Demand::kObject:
      return token.kind == TokenKind::kObject;
  }
  return true;
}

const char* KindOf(const Tape& tape, const Token& token) {
  switch (token.kind) {
    case TokenKind::kNull:
      return "null";
    case TokenKind::kTrue:
    case TokenKind::kFalse:
      return "bool";
    case TokenKind::kText:
      return "text";
    case TokenKind::kArray:
      return "array";
    case TokenKind::kObject:
      return "object";
    case TokenKind::kNumber:
      break;
  }
  switch (ReadNumber(tape.base() + token.begin).kind) {
    case NumberKind::kInteger:
      return "int64";
    case NumberKind::kWhole:
      return "an integer beyond int64";
    default:
      return "a number that is no int64";
  }
}

class Search {
 public:
  explicit Search(Tape& tape) : tape_(tape) {}

  void Value(const HintPlace& place, uint32_t index) {
    const Token& token = tape_.tokens()[index];
    if (!place.has_demands || token.kind == TokenKind::kNull) return;
    if (place.treatment() == Treatment::kDemand && !IsMet(place.hint->demand, tape_, token)) {
      Note(*place.hint, token);
    }
    if (token.kind == TokenKind::kArray) return Elements(place, ItemsOf(tape_, index));
    if (place.treatment() == Treatment::kList) return Elements(place, OnlyItem(tape_, index));
    if (token.kind == TokenKind::kObject) Members(place, index);
  }

  std::optional<UnmetDemand> Result() { return std::move(unmet_); }

 private:
  void Elements(const HintPlace& place, Items items) {
    if (!place.items || Classify(tape_, items).array_class != ArrayClass::kTable) return;
    size_t number = 0;
    for (uint32_t at = items.first; at < items.end; at = tape_.tokens()[at].next) {
      Below("[" + std::to_string(number++) + "]", *place.items, at);
    }
  }

  void Members(const HintPlace& place, uint32_t index) {
    const auto& tokens = tape_.tokens();
    std::map<const HintPlace*, uint32_t> last;  // of the members with hints: their last values
    for (uint32_t key = index + 1; key < tokens[index].next; key = tokens[key + 1].next) {
      std::string_view text = tape_.Text(tokens[key]);
      if (place.entries) Below(Step(text), *place.entries, key + 1);
      if (const HintPlace* below = place.Find(text)) last[below] = key + 1;
    }
    for (auto [below, value] : last) Below(Step(tape_.Text(tokens[value - 1])), *below, value);
  }

  static std::string Step(std::string_view key) {
    std::string step;
    AppendJsonPathKey(step, key);
    return step;
  }

  void Below(const std::string& step, const HintPlace& place, uint32_t index) {
    size_t size = path_.size();
    path_ += step;
    Value(place, index);
    path_.resize(size);
  }

  void Note(const Hint& hint, const Token& token) {
    uint32_t offset = token.begin - (token.kind == TokenKind::kText);
    if (unmet_ && unmet_->offset <= offset) return;
    std::string reason = path_ + ": expected " + kDemandNames[static_cast<size_t>(hint.demand)] +
                         ", found " + KindOf(tape_, token) + " (" + hint.place + ")";
    unmet_ = {&hint, offset, std::move(reason), path_};
  }

  Tape& tape_;
  std::string path_ = "$";
  std::optional<UnmetDemand> unmet_;
};

}  // namespace

std::optional<UnmetDemand> FindUnmetDemand(Tape& tape, const HintPlace& place) {
  if (!place.has_demands) return std::nullopt;
  Search search(tape);
  search.Value(place, 0);
  return search.Result();
}

}  // namespace roost::shred
