#include "validate/cell_counts.h"

#include <array>
#include <charconv>

namespace roost::validate {

namespace {

constexpr size_t kLongestForm = 24;

/// Of a byte: what it is in a form. Bytes of letters beyond ASCII are letters.
constexpr std::array<char, 256> kFormBytes = [] {
  std::array<char, 256> table{};
  for (size_t byte = 0; byte < 256; ++byte) {
    bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte >= 0x80;
    bool digit = byte >= '0' && byte <= '9';
    table[byte] = letter ? 'a' : digit ? '9' : static_cast<char>(byte);
  }
  return table;
}();

/// How many bytes of the form; past kLongestForm there is none.
size_t WriteForm(std::string_view text, std::array<char, kLongestForm>& form) {
  size_t size = 0;
  char last = '\0';
  for (char c : text) {
    char now = kFormBytes[static_cast<unsigned char>(c)];
    if (now == last && (now == 'a' || now == '9' || now == ' ')) continue;
    if (size == kLongestForm) return 0;
    form[size++] = last = now;
  }
  return size;
}

}  // namespace

std::string FormOf(std::string_view text) {
  std::array<char, kLongestForm> form;
  return {form.data(), WriteForm(text, form)};
}

std::string PatternOfForm(std::string_view form) {
  std::string pattern;
  for (char c : form) {
    if (c == 'a') {
      pattern += "[A-Za-z\\x{80}-\\x{10FFFF}]+";
    } else if (c == '9') {
      pattern += "[0-9]+";
    } else if (c == ' ') {
      pattern += " +";
    } else {
      constexpr char kHex[] = "0123456789abcdef";
      auto byte = static_cast<unsigned char>(c);
      pattern += std::string("\\x") + kHex[byte >> 4] + kHex[byte & 15];
    }
  }
  return pattern;
}

void CellCounts::Take(BatchColumn& column) {
  if (column.all_null()) return;
  int64_t rows = column.rows();
  if (column.layout() == BatchColumn::Layout::kText) {
    is_text_ = true;
    for (int64_t i = 0; i < rows; ++i) {
      if (column.IsThere(i)) AddText(column.Text(i), 1);
    }
  } else if (column.layout() == BatchColumn::Layout::kInt64) {
    std::array<char, 24> digits;
    for (int64_t i = 0; i < rows && !values_.has_given_up(); ++i) {
      if (!column.IsThere(i)) continue;
      char* end = std::to_chars(digits.begin(), digits.end(), column.integers()[i]).ptr;
      if (!values_.Add({digits.data(), end})) values_.GiveUp();
    }
  }
}

void CellCounts::AddText(std::string_view text, uint64_t times) {
  if (has_forms_) return AddForm(text, times);
  if (values_.Add(text, times)) return;
  BeginForms();
  AddForm(text, times);
}

void CellCounts::BeginForms() {
  has_forms_ = true;
  lengths_.assign(kLongest + 1, 0);
  for (const FewValues::Entry& entry : values_.entries()) AddForm(entry.text, entry.count);
  values_.GiveUp();
}

void CellCounts::AddForm(std::string_view text, uint64_t times) {
  lengths_[std::min(text.size(), kLongest)] += times;
  if (forms_.has_given_up()) return;
  std::array<char, kLongestForm> form;
  if (!forms_.Add({form.data(), WriteForm(text, form)}, times)) forms_.GiveUp();
}

void CellCounts::Merge(const CellCounts& other) {
  is_text_ |= other.is_text_;
  if (!is_text_) return values_.Merge(other.values_);
  if (!other.has_forms_) {
    for (const FewValues::Entry& entry : other.values_.entries()) AddText(entry.text, entry.count);
    return;
  }
  if (!has_forms_) BeginForms();
  for (size_t i = 0; i < lengths_.size(); ++i) lengths_[i] += other.lengths_[i];
  forms_.Merge(other.forms_);
}

void CellCounts::Save(sketch::ByteWriter& to) const {
  to.U8(is_text_);
  to.U8(has_forms_);
  values_.Save(to);
  forms_.Save(to);
  for (uint64_t count : lengths_) to.Varint(count);
}

Result<CellCounts> CellCounts::Load(sketch::ByteReader& from) {
  CellCounts counts;
  ROOST_ASSIGN(uint8_t is_text, from.U8());
  ROOST_ASSIGN(uint8_t has_forms, from.U8());
  counts.is_text_ = is_text != 0;
  counts.has_forms_ = has_forms != 0;
  ROOST_ASSIGN(counts.values_, FewValues::Load(from));
  ROOST_ASSIGN(counts.forms_, FewValues::Load(from));
  if (counts.has_forms_) counts.lengths_.resize(kLongest + 1);
  for (uint64_t& count : counts.lengths_) {
    ROOST_ASSIGN(count, from.Varint());
  }
  return counts;
}

}  // namespace roost::validate
