#include "generate/water_fill.h"

#include <algorithm>
#include <functional>

namespace roost::generate {

namespace {

// One round: gives every class below its limit its share of `total`, or up to its limit. Returns
// what was given.
uint64_t FillOnce(uint64_t total, std::span<const uint64_t> weights,
                  std::span<const uint32_t> limits, std::vector<uint32_t>* parts) {
  uint64_t open_weight = 0, given = 0;
  for (size_t i = 0; i < limits.size(); ++i) {
    if ((*parts)[i] < limits[i]) open_weight += weights[i];
  }
  for (size_t i = 0; i < limits.size(); ++i) {
    uint32_t room = limits[i] - (*parts)[i];
    if (room == 0) continue;
    auto share = static_cast<uint32_t>(std::min<uint64_t>(room, total * weights[i] / open_weight));
    (*parts)[i] += share;
    given += share;
  }
  return given;
}

}  // namespace

void WaterFill(uint64_t total, std::span<const uint64_t> weights, std::span<const uint32_t> limits,
               std::vector<uint32_t>* parts) {
  parts->assign(limits.size(), 0);
  uint64_t room = 0;
  for (uint32_t limit : limits) room += limit;
  total = std::min(total, room);
  while (total > 0) {
    uint64_t given = FillOnce(total, weights, limits, parts);
    total -= given;
    if (given > 0) continue;
    // Less than one seat for each: one after the other, where the part is smallest for its weight.
    size_t best = limits.size();
    for (size_t i = 0; i < limits.size(); ++i) {
      if ((*parts)[i] == limits[i]) continue;
      if (best == limits.size() ||
          ((*parts)[i] + 1) * weights[best] < ((*parts)[best] + 1) * weights[i]) {
        best = i;
      }
    }
    ++(*parts)[best];
    --total;
  }
}

bool CanServe(std::span<const uint32_t> wishes, std::span<const uint32_t> seats) {
  std::vector<uint32_t> sorted(seats.begin(), seats.end());
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  uint64_t used = 0;
  for (size_t t = 0; t < sorted.size(); ++t) {
    used += sorted[t];
    uint64_t takers = 0;
    for (uint32_t wish : wishes) takers += std::min<uint64_t>(wish, t + 1);
    if (used > takers) return false;
  }
  return true;
}

}  // namespace roost::generate
