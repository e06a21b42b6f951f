#include "shred/hints.h"

namespace roost::shred {
namespace {

template <class... Args>
Status Fault(const Hint& hint, Args&&... what) {
  return Status::Invalid(hint.place, ": ", std::forward<Args>(what)...);
}

HintPlace& Below(HintPlace& place, const PathStep& step) {
  auto& below = step.kind == PathStep::Kind::kKey     ? place.members[step.key]
                : step.kind == PathStep::Kind::kItems ? place.items
                                                      : place.entries;
  if (!below) below = std::make_unique<HintPlace>();
  return *below;
}

/// Puts a hint into a tree; one for any root does not replace one for this root.
Status Insert(const Hint& hint, HintPlace& tree) {
  HintPlace* place = &tree;
  for (const PathStep& step : hint.steps) {
    if (place->treatment() == Treatment::kJson) {
      return Fault(hint, hint.json_path, " lies in ", place->hint->json_path,
                   ", which is asked to be JSON as a whole (", place->hint->place, ")");
    }
    place->has_demands |= hint.treatment == Treatment::kDemand;
    HintPlace& below = Below(*place, step);
    if (place->entries && !place->members.empty()) {
      return Fault(hint,
                   "a key of the same object is named elsewhere, but `.*` says that its keys "
                   "are data");
    }
    place = &below;
  }
  if (place->hint && place->hint->root == hint.root) {
    return Fault(hint, hint.json_path, " has a hint already (", place->hint->place, ")");
  }
  bool has_more = !place->members.empty() || place->items || place->entries;
  if (hint.treatment == Treatment::kJson && has_more) {
    return Fault(hint, hint.json_path, " is asked to be JSON as a whole, but has hints inside");
  }
  place->has_demands |= hint.treatment == Treatment::kDemand;
  place->hint = &hint;
  return Status::OK();
}

}  // namespace

const HintPlace* HintPlace::Find(std::string_view key) const {
  auto found = members.find(key);
  return found == members.end() ? nullptr : found->second.get();
}

Result<Hints> Hints::Make(std::vector<Hint> hints) {
  Hints made;
  made.hints_ = std::move(hints);
  for (size_t i = 0; i < made.hints_.size(); ++i) {
    made.hints_[i].number = i;
    made.trees_.try_emplace(made.hints_[i].root);
  }
  if (!made.hints_.empty()) made.trees_.try_emplace("");
  for (auto& [root, tree] : made.trees_) {
    for (const Hint& hint : made.hints_) {
      if (hint.root.empty()) ROOST_TRY(Insert(hint, tree));
    }
    for (const Hint& hint : made.hints_) {
      if (!root.empty() && hint.root == root) ROOST_TRY(Insert(hint, tree));
    }
  }
  return made;
}

const HintPlace* Hints::Of(const std::string& root) const {
  auto found = trees_.find(root);
  if (found == trees_.end()) found = trees_.find("");
  return found == trees_.end() ? nullptr : &found->second;
}

}  // namespace roost::shred
