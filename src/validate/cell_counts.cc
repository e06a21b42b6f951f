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

constexpr uint64_t Each(uint8_t byte) { return uint64_t{0x0101010101010101} * byte; }

/// The bytes of a word as they are in kFormBytes, all eight at once.
uint64_t KindsOf(uint64_t bytes) {
  constexpr uint64_t kTop = Each(0x80);
  uint64_t low = bytes & ~kTop, lower = low | Each(0x20);
  auto from = [](uint64_t word, char least) {  // top bits of bytes that are not less
    return word + Each(static_cast<uint8_t>(0x80 - least));
  };
  uint64_t digits = from(low, '0') & ~from(low, '9' + 1) & ~bytes & kTop;
  uint64_t letters = ((from(lower, 'a') & ~from(lower, 'z' + 1)) | bytes) & kTop;
  digits = (digits >> 7) * 0xff;
  letters = (letters >> 7) * 0xff;
  return (bytes & ~(digits | letters)) | (digits & Each('9')) | (letters & Each('a'));
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
  if (column.layout() == BatchColumn::Layout::kText) {
    is_text_ = true;
    if (const auto* few = column.Few()) {
      for (const auto& value : *few) AddText(value.text, value.times);
    } else {
      column.ForEachRow([&](int64_t i) { AddText(column.Text(i), 1); });
    }
  } else if (column.layout() == BatchColumn::Layout::kInt64 && !values_.has_given_up()) {
    if (const auto* few = column.Few()) {
      for (const auto& value : *few) AddInteger(value.integer, value.times);
    } else {
      column.ForEachRow([&](int64_t i) { AddInteger(column.integers()[i], 1); });
    }
  }
}

void CellCounts::AddInteger(int64_t integer, uint64_t times) {
  if (values_.has_given_up()) return;
  std::array<char, 24> digits;
  char* end = std::to_chars(digits.begin(), digits.end(), integer).ptr;
  if (!values_.Add({digits.data(), end}, times)) values_.GiveUp();
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
  TextEnds kinds(text);
  kinds.begin = KindsOf(kinds.begin);
  kinds.end = KindsOf(kinds.end);
  // Texts one after the other mostly have one form.
  if (text.size() <= TextEnds::kAll && kinds == last_kinds_) return forms_.AddAgain(times);
  last_kinds_ = kinds;
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
  last_kinds_.reset();
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
