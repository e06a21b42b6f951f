#include "generate/fault_plan.h"

#include <charconv>

#include "generate/program.h"

namespace roost::generate {

namespace {

constexpr std::string_view kNames[kFaultCount] = {
    "orphan",    "late_parent", "over_capacity", "duplicate", "clash",
    "rule",      "null_burst",  "outlier",       "unit_swap", "type_flip",
    "truncated", "malformed",   "duplicate_file"};

Status Unknown(std::string_view name, const std::vector<std::string>& rules) {
  std::string known;
  for (size_t f = 0; f < kFaultCount; ++f) {
    if (static_cast<Fault>(f) != Fault::kRule)
      known += std::string(known.empty() ? "" : ", ") + std::string(kNames[f]);
  }
  for (const std::string& rule : rules) known += ", " + rule;
  return Status::Invalid("--inject: there is no fault '", name, "' in this world; there are ",
                         known);
}

}  // namespace

std::string_view FaultPlan::Name(Fault fault) { return kNames[static_cast<size_t>(fault)]; }

Result<std::vector<FaultPlan::Wish>> FaultPlan::Parse(std::string_view text,
                                                      const std::vector<std::string>& rules) {
  std::vector<Wish> wishes;
  while (!text.empty()) {
    size_t comma = std::min(text.find(','), text.size());
    std::string_view item = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    size_t equals = std::min(item.find('='), item.size());
    std::string_view name = item.substr(0, equals),
                     number = item.substr(std::min(equals + 1, item.size()));
    Wish wish{Fault::kCount, "", 0};
    for (size_t f = 0; f < kFaultCount; ++f) {
      if (kNames[f] == name && static_cast<Fault>(f) != Fault::kRule)
        wish.fault = static_cast<Fault>(f);
    }
    for (const std::string& rule : rules) {
      if (rule == name) wish = {Fault::kRule, rule, 0};
    }
    if (wish.fault == Fault::kCount) return Unknown(name, rules);
    auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), wish.share);
    if (error != std::errc() || end != number.data() + number.size() ||
        !(wish.share >= 0 && wish.share <= 1)) {
      return Status::Invalid("--inject: expected ", name,
                             "=SHARE with a share from 0 to 1, found '", item, "'");
    }
    for (const Wish& other : wishes) {
      if (other.fault == wish.fault && other.rule == wish.rule) {
        return Status::Invalid("--inject: '", name, "' stands there twice");
      }
    }
    if (wish.share > 0) wishes.push_back(wish);
  }
  return wishes;
}

FaultPlan::FaultPlan(uint64_t seed, std::vector<Wish> wishes) : wishes_(std::move(wishes)) {
  for (size_t f = 0; f < kFaultCount; ++f) {
    keys_[f] = MakeKey(seed, "fault:" + std::string(kNames[f]));
  }
  for (const Wish& wish : wishes_) {
    below_[static_cast<size_t>(wish.fault)] = Threshold(wish.share);
  }
}

uint64_t FaultPlan::Key(Fault fault, int table) const {
  return keys_[static_cast<size_t>(fault)] + (static_cast<uint64_t>(table) << 32);
}

bool FaultPlan::Hits(Fault fault, int table, uint64_t row) const {
  uint64_t below = below_[static_cast<size_t>(fault)];
  return below > 0 && Draw(Key(fault, table), row) < below;
}

bool FaultPlan::HitsRule(const std::string& rule, uint64_t row) const {
  for (const Wish& wish : wishes_) {
    if (wish.rule != rule) continue;
    return Draw(MakeKey(Key(Fault::kRule, 0), rule), row) < Threshold(wish.share);
  }
  return false;
}

uint64_t FaultPlan::Bits(Fault fault, int table, uint64_t row) const {
  return Draw(Key(fault, table) + 2, row);
}

bool FaultPlan::IsLost(uint64_t iteration) const {
  return iteration > 0 && (Hits(Fault::kTruncated, kDocument, iteration) ||
                           Hits(Fault::kMalformed, kDocument, iteration));
}

bool Program::IsLost(uint64_t iteration) const { return faults && faults->IsLost(iteration); }

}  // namespace roost::generate
