#include "shred/reference/hints.h"

#include <algorithm>

#include "shred/reference/kinds.h"
#include "shred/reference/times.h"

namespace roost::shred::reference {
namespace {

bool IsMet(Demand demand, const Value& value) {
  switch (demand) {
    case Demand::kInt64:
      return value.kind == Kind::kNumber && IsInteger(value) && FitsInt64(value);
    case Demand::kNumber:
      return value.kind == Kind::kNumber;
    case Demand::kBool:
      return value.kind == Kind::kTrue || value.kind == Kind::kFalse;
    case Demand::kText:
      return value.kind == Kind::kText;
    case Demand::kArray:
      return value.kind == Kind::kArray;
    case Demand::kObject:
      return value.kind == Kind::kObject;
  }
  return false;
}

class Marker {
 public:
  Marker(const std::string& root, const std::vector<Hint>& hints) : root_(root), hints_(hints) {}

  std::string Run(Value& record) {
    Visit(record);
    return unmet_;
  }

 private:
  /// The hint for the place where the walk is; one for this root before one for all.
  const Hint* Here() const {
    const Hint* found = nullptr;
    for (const Hint& hint : hints_) {
      const bool is_meant = hint.root.empty() ? !found : hint.root == root_;
      if (is_meant && hint.steps == steps_) found = &hint;
    }
    return found;
  }

  /// True if a hint goes on from here with such a step.
  bool GoesOn(PathStep::Kind kind) const {
    return std::any_of(hints_.begin(), hints_.end(), [&](const Hint& hint) {
      return (hint.root.empty() || hint.root == root_) && hint.steps.size() > steps_.size() &&
             std::equal(steps_.begin(), steps_.end(), hint.steps.begin()) &&
             hint.steps[steps_.size()].kind == kind;
    });
  }

  void Visit(Value& value) {
    const Hint* hint = Here();
    value.is_hinted = hint != nullptr;
    if (value.kind == Kind::kNull) return;
    if (hint) Treat(*hint, value);
    if (value.mark == Mark::kJson) return;
    if (value.kind == Kind::kObject) Members(value);
    if (value.kind == Kind::kArray && ClassOf(value) == ArrayClass::kTable) {
      for (Value& item : value.items) Step({PathStep::Kind::kItems, ""}, item);
    }
  }

  void Treat(const Hint& hint, Value& value) {
    const bool is_scalar = value.kind != Kind::kArray && value.kind != Kind::kObject;
    switch (hint.treatment) {
      case Treatment::kJson:
        value.mark = Mark::kJson;
        break;
      case Treatment::kText:
        if (is_scalar) value.mark = value.kind == Kind::kText ? Mark::kText : Mark::kVerbatim;
        break;
      case Treatment::kTimestamp:
        value.time_pattern = hint.pattern.text();
        if (value.kind == Kind::kText && ReadByPattern(value.text, value.time_pattern)) {
          value.mark = Mark::kTime;
        }
        break;
      case Treatment::kList:
        if (value.kind != Kind::kArray) Wrap(value);
        break;
      case Treatment::kDemand:
        if (!IsMet(hint.demand, value) && unmet_.empty()) {
          unmet_ = std::string("a hint demands ") + kDemandNames[static_cast<size_t>(hint.demand)];
        }
        break;
      case Treatment::kUsual:
        break;
    }
  }

  static void Wrap(Value& value) {
    Value array;
    array.kind = Kind::kArray;
    array.raw = value.raw;
    array.is_only_item = array.is_hinted = true;
    value.is_hinted = false;
    array.items.push_back(std::move(value));
    value = std::move(array);
  }

  void Members(Value& object) {
    object.keys_are_named = GoesOn(PathStep::Kind::kKey);
    object.keys_are_data = GoesOn(PathStep::Kind::kEntries);
    for (size_t i = 0; i < object.members.size(); ++i) {
      Member& member = object.members[i];
      const bool is_replaced =
          std::any_of(object.members.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                      object.members.end(), [&](const Member& m) { return m.key == member.key; });
      if (object.keys_are_data) {
        Step({PathStep::Kind::kEntries, ""}, member.value);
      } else if (!is_replaced) {
        Step({PathStep::Kind::kKey, member.key}, member.value);
      }
    }
  }

  void Step(PathStep step, Value& value) {
    steps_.push_back(std::move(step));
    Visit(value);
    steps_.pop_back();
  }

  const std::string& root_;
  const std::vector<Hint>& hints_;
  std::vector<PathStep> steps_;
  std::string unmet_;
};

}  // namespace

std::string ApplyHints(Value& record, const std::string& root, const std::vector<Hint>& hints) {
  return hints.empty() ? "" : Marker(root, hints).Run(record);
}

}  // namespace roost::shred::reference
