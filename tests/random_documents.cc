#include "tests/random_documents.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "ingest/hints_file.h"
#include "shred/path.h"
#include "shred/reference/json.h"

namespace roost::tests {
namespace {

const std::array<std::string, 30> kKeys = {"a",         "b",    "id",
                                           "name",      "A",    "Id",
                                           "value",     "",     "a.b",
                                           "a/b",       "a~b",  "x[]",
                                           "{}",        "~1",   "a b",
                                           "_roost_id", "key",  "_roost_extra",
                                           "größe",     "名前", "a\"b",
                                           "back\\",    "n\nl", "\x01",
                                           "a__int",    "a_b",  "long_key_of_thirty_three_bytes__",
                                           "0",         "é",    std::string(130, 'k')};

const std::array<const char*, 34> kNumbers = {"0",
                                              "1",
                                              "-1",
                                              "7",
                                              "42",
                                              "1000",
                                              "-0",
                                              "0.5",
                                              "1.0",
                                              "1e0",
                                              "2.50",
                                              "1E5",
                                              "-0.0",
                                              "1e-7",
                                              "9007199254740992",
                                              "9007199254740993",
                                              "-9007199254740993",
                                              "999999999999999999",
                                              "9223372036854775807",
                                              "9223372036854775808",
                                              "-9223372036854775808",
                                              "-9223372036854775809",
                                              "18446744073709551616",
                                              "123456789012345678901234567890",
                                              "99999999999999999999999999999999999999",
                                              "100000000000000000000000000000000000000",
                                              "12345678901234567890123456789012345678901234567890",
                                              "1e308",
                                              "1e309",
                                              "-1e309",
                                              "1e-400",
                                              "5e-324",
                                              "0.1000000000000000055511151231257827",
                                              "123456789.123456789e-3"};

const std::array<std::string, 16> kTexts = {"",
                                            "x",
                                            "hello",
                                            "true",
                                            "1",
                                            "null",
                                            "line\nbreak",
                                            "quote\"",
                                            "back\\slash",
                                            "tab\t",
                                            std::string("nul\0in", 6),
                                            "\x1f\x7f",
                                            "größe",
                                            "名前😀",
                                            "thirty-two bytes of text, exactly",
                                            std::string(300, 'z')};

const std::array<const char*, 10> kBadValues = {
    "tru", "01", "1.", "\"\\x\"", "{\"a\" 1}", "[1,]", "\xff", "\"\\ud800\"", "nan", "\"\t\""};

uint64_t Mix(uint64_t a, uint64_t b) {
  uint64_t x = a * 0x9E3779B97F4A7C15ull ^ (b + 0x7F4A7C15ull);
  x ^= x >> 29;
  x *= 0xBF58476D1CE4E5B9ull;
  return x ^ x >> 32;
}

uint64_t Hash(const std::string& text) {
  uint64_t hash = 14695981039346656037ull;
  for (char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 1099511628211ull;
  return hash;
}

}  // namespace

RandomDocuments::RandomDocuments(uint64_t seed, uint64_t variant) : engine_(seed), seed_(seed) {
  const std::array<uint64_t, 4> levels = {0, 3, 15, 50};
  flips_ = levels[Below(4)];
  spaces_ = levels[Below(4)];
  repeats_ = levels[Below(3)] / 2;
  escapes_ = levels[Below(3)];
  max_depth_ = 1 + static_cast<int>(Below(6));
  for (uint64_t i = 2 + Below(7); i > 0; --i) keys_.push_back(kKeys[Below(kKeys.size())]);
  if (Chance(4)) {  // enough keys for maps
    for (uint64_t i = 0; i < 600; ++i) keys_.push_back("k" + std::to_string(i));
  }
  if (variant > 0) engine_.seed(Mix(seed, variant));
}

std::vector<CaseInput> RandomDocuments::Files() {
  std::vector<CaseInput> files;
  const std::array<const char*, 4> roots = {"a", "b", "A", "name"};
  for (uint64_t i = 0, count = 1 + Below(3); i < count; ++i) {
    files.push_back({roots[Below(4)] + ("_" + std::to_string(i)) + ".json", FileBytes()});
  }
  return files;
}

std::string RandomDocuments::HintLine() {
  static constexpr std::array<const char*, 16> kHints = {
      "text",
      "text",
      "list",
      "list",
      "json",
      "json",
      "{timestamp: '%Y-%m-%d'}",
      "{timestamp: '%Y-%d-%m'}",
      "{timestamp: '%Y-%m-%dT%H:%M:%SZ'}",
      "{timestamp: '%Y-%m-%d %H:%M:%S[.%f]'}",
      "{timestamp: '%Y-%m-%dT%H:%M:%S.%3f+00:00'}",
      "{reject_unless: int64}",
      "{reject_unless: number}",
      "{reject_unless: text}",
      "{reject_unless: array}",
      "{reject_unless: object}"};
  std::string path = "$";
  for (uint64_t steps = Below(4); steps > 0 || path == "$"; steps -= steps > 0) {
    const std::string& key = keys_[Below(std::min<size_t>(keys_.size(), 12))];
    if (Chance(15)) path += "[*]";
    if (Chance(4)) {
      path += ".*";
    } else {
      shred::AppendJsonPathKey(path, key);
    }
    if (Chance(3)) path = "$";
    if (steps == 0) break;
  }
  std::string quoted = shred::reference::Quote(path);
  return "  " + quoted + ": " + kHints[Below(kHints.size())] + "\n";
}

std::string RandomDocuments::Config() {
  std::string config = "columns:\n";
  for (uint64_t i = 1 + Below(6); i > 0; --i) {
    // Those that contradict what is there are left out.
    const std::string more = config + HintLine();
    if (ingest::ParseHints(more, "config").ok()) config = more;
  }
  return config;
}

std::string RandomDocuments::SoundRecords(uint64_t records) {
  std::string bytes;
  for (uint64_t i = 0; i < records; ++i) bytes += Object(seed_, 0) + "\n";
  return bytes;
}

std::string RandomDocuments::FileBytes() {
  static const std::array<const char*, 5> kJoints = {"\n", "\n", "", " ", "\r\n\n"};
  const bool is_array = Chance(25);
  std::string joint = is_array ? "," : kJoints[Below(5)];
  std::string bytes = Chance(5) ? "\xEF\xBB\xBF" : "";
  const uint64_t records = Chance(10) ? 300 : Below(25);
  if (is_array) bytes += Space() + "[";
  for (uint64_t i = 0; i < records; ++i) {
    if (i > 0) bytes += Space() + joint;
    bytes += Space() + Record(joint);
  }
  if (is_array) bytes += Space() + "]";
  if (Chance(30)) bytes += "\n";
  if (Chance(20)) Break(bytes);
  return bytes;
}

std::string RandomDocuments::Record(std::string& joint) {
  if (Chance(1)) return kBadValues[Below(kBadValues.size())];
  if (Chance(1)) {
    const auto depth = static_cast<size_t>(Chance(50) ? 1020 + Below(8) : Below(100));
    return Chance(50) ? std::string(depth, '[') + std::string(depth, ']')
                      : std::string(depth, '[') + "{\"a\":1}" + std::string(depth, ']');
  }
  std::string record = Chance(90) ? Object(seed_, 0) : Value(seed_, 0);
  // Scalars that stand without white space would make one long fault of the file.
  if (joint.empty() && record[0] != '{' && record[0] != '[' && record[0] != '"') record += ' ';
  return record;
}

void RandomDocuments::Break(std::string& bytes) {
  for (uint64_t i = 0, count = 1 + Below(3); i < count && !bytes.empty(); ++i) {
    const auto at = static_cast<size_t>(Below(bytes.size()));
    switch (Below(5)) {
      case 0:
        bytes.resize(at);
        break;
      case 1:
        bytes.erase(at, 1 + Below(3));
        break;
      case 2:
        bytes[at] = static_cast<char>(Below(256));
        break;
      case 3:
        bytes.insert(at, kBadValues[Below(kBadValues.size())]);
        break;
      default:
        bytes.insert(at, 1, "{}[],:\"\\\n 0-"[Below(12)]);
    }
  }
}

// A place (the path, hashed with the seed) has a kind of its own, which most of its values are.
std::string RandomDocuments::Value(uint64_t place, int depth) {
  const uint64_t kind = Chance(flips_) ? engine_() : Mix(place, seed_);
  if (Chance(8)) return "null";
  const uint64_t choice = kind % 16;
  if (choice < 3 && depth < max_depth_) return Object(place, depth + 1);
  if (choice < 8 && depth < max_depth_) return Array(place, depth + 1);
  return Scalar(kind / 16, place);
}

std::string RandomDocuments::Object(uint64_t place, int depth) {
  std::string object = "{";
  const uint64_t missing = Mix(place, 3) % 3 * 20;
  std::vector<std::string> keys;
  if (keys_.size() > 100) {
    for (uint64_t i = Below(4); i > 0; --i) keys.push_back(keys_[Below(keys_.size())]);
  } else {
    for (const std::string& key : keys_) {
      if (!Chance(missing)) keys.push_back(key);
    }
    if (depth > 1) keys.resize(std::min<size_t>(keys.size(), 3));
  }
  if (Chance(10)) std::shuffle(keys.begin(), keys.end(), engine_);
  if (!keys.empty() && Chance(repeats_)) keys.push_back(keys[Below(keys.size())]);
  for (const std::string& key : keys) {
    if (object.size() > 1) object += ',';
    object += Space() + QuoteOddly(key) + Space() + ":" + Space() +
              Value(Mix(place, Hash(key)), depth) + Space();
  }
  return object + "}";
}

std::string RandomDocuments::Array(uint64_t place, int depth) {
  const uint64_t kind = Mix(place, 5);
  const uint64_t form = Chance(flips_) ? Below(6) : kind % 6;
  std::string array = "[" + Space();
  for (uint64_t i = 0, count = Chance(20) ? 0 : 1 + Below(4); i < count; ++i) {
    if (i > 0) array += "," + Space();
    if (Chance(8)) {
      array += "null";
    } else if (form < 2) {
      array += Object(Mix(place, 7), depth);
    } else if (form < 4) {
      array += Scalar(kind / 6, place);
    } else if (form == 4 && depth < max_depth_) {
      array += Array(Mix(place, 11), depth + 1);
    } else {
      array += Value(Mix(place, engine_() % 4), depth);
    }
    array += Space();
  }
  return array + "]";
}

std::string RandomDocuments::Scalar(uint64_t kind, uint64_t place) {
  switch (kind % 8) {
    case 0:
      return Chance(50) ? "true" : "false";
    case 1:
    case 2:
    case 3:
      return Number(kind / 8);
    case 4:
      return QuoteOddly(Time(Mix(place, seed_)));
    default:
      return QuoteOddly(Text(kind / 8));
  }
}

std::string RandomDocuments::Number(uint64_t kind) {
  if (Chance(10)) return kNumbers[Below(kNumbers.size())];
  switch (kind % 4) {
    case 0:
      return std::to_string(static_cast<int64_t>(Below(2000)) - 1000);
    case 1:
      return std::to_string(static_cast<int64_t>(engine_()));
    case 2: {
      char text[64];
      std::snprintf(text, sizeof text, "%.*g", static_cast<int>(1 + Below(17)),
                    static_cast<double>(static_cast<int64_t>(engine_())) / 1e9);
      return text;
    }
    default:
      return kNumbers[Below(kNumbers.size())];
  }
}

std::string RandomDocuments::Text(uint64_t kind) {
  if (Chance(10) || kind % 2 == 0) return kTexts[Below(kTexts.size())];
  return "text " + std::to_string(Below(kind % 3 == 0 ? 5 : 100000));
}

std::string RandomDocuments::Time(uint64_t kind) {
  char text[64];
  const auto part = [&](int from, uint64_t count) { return from + static_cast<int>(Below(count)); };
  if (Chance(2)) return Text(1);
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", part(1, 2400), part(1, 12),
                part(1, Chance(3) ? 31 : 28));
  std::string time = text;
  if (kind % 5 == 0) return time;
  std::snprintf(text, sizeof text, "%02d:%02d:%02d", part(0, 24), part(0, 60), part(0, 60));
  time += (kind / 5 % 3 == 0 ? " " : "T") + std::string(text);
  const uint64_t digits = kind / 15 % 7;
  if (digits > 0 && !Chance(kind / 105 % 2 * 20)) {
    const int micros = Chance(2) ? 0 : part(1, 999999);
    std::snprintf(text, sizeof text, "%06d", micros);
    time += "." + std::string(text, digits);
  }
  static const std::array<const char*, 3> kSuffixes = {"", "Z", "+00:00"};
  return time + kSuffixes[Chance(1) ? Below(3) : kind / 210 % 3];
}

std::string RandomDocuments::QuoteOddly(const std::string& text) {
  const std::string quoted = shred::reference::Quote(text);
  if (!Chance(escapes_)) return quoted;
  std::string odd;
  bool is_escape = false;
  for (char c : quoted) {
    const bool plain = !is_escape && c > ' ' && c < 0x7f && c != '"' && c != '\\';
    if (plain && odd.find("\\u") == std::string::npos && Chance(30)) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04X", static_cast<unsigned>(c));
      odd += escape;
    } else {
      odd += c;
    }
    is_escape = !is_escape && c == '\\';
  }
  return odd;
}

std::string RandomDocuments::Space() {
  static const std::array<const char*, 5> kSpaces = {" ", "\n", "\t", "  ", "\r\n"};
  return Chance(spaces_ / 3) ? kSpaces[Below(5)] : "";
}

}  // namespace roost::tests
