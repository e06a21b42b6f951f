#include "validate/byte_classes.h"

#include <bitset>
#include <cctype>
#include <string>

namespace roost::validate {

namespace {

constexpr size_t kAscii = 128;
using ByteSet = std::bitset<kAscii>;

bool IsAscii(char c) { return static_cast<unsigned char>(c) < kAscii; }
size_t IndexOf(char c) { return static_cast<unsigned char>(c); }

ByteSet Only(char c) { return ByteSet().set(IndexOf(c)); }

ByteSet Range(char first, char last) {
  ByteSet set;
  for (size_t byte = IndexOf(first); byte <= IndexOf(last); ++byte) set.set(byte);
  return set;
}

/// What stands behind a backslash: \d and its like, or a mark that means itself.
std::optional<ByteSet> Escaped(char c) {
  switch (std::tolower(c)) {
    case 'd':
      return Range('0', '9');
    case 'w':
      return Range('0', '9') | Range('A', 'Z') | Range('a', 'z') | Only('_');
    case 's':
      return Only('\t') | Only('\n') | Only('\f') | Only('\r') | Only(' ');
    default:
      return std::ispunct(static_cast<unsigned char>(c)) ? std::optional(Only(c)) : std::nullopt;
  }
}

}  // namespace

/// Goes through a pattern and splits the classes by all that it names. Too many classes only cost
/// time: what means nothing by itself, as the 6 of {6}, may be taken for a byte that is named.
class PatternScanner {
 public:
  explicit PatternScanner(std::string_view pattern) : pattern_(pattern) {}

  /// False: there is something that it does not know.
  bool Run() {
    while (at_ < pattern_.size()) {
      char c = pattern_[at_++];
      if (!IsAscii(c) || !Take(c)) return false;
    }
    return true;
  }

  ByteClasses Finish() const {
    ByteClasses classes;
    std::array<char, kAscii> first{};
    std::bitset<kAscii> has_first;
    for (size_t byte = 0; byte < kAscii; ++byte) {
      if (!has_first[ids_[byte]]) first[ids_[byte]] = static_cast<char>(byte);
      has_first.set(ids_[byte]);
      classes.classes_[byte] = first[ids_[byte]];
    }
    return classes;
  }

 private:
  bool Take(char c) {
    if (c == '\\') return TakeEscaped();
    if (c == '[') return TakeSet();
    if (c == '(' && pattern_.substr(at_).starts_with("?")) {
      if (!pattern_.substr(at_).starts_with("?:")) return false;
      at_ += 2;
    }
    Split(Only(c == '.' ? '\n' : c));
    return true;
  }

  bool TakeEscaped() {
    if (at_ == pattern_.size() || !IsAscii(pattern_[at_])) return false;
    std::optional<ByteSet> set = Escaped(pattern_[at_++]);
    if (set) Split(*set);
    return set.has_value();
  }

  /// Behind [; with or without ^, a set splits alike.
  bool TakeSet() {
    ByteSet set;
    if (at_ < pattern_.size() && pattern_[at_] == '^') ++at_;
    for (bool is_first = true; at_ < pattern_.size(); is_first = false) {
      char c = pattern_[at_++];
      if (c == ']' && !is_first) {
        Split(set);
        return true;
      }
      if (!IsAscii(c) || c == '[') return false;
      if (c == '\\') {
        if (at_ == pattern_.size() || !IsAscii(pattern_[at_])) return false;
        std::optional<ByteSet> escaped = Escaped(pattern_[at_++]);
        if (!escaped || (at_ < pattern_.size() && pattern_[at_] == '-')) return false;
        set |= *escaped;
        continue;
      }
      bool is_range = at_ + 1 < pattern_.size() && pattern_[at_] == '-' && pattern_[at_ + 1] != ']';
      char last = is_range ? pattern_[at_ + 1] : c;
      if (!IsAscii(last) || last == '\\' || last == '[') return false;
      if (is_range) at_ += 2;
      set |= Range(c, last);
    }
    return false;
  }

  void Split(const ByteSet& set) {
    std::array<size_t, kAscii> inside{};
    for (size_t byte = 0; byte < kAscii; ++byte) {
      if (!set[byte]) continue;
      size_t& id = inside[ids_[byte]];
      if (id == 0) id = NewId(ids_[byte], set);
      ids_[byte] = id;
    }
  }

  /// For those bytes of a class that are in a set: the same id if all of them are.
  size_t NewId(size_t old, const ByteSet& set) {
    for (size_t byte = 0; byte < kAscii; ++byte) {
      if (ids_[byte] == old && !set[byte]) return next_id_++;
    }
    return old;
  }

  std::string_view pattern_;
  size_t at_ = 0, next_id_ = 2;
  std::array<size_t, kAscii> ids_ = [] {
    std::array<size_t, kAscii> ids;
    ids.fill(1);
    return ids;
  }();
};

std::optional<ByteClasses> ByteClasses::Of(std::string_view pattern) {
  PatternScanner scanner(pattern);
  return scanner.Run() ? std::optional(scanner.Finish()) : std::nullopt;
}

std::optional<TextEnds> ByteClasses::Reduce(std::string_view text) const {
  if (text.size() > TextEnds::kAll) return std::nullopt;
  std::array<char, TextEnds::kAll> reduced;
  char all = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    all |= text[i];
    reduced[i] = classes_[IndexOf(text[i])];
  }
  if (!IsAscii(all)) return std::nullopt;
  return TextEnds({reduced.data(), text.size()});
}

}  // namespace roost::validate
