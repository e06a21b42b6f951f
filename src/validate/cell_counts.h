// Counts what is needed to see rare values of a column: values as long as there are few, forms of
// texts ("a-9": letters, a dash, digits) and their lengths.
//
// Of all rows, exact, in bounded memory; merging in any order gives the same. Not thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validate/batch_column.h"
#include "validate/few_values.h"
#include "validate/text_ends.h"

namespace roost::validate {

class CellCounts {
 public:
  static constexpr size_t kLongest = 255;  // bytes; longer texts count as so long

  void Take(BatchColumn& column);
  void Merge(const CellCounts& other);

  void Save(sketch::ByteWriter& to) const;
  static Result<CellCounts> Load(sketch::ByteReader& from);

  const FewValues& values() const { return values_; }
  /// Empty while there are few values.
  const FewValues& forms() const { return forms_; }
  const std::vector<uint64_t>& lengths() const { return lengths_; }

 private:
  void AddInteger(int64_t integer, uint64_t times);
  void AddText(std::string_view text, uint64_t times);
  void AddForm(std::string_view text, uint64_t times);
  /// There are more values than are kept: from now on their forms count.
  void BeginForms();

  bool is_text_ = false, has_forms_ = false;
  std::optional<TextEnds> last_kinds_;  // of the bytes of the text whose form came last
  FewValues values_, forms_;
  std::vector<uint64_t> lengths_;  // by bytes
};

/// Runs of letters are `a`, of digits `9`, of spaces one; all other bytes stand for themselves.
/// Empty for texts with a form longer than 24 bytes.
std::string FormOf(std::string_view text);
/// RE2 for the texts of a form.
std::string PatternOfForm(std::string_view form);

}  // namespace roost::validate
