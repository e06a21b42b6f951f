// Divides a number of seats among classes: by weight, and never beyond a class's limit.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace roost::generate {

/// Sets `parts` so that they sum up to min(total, sum of limits), part i is limits[i] at most, and
/// parts below their limit are in proportion to the weights (all above zero), to within one.
void WaterFill(uint64_t total, std::span<const uint64_t> weights, std::span<const uint32_t> limits,
               std::vector<uint32_t>* parts);

/// True if owners who want `wishes` different classes each can be served by classes that have
/// `seats` each, all of them used (the theorem of Gale and Ryser). Sums must be equal.
bool CanServe(std::span<const uint32_t> wishes, std::span<const uint32_t> seats);

}  // namespace roost::generate
