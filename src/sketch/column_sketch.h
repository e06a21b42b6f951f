// Holds what is known of one column's values, in bounded memory, and merges over parts.
//
// Counts, range, lengths, order, forms, quantiles, frequent values and distinct values of a stream
// of values. Merge(a, b) is one pass over a's and then b's rows: exactly, but for quantiles and
// frequent values, which stay within their bounds. Saved bytes are the same on every machine and
// begin with a version. Not thread-safe.
#pragma once

#include <string>

#include "sketch/distinct_values.h"
#include "sketch/kll.h"
#include "sketch/text_class.h"
#include "sketch/top_values.h"
#include "sketch/value.h"

namespace roost::sketch {

class ColumnSketch {
 public:
  static constexpr size_t kLongestText = 256;  // what is kept of the smallest and largest text
  enum class Distinct : uint8_t { kCollected, kElsewhere };

  ColumnSketch() = default;
  /// kElsewhere: distinct() stays empty.
  explicit ColumnSketch(Distinct distinct) : collects_distinct_(distinct == Distinct::kCollected) {}

  /// `times` equal values, one behind the other.
  void Add(const Value& value, uint64_t times = 1);
  void Merge(const ColumnSketch& other);

  uint64_t rows() const { return nulls_ + integers_ + fractions_ + texts_; }
  uint64_t nulls() const { return nulls_; }
  uint64_t values() const { return rows() - nulls_; }
  uint64_t integers() const { return integers_; }
  uint64_t fractions() const { return fractions_; }
  uint64_t texts() const { return texts_; }
  bool only_integers() const { return integers_ > 0 && fractions_ == 0 && texts_ == 0; }
  bool only_numbers() const { return integers_ + fractions_ > 0 && texts_ == 0; }

  int64_t smallest_integer() const { return smallest_integer_; }
  int64_t largest_integer() const { return largest_integer_; }
  double smallest_number() const { return numbers_.Quantile(0); }
  double largest_number() const { return numbers_.Quantile(1); }
  const std::string& smallest_text() const { return smallest_text_; }
  const std::string& largest_text() const { return largest_text_; }
  /// Length of values as text; of numbers, about.
  double mean_length() const;
  uint64_t longest() const { return longest_; }
  /// Integers that never fall from one row to the next.
  bool sorted() const { return only_integers() && sorted_; }
  /// How many different integers there are; exact, and only known while they are sorted.
  uint64_t sorted_distinct() const { return sorted() ? rises_ + 1 : 0; }

  const Kll& numbers() const { return numbers_; }
  const TopValues& top() const { return top_; }
  const DistinctValues& distinct() const { return distinct_; }
  DistinctValues& distinct() { return distinct_; }
  const TextClassCounts& text_classes() const { return text_classes_; }

  std::string Save() const;
  static Result<ColumnSketch> Load(std::string_view bytes);

 private:
  void AddInteger(int64_t integer, uint64_t times);
  void AddText(std::string_view text, uint64_t times);
  void TakeTexts(std::string_view smallest, std::string_view largest);

  bool collects_distinct_ = true;
  uint64_t nulls_ = 0, integers_ = 0, fractions_ = 0, texts_ = 0;
  int64_t smallest_integer_ = 0, largest_integer_ = 0, first_integer_ = 0, last_integer_ = 0;
  bool sorted_ = true;
  uint64_t rises_ = 0;  // from one integer to the next, while sorted
  std::string smallest_text_, largest_text_;
  uint64_t length_sum_ = 0, longest_ = 0;
  TextClassCounts text_classes_{};
  Kll numbers_;
  TopValues top_;
  DistinctValues distinct_;
};

}  // namespace roost::sketch
