// What validate keeps of a part is loaded or refused; what is loaded is saved as the same bytes,
// and merges without harm. Input: which kind; then its bytes, without the checksum of a whole file.
#include <xxhash.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "sketch/byte_order.h"
#include "tests/fuzz/law.h"
#include "validate/cell_counts.h"
#include "validate/column_profiler.h"
#include "validate/key_set.h"
#include "validate/odd_group.h"
#include "validate/part_state.h"

namespace {

using namespace roost::validate;
using roost::fuzz::Ensure;
using roost::sketch::ByteReader;
using roost::sketch::ByteWriter;

constexpr uint64_t kMostKeys = 4096;  // a range in few bytes may be of millions

template <class Kept>
std::string SavedBytes(Kept& kept) {
  ByteWriter to;
  kept.Save(to);
  return to.Take();
}

template <class Kept>
Kept LoadSaved(Kept& kept) {
  const std::string saved = SavedBytes(kept);
  ByteReader from(saved);
  auto again = Kept::Load(from);
  Ensure(again.ok() && from.AtEnd(), "what was saved can be loaded");
  Ensure(SavedBytes(*again) == saved, "what was loaded is saved as the same bytes");
  return *std::move(again);
}

template <class Kept>
void Check(std::string_view bytes) {
  ByteReader from(bytes);
  auto loaded = Kept::Load(from);
  if (!loaded.ok()) return;
  Kept again = LoadSaved(*loaded);
  if constexpr (!std::is_same_v<Kept, OddGroup>) {
    again.Merge(std::move(*loaded));
    const std::string saved = SavedBytes(again);
    ByteReader merged(saved);
    // Sums may be beyond what is loaded.
    if (auto both = Kept::Load(merged); both.ok()) LoadSaved(*both);
  }
}

void CheckKeys(std::string_view bytes) {
  ByteReader head(bytes);
  (void)head.Raw(sizeof(uint64_t) + 1);
  if (head.U64().ValueOr(0) <= kMostKeys) Check<KeySet>(bytes);
}

void CheckPart(std::string_view bytes) {
  std::string all(bytes);
  ByteWriter sum;
  sum.U64(XXH3_64bits(all.data(), all.size()));
  all += sum.Take();
  const auto part = PartState::Load(all, "part");
  if (!part.ok()) return;
  const std::string saved = part->Save("part");
  const auto again = PartState::Load(saved, "part");
  Ensure(again.ok() && again->Save("part") == saved, "a part is saved as it was loaded");
  Ensure(!PartState::Load(saved, "other").ok(), "and is no other part");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      CheckPart(bytes);
      break;
    case 1:
      CheckKeys(bytes);
      break;
    case 2:
      Check<CellCounts>(bytes);
      break;
    case 3:
      Check<ColumnProfiler>(bytes);
      break;
    default:
      Check<OddGroup>(bytes);
  }
  return 0;
}
