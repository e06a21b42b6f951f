// Remembers which values a column has: all of them up to 65,536, then a fair sample and a count.
//
// Beyond the limit the 1,024 smallest hashes stay (bottom-k: a sample of the distinct values that
// is the same whatever their order, and comparable between columns) and a HyperLogLog counts.
// Merging gives exactly the state of one pass over both. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sketch/byte_order.h"
#include "sketch/hash_set.h"
#include "sketch/hyperloglog.h"

namespace roost::sketch {

class DistinctValues {
 public:
  static constexpr size_t kExactLimit = 65536, kSampleSize = 1024;

  void Add(uint64_t hash) {
    if (!counter_) {
      if (exact_.Insert(hash) && exact_.size() > kExactLimit) Degrade();
    } else {
      counter_->Add(hash);
      if (hash < sample_end_) AddToSample(hash);
    }
  }
  void Add(std::span<const uint64_t> hashes);
  void Merge(const DistinctValues& other);

  bool exact() const { return !counter_; }
  /// Exact up to the limit, then within HyperLogLog's error.
  double Estimate() const {
    return counter_ ? counter_->Estimate() : static_cast<double>(exact_.size());
  }
  /// All hashes if exact, else the smallest ones; sorted.
  std::vector<uint64_t> Hashes() const;
  /// Which part of `other`'s values is among these, by what both have kept: only hashes below both
  /// samples' ends say something. Nothing if fewer than `least` do.
  std::optional<double> ShareOf(const std::vector<uint64_t>& others, bool others_exact,
                                size_t least) const;

  /// Whether a value is among these; only while exact.
  bool Contains(uint64_t hash) const { return exact_.Contains(hash); }

  /// Gives up the exact set early, to save memory.
  void Degrade();

  /// What the hashes are of; integers take a byte or two each, hashes eight.
  enum class Of : uint8_t { kAny, kIntegers };
  void Save(ByteWriter& to, Of of = Of::kAny) const;
  static Result<DistinctValues> Load(ByteReader& from);

 private:
  enum class Form : uint8_t { kHashes, kSample, kIntegers };

  void SaveIntegers(ByteWriter& to, const std::vector<uint64_t>& hashes) const;
  static Result<DistinctValues> LoadIntegers(ByteReader& from);
  void AddToSample(uint64_t hash);
  void EndSample();
  bool Has(uint64_t hash) const;

  HashSet exact_;
  std::vector<uint64_t> sample_;      // sorted; only with a counter
  uint64_t sample_end_ = UINT64_MAX;  // hashes from here on do not belong to it
  std::optional<HyperLogLog> counter_;
};

}  // namespace roost::sketch
