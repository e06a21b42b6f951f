#include "world/pattern.h"

#include <bit>
#include <cctype>

namespace roost::world {

namespace {

constexpr uint32_t kMaxLength = 200;

Status Expected(std::string_view text, size_t at, const std::string& what) {
  return Status::Invalid("in pattern \"", text, "\" at character ", at + 1, ": expected ", what);
}

bool IsPlain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

uint64_t HighProduct(uint64_t a, uint64_t b, uint64_t* low) {
  unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  *low = static_cast<uint64_t>(product);
  return static_cast<uint64_t>(product >> 64);
}

// A pattern with more than 2^64 texts uses one code up before its end; this gives it the next.
uint64_t NextCode(uint64_t code) {
  code += 0x9e3779b97f4a7c15;
  code = (code ^ (code >> 30)) * 0xbf58476d1ce4e5b9;
  code = (code ^ (code >> 27)) * 0x94d049bb133111eb;
  return code ^ (code >> 31);
}

}  // namespace

Result<Pattern::Element> Pattern::ParseClass(std::string_view text, size_t* at) {
  Element element;
  size_t begin = (*at)++;
  while (*at < text.size() && text[*at] != ']') {
    char first = text[*at], last = first;
    if (*at + 2 < text.size() && text[*at + 1] == '-' && text[*at + 2] != ']') {
      last = text[*at + 2];
      *at += 2;
    }
    if (!IsPlain(first) || !IsPlain(last) || first > last) {
      return Expected(text, *at, "a character or a range like a-z");
    }
    for (int c = first; c <= last; ++c) element.characters += static_cast<char>(c);
    ++*at;
  }
  if (*at >= text.size()) return Expected(text, begin, "a ']' for this '['");
  if (element.characters.empty()) return Expected(text, *at, "a character before ']'");
  ++*at;
  return element;
}

Status Pattern::ParseRepeat(std::string_view text, size_t* at, Element* element) {
  if (*at >= text.size() || text[*at] != '{') return Status::OK();
  ++*at;
  auto number = [&](uint32_t* value) {
    size_t begin = *at;
    *value = 0;
    while (*at < text.size() && std::isdigit(static_cast<unsigned char>(text[*at])) &&
           *value < 1000) {
      *value = *value * 10 + static_cast<uint32_t>(text[(*at)++] - '0');
    }
    return *at > begin;
  };
  if (!number(&element->least)) return Expected(text, *at, "a number of repeats");
  element->most = element->least;
  if (*at < text.size() && text[*at] == ',') {
    ++*at;
    if (!number(&element->most)) return Expected(text, *at, "the greatest number of repeats");
  }
  if (*at >= text.size() || text[*at] != '}') return Expected(text, *at, "'}'");
  if (element->most < element->least) return Expected(text, *at, "{least,most}, in this order");
  ++*at;
  return Status::OK();
}

Result<Pattern> Pattern::Parse(std::string_view text) {
  Pattern pattern;
  pattern.text_ = std::string(text);
  size_t at = 0;
  while (at < text.size()) {
    Element element;
    char c = text[at];
    if (c == '[') {
      ROOST_ASSIGN(element, ParseClass(text, &at));
    } else if (c == '\\' && at + 1 < text.size() && text[at + 1] == 'd') {
      element.characters = "0123456789";
      at += 2;
    } else if (c == '\\' && at + 1 < text.size() && IsPlain(text[at + 1])) {
      element.characters = std::string(1, text[at + 1]);
      at += 2;
    } else if (IsPlain(c) && std::string_view("{}]()*+?|^$").find(c) == std::string_view::npos) {
      element.characters = std::string(1, c);
      ++at;
    } else {
      return Expected(text, at, "a character, a class like [a-z] or \\d, or a repeat like {3}");
    }
    ROOST_TRY(ParseRepeat(text, &at, &element));
    pattern.max_length_ += element.most;
    if (pattern.max_length_ > kMaxLength)
      return Expected(text, at, "at most 200 characters of text");
    if (element.least != element.most) pattern.space_ = 0;
    for (uint32_t i = 0; i < element.most && pattern.space_; ++i) {
      uint64_t low;
      bool too_many = HighProduct(pattern.space_, element.characters.size(), &low) != 0;
      pattern.space_ = too_many ? UINT64_MAX : low;
    }
    element.bits = static_cast<uint32_t>(std::bit_width(element.characters.size() - 1));
    pattern.elements_.push_back(std::move(element));
  }
  if (pattern.max_length_ == 0) return Expected(text, 0, "at least one character");
  return pattern;
}

// Each choice takes the high part of code * n and leaves the low part: what an arithmetic decoder
// does. It needs no division; 20 bits are left over, so that no choice leans visibly to one side.
char* Pattern::Draw(uint64_t code, char* out) const {
  uint64_t rest = code;
  uint32_t spent = 0;
  auto below = [&](uint64_t n, uint32_t bits) {
    if ((spent += bits) > 44) {
      code = rest = NextCode(code);
      spent = bits;
    }
    return HighProduct(rest, n, &rest);
  };
  for (const Element& element : elements_) {
    uint64_t repeats = element.least;
    if (element.most > element.least) repeats += below(element.most - element.least + 1, 8);
    uint64_t n = element.characters.size();
    for (uint64_t i = 0; i < repeats; ++i) {
      *out++ = n == 1 ? element.characters[0] : element.characters[below(n, element.bits)];
    }
  }
  return out;
}

char* Pattern::Count(uint64_t code, char* out) const {
  char* end = out + max_length_;
  char* at = end;
  for (size_t e = elements_.size(); e-- > 0;) {
    const std::string& characters = elements_[e].characters;
    for (uint32_t i = 0; i < elements_[e].most; ++i) {
      *--at = characters[code % characters.size()];
      code /= characters.size();
    }
  }
  return end;
}

}  // namespace roost::world
