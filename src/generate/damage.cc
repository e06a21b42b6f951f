#include "generate/damage.h"

#include "generate/fault_plan.h"

namespace roost::generate {

namespace {

// The first `wanted` outside of strings at or behind `from`, else the first one of all.
size_t FindStructural(const char* text, size_t size, char wanted, size_t from) {
  bool in_string = false;
  size_t first = size;
  for (size_t i = 0; i < size; ++i) {
    if (text[i] == '\\' && in_string) {
      ++i;
    } else if (text[i] == '"') {
      in_string = !in_string;
    } else if (!in_string && text[i] == wanted) {
      if (i >= from) return i;
      if (first == size) first = i;
    }
  }
  return first;
}

std::string Members(const char* kind, size_t before, size_t after, const char* what) {
  return std::string("\"kind\":\"") + kind + "\",\"path\":\"$\",\"before\":\"" +
         std::to_string(before) + " bytes\",\"after\":\"" + std::to_string(after) + " bytes" +
         what + "\"";
}

std::string Truncate(uint64_t bits, size_t begin, Buffer<char>& bytes) {
  size_t size = bytes.size() - begin;
  size_t kept = 1 + Below(bits, size - 1);
  bytes.SetSize(begin + kept);
  return Members("truncated", size, kept, "");
}

// The four ways: a wrong separator, a missing colon, a control character, a byte that is no UTF-8.
std::string Malform(uint64_t bits, size_t begin, Buffer<char>& bytes) {
  char* text = bytes.data() + begin;
  size_t size = bytes.size() - begin, from = Below(bits, size);
  uint64_t way = bits % 4;
  size_t comma = FindStructural(text, size, ',', from),
         colon = FindStructural(text, size, ':', from);
  size_t at = way == 0 ? comma : colon;
  if (at >= size) {
    text[at = size - 1] = ';';  // an empty document has neither
    return Members("malformed", size, size, "; a wrong separator") +
           ",\"offset\":" + std::to_string(at);
  }
  const char* what = way == 0 ? "; a wrong separator" : "; a colon is missing";
  if (way < 2) {
    text[at] = way == 0 ? ';' : ' ';
  } else {
    at -= 2;  // into the key; keys have no escapes
    text[at] = way == 2 ? '\x01' : '\xff';
    what = way == 2 ? "; a control character in a key" : "; a byte in a key that is no UTF-8";
  }
  return Members("malformed", size, size, what) + ",\"offset\":" + std::to_string(at);
}

}  // namespace

std::string DamageDocument(const Program& program, uint64_t iteration, size_t begin,
                           Buffer<char>& bytes) {
  if (!program.IsLost(iteration)) return "";
  const FaultPlan& faults = *program.faults;
  if (faults.Hits(Fault::kTruncated, kDocument, iteration)) {
    return Truncate(faults.Bits(Fault::kTruncated, kDocument, iteration), begin, bytes);
  }
  return Malform(faults.Bits(Fault::kMalformed, kDocument, iteration), begin, bytes);
}

}  // namespace roost::generate
