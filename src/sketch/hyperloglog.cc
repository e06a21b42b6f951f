#include "sketch/hyperloglog.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace roost::sketch {

namespace {

// Ertl's sigma and tau: the share of registers that are still empty, or full, to their part of
// the harmonic sum.
double Sigma(double x) {
  if (x == 1) return INFINITY;
  double y = 1, z = x, last;
  do {
    x *= x;
    last = z;
    z += x * y;
    y += y;
  } while (z != last);
  return z;
}

double Tau(double x) {
  if (x == 0 || x == 1) return 0;
  double y = 1, z = 1 - x, last;
  do {
    x = std::sqrt(x);
    last = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  } while (z != last);
  return z / 3;
}

}  // namespace

void HyperLogLog::Merge(const HyperLogLog& other) {
  for (size_t i = 0; i < registers_.size(); ++i) {
    registers_[i] = std::max(registers_[i], other.registers_[i]);
  }
}

double HyperLogLog::Estimate() const {
  std::array<int, kValueBits + 2> counts{};
  for (uint8_t value : registers_) ++counts[value];
  auto size = static_cast<double>(registers_.size());
  double sum = size * Tau(1 - counts[kValueBits + 1] / size);
  for (int rank = kValueBits; rank >= 1; --rank) sum = 0.5 * (sum + counts[rank]);
  sum += size * Sigma(counts[0] / size);
  constexpr double kAlpha = 0.7213475204444817;  // 1 / (2 ln 2)
  return kAlpha * size * size / sum;
}

void HyperLogLog::Save(ByteWriter& to) const {
  to.Raw({reinterpret_cast<const char*>(registers_.data()), registers_.size()});
}

Result<HyperLogLog> HyperLogLog::Load(ByteReader& from) {
  HyperLogLog sketch;
  ROOST_ASSIGN(std::string_view bytes, from.Raw(sketch.registers_.size()));
  std::copy(bytes.begin(), bytes.end(), sketch.registers_.begin());
  for (uint8_t value : sketch.registers_) {
    if (value > kValueBits + 1) return Status::Invalid("a HyperLogLog register is out of range");
  }
  return sketch;
}

}  // namespace roost::sketch
