// Bytes are a sketch or are refused; a sketch is saved, loaded and saved again as the same bytes.
// Input: the bytes of a saved sketch; or, with another version in front, two bytes that say which
// byte of one is harmed, one that says how, and values to make it of.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "sketch/column_sketch.h"
#include "tests/fuzz/law.h"

namespace {

using roost::fuzz::Ensure;
using roost::sketch::ColumnSketch;

constexpr uint8_t kVersion = 3;
constexpr size_t kMostBytes = 96;  // more only take longer

ColumnSketch LoadSaved(const ColumnSketch& sketch) {
  const std::string saved = sketch.Save();
  auto loaded = ColumnSketch::Load(saved);
  Ensure(loaded.ok(), "what was saved can be loaded");
  Ensure(loaded->Save() == saved, "what was loaded is saved as the same bytes");
  return *std::move(loaded);
}

void Check(const ColumnSketch& sketch) {
  const ColumnSketch loaded = LoadSaved(sketch);
  Ensure(loaded.numbers().Quantile(0) <= loaded.numbers().Quantile(0.5) &&
             loaded.numbers().Quantile(0.5) <= loaded.numbers().Quantile(1),
         "quantiles rise");
  Ensure(std::isfinite(loaded.distinct().Estimate()) && loaded.distinct().Estimate() >= 0,
         "there are so many different values");
  for (const auto& top : loaded.top().Top(8))
    Ensure(top.count <= loaded.values(), "no value is more frequent than all");
  if (loaded.rows() > uint64_t{1} << 50) return;
  ColumnSketch twice = loaded;
  twice.Merge(loaded);
  Ensure(LoadSaved(twice).rows() == 2 * loaded.rows(), "two sketches hold the rows of both");
}

// A byte says what comes: of eight kinds which, then how many times.
ColumnSketch MakeOf(std::string_view bytes) {
  ColumnSketch all, part;
  while (!bytes.empty()) {
    const auto what = static_cast<uint8_t>(bytes[0]);
    bytes.remove_prefix(1);
    const uint64_t times = uint64_t{1} << (what / 8 % 8);
    const size_t taken = std::min<size_t>(what >= 128 ? 2 : 8, bytes.size());
    const std::string_view text = bytes.substr(0, taken);
    uint64_t number = 0;
    for (char c : text) number = number << 8 | static_cast<uint8_t>(c);
    if (what % 8 != 0) bytes.remove_prefix(taken);
    switch (what % 8) {
      case 0:
        part.Add({}, times);
        break;
      case 1:
      case 2:
        part.Add(roost::sketch::ValueOfInteger(static_cast<int64_t>(number)), times * times);
        break;
      case 3:
        part.Add(roost::sketch::ValueOfDouble(std::bit_cast<double>(number)), times);
        break;
      case 4:
      case 5:
        part.Add(roost::sketch::ValueOfText(text), times);
        break;
      case 6:
        for (uint64_t i = 0; i < times % 64; ++i)
          part.Add(roost::sketch::ValueOfInteger(static_cast<int64_t>(number % 1024 + i)));
        break;
      default:
        all.Merge(part);
        part = {};
    }
  }
  all.Merge(part);
  return all;
}

void LoadHarmed(std::string saved, size_t place, uint8_t harm) {
  saved[place % saved.size()] ^= static_cast<char>(harm);
  if (const auto sketch = ColumnSketch::Load(saved); sketch.ok()) Check(*sketch);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (size < 4) return 0;
  if (data[0] == kVersion) {
    if (const auto sketch = ColumnSketch::Load(bytes); sketch.ok()) Check(*sketch);
    return 0;
  }
  const ColumnSketch made = MakeOf(bytes.substr(4, kMostBytes));
  Check(made);
  if (data[3] != 0) LoadHarmed(made.Save(), data[1] * 256u + data[2], data[3]);
  return 0;
}
