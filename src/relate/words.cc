#include "relate/words.h"

#include <algorithm>
#include <array>

namespace roost::relate {

namespace {

template <size_t kCount>
bool IsIn(const std::string_view (&list)[kCount], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

constexpr std::string_view kIdWords[] = {
    "id", "key",  "code", "no",  "number",     "num",   "nr", "sk",   "fk",           "pk",
    "cd", "uuid", "guid", "ref", "identifier", "ident", "by", "abbr", "abbreviation", "oid"};
constexpr std::string_view kNoiseWords[] = {"tbl", "table", "tb", "dim", "fact", "ref", "t",
                                            "the", "of",    "a",  "and", "to",   "in"};
constexpr std::string_view kMeasureWords[] = {
    "count",     "qty",     "quantity",   "amount",   "price",    "year",        "month",
    "day",       "rank",    "point",      "points",   "position", "total",       "age",
    "score",     "size",    "rating",     "cost",     "salary",   "percent",     "percentage",
    "pct",       "rate",    "date",       "time",     "lat",      "long",        "latitude",
    "longitude", "height",  "width",      "weight",   "length",   "duration",    "level",
    "grade",     "order",   "sequence",   "seq",      "version",  "minute",      "hour",
    "second",    "flag",    "is",         "has",      "balance",  "budget",      "sales",
    "revenue",   "volume",  "capacity",   "distance", "speed",    "temperature", "stock",
    "credit",    "credits", "hours",      "num",      "sum",      "avg",         "max",
    "min",       "value",   "floor",      "win",      "wins",     "loss",        "goal",
    "goals",     "votes",   "population", "area"};
constexpr std::string_view kTitleWords[] = {"name", "title",   "description",
                                            "desc", "comment", "label"};
constexpr std::string_view kRoleWords[] = {
    "parent",  "manager", "previous", "prerequisite", "mother", "leader", "report",
    "reports", "mgr",     "prev",     "prereq",       "father", "super",  "supervisor",
    "boss",    "next",    "related",  "head",         "lead",   "advisor"};
constexpr std::string_view kPersonRoleWords[] = {
    "sender",   "recipient",   "receiver",  "author",   "owner",     "creator",    "editor",
    "reviewer", "approver",    "assignee",  "reporter", "requester", "head",       "manager",
    "leader",   "lead",        "boss",      "advisor",  "mentor",    "supervisor", "mother",
    "father",   "husband",     "wife",      "spouse",   "bride",     "groom",      "male",
    "female",   "friend",      "buyer",     "seller",   "purchaser", "vendor",     "winner",
    "loser",    "host",        "guest",     "driver",   "chair",     "chairman",   "president",
    "founder",  "coordinator", "organizer", "director", "inspector", "beneficiary"};
constexpr std::string_view kPeopleWords[] = {
    "person",    "human",     "individual",  "user",   "customer", "client",  "employee",
    "staff",     "worker",    "member",      "party",  "contact",  "student", "teacher",
    "professor", "physician", "doctor",      "nurse",  "patient",  "player",  "citizen",
    "resident",  "candidate", "participant", "profile"};
constexpr std::string_view kOrderWords[] = {"line",  "seq",     "sequence", "position",
                                            "round", "index",   "year",     "date",
                                            "type",  "ordinal", "item",     "step"};
// Words that only look as if they ended in a key's suffix.
constexpr std::string_view kWholeWords[] = {
    "paid",   "valid",  "invalid", "grid",    "android", "covid",   "humid",  "fluid",  "solid",
    "rapid",  "liquid", "bid",     "kid",     "mid",     "avoid",   "void",   "aid",    "said",
    "piano",  "casino", "volcano", "latino",  "domino",  "turkey",  "monkey", "hockey", "jockey",
    "decode", "encode", "episode", "barcode", "zipcode", "postcode"};
constexpr std::string_view kSuffixes[] = {"identifier", "number", "code", "uuid", "guid",
                                          "key",        "ids",    "id",   "num",  "nr",
                                          "no",         "cd",     "sk",   "fk",   "pk"};

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return IsUpper(c) || IsLower(c) || static_cast<uint8_t>(c) >= 0x80; }

/// True where a capital begins a word: aB, 1B, ABc.
bool BeginsWord(std::string_view name, size_t at) {
  if (at == 0 || !IsUpper(name[at])) return false;
  char before = name[at - 1];
  if (IsLower(before) || IsDigit(before)) return true;
  return IsUpper(before) && at + 1 < name.size() && IsLower(name[at + 1]);
}

bool Knows(const Vocabulary& vocabulary, std::string_view word) {
  return vocabulary.contains(word) || vocabulary.contains(StemOf(word));
}

void SplitGlued(const std::string& word, const Vocabulary& vocabulary, Words& to) {
  auto both = [&](size_t at, std::string second) {
    to.push_back(word.substr(0, at));
    to.push_back(std::move(second));
  };
  if (word.size() < 4 || vocabulary.contains(word) || IsIdWord(word)) {
    to.push_back(word);
    return;
  }
  for (size_t at = word.size() - 2; at > 2; --at) {
    std::string second = word.substr(at);
    if (Knows(vocabulary, word.substr(0, at)) && (IsIdWord(second) || Knows(vocabulary, second))) {
      return both(at, second);
    }
  }
  if (!IsIn(kWholeWords, word)) {
    for (std::string_view suffix : kSuffixes) {
      if (word.ends_with(suffix) && word.size() >= suffix.size() + 2) {
        return both(word.size() - suffix.size(), std::string(suffix == "ids" ? "id" : suffix));
      }
    }
  }
  to.push_back(word);
}

/// True if one letter more, less or other makes `a` into `b`.
bool DifferByOneLetter(std::string_view a, std::string_view b) {
  size_t at = 0;
  while (at < a.size() && at < b.size() && a[at] == b[at]) ++at;
  auto rest = [](std::string_view text, size_t from) {
    return from < text.size() ? text.substr(from) : std::string_view();
  };
  return rest(a, at) == rest(b, at + 1) || rest(a, at + 1) == rest(b, at + 1) ||
         rest(a, at + 1) == rest(b, at);
}

bool IsSubsequence(std::string_view letters, std::string_view of) {
  size_t found = 0;
  for (char c : of) found += found < letters.size() && letters[found] == c;
  return found == letters.size();
}

}  // namespace

Words SplitName(std::string_view name) {
  Words words;
  bool open = false;
  for (size_t at = 0; at < name.size(); ++at) {
    char c = name[at];
    if (!IsLetter(c)) {
      open = false;
      continue;
    }
    if (!open || BeginsWord(name, at)) words.emplace_back();
    open = true;
    words.back().push_back(IsUpper(c) ? static_cast<char>(c | 0x20) : c);
  }
  return words;
}

Words WordsOf(std::string_view name, const Vocabulary& vocabulary) {
  Words words;
  for (const std::string& word : SplitName(name)) SplitGlued(word, vocabulary, words);
  for (std::string& word : words) word = StemOf(word);
  return words;
}

std::string StemOf(std::string_view word) {
  auto without = [&](size_t ending) { return std::string(word.substr(0, word.size() - ending)); };
  size_t size = word.size();
  if (size > 4 && word.ends_with("ies")) return without(3) + "y";
  if (size > 4) {
    for (std::string_view ending : {"sses", "shes", "ches", "xes", "zes"}) {
      if (word.ends_with(ending)) return without(2);
    }
  }
  if (size > 5 && word.ends_with("uses")) return without(2);
  if (word == "people") return "person";
  if (word == "ids") return "id";
  bool keeps_s = word.ends_with("ss") || word.ends_with("us") || word.ends_with("is");
  if (size > 3 && word.ends_with('s') && !keeps_s) return without(1);
  return std::string(word);
}

bool IsIdWord(std::string_view word) { return IsIn(kIdWords, word); }
bool IsStrictIdWord(std::string_view word) {
  return word == "id" || word == "key" || word == "sk" || word == "fk";
}
bool IsNoiseWord(std::string_view word) { return IsIn(kNoiseWords, word); }
bool IsMeasureWord(std::string_view word) { return IsIn(kMeasureWords, word); }
bool IsTitleWord(std::string_view word) { return IsIn(kTitleWords, word); }
bool IsRoleWord(std::string_view word) { return IsIn(kRoleWords, word); }
bool IsPersonRoleWord(std::string_view word) { return IsIn(kPersonRoleWords, word); }
bool IsPeopleWord(std::string_view word) { return IsIn(kPeopleWords, word); }
bool IsOrderWord(std::string_view word) { return IsIn(kOrderWords, word); }

double Abbreviates(std::string_view a, std::string_view b) {
  if (a == b) return 1;
  if (a.size() > b.size()) std::swap(a, b);
  if (a.size() < 2) return 0;
  if (b.starts_with(a)) return a.size() >= 3 ? 0.85 : 0.5;
  if (a[0] != b[0]) return a.size() >= 4 && b.ends_with(a) ? 0.55 : 0;
  if (a.size() >= 5 && b.size() - a.size() <= 2 && DifferByOneLetter(a, b)) return 0.85;
  if (a.size() >= 3 && IsSubsequence(a, b)) return a.size() <= 5 ? 0.7 : 0.5;
  return a.size() == 2 && b.find(a[1], 1) != b.npos ? 0.3 : 0;
}

Cover CoverOf(std::span<const std::string> first, std::span<const std::string> second,
              const WordWeights* weights) {
  if (first.empty() || second.empty()) return {};
  double covered = 0, all = 0, back = 0;
  for (const std::string& word : second) {
    double best = 0, weight = 1;
    for (const std::string& other : first) best = std::max(best, Abbreviates(other, word));
    if (weights) {
      auto found = weights->find(word);
      if (found != weights->end()) weight = found->second;
    }
    covered += weight * best;
    all += weight;
  }
  for (const std::string& word : first) {
    double best = 0;
    for (const std::string& other : second) best = std::max(best, Abbreviates(word, other));
    back += best;
  }
  return {covered / all, back / static_cast<double>(first.size())};
}

int SharedTail(std::span<const std::string> first, std::span<const std::string> second) {
  size_t most = std::min(first.size(), second.size()), tail = 0;
  while (tail < most &&
         Abbreviates(first[first.size() - 1 - tail], second[second.size() - 1 - tail]) >= 0.7) {
    ++tail;
  }
  return static_cast<int>(tail);
}

double Initials(const Words& stem, const Words& table) {
  if (stem.empty() || table.empty()) return 0;
  const std::string& last = stem.back();
  if (table.size() > 1) {
    std::string initials;
    for (const std::string& word : table) initials.push_back(word[0]);
    if (last == initials) return 0.8;
    if (last[0] == table[0][0] && Abbreviates(last.substr(1), table.back()) >= 0.7) return 0.75;
  }
  return last.size() == 1 && stem.size() == 1 && last[0] == table[0][0] ? 0.35 : 0;
}

Bigrams BigramsOf(std::string_view name) {
  std::string letters;
  for (char c : name) {
    if (IsLetter(c) || IsDigit(c)) letters.push_back(IsUpper(c) ? static_cast<char>(c | 0x20) : c);
  }
  Bigrams pairs;
  for (size_t i = 0; i + 1 < letters.size(); ++i) {
    pairs.push_back(static_cast<uint16_t>(static_cast<uint8_t>(letters[i]) << 8 |
                                          static_cast<uint8_t>(letters[i + 1])));
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

double DiceOf(const Bigrams& first, const Bigrams& second) {
  if (first.empty() && second.empty()) return 0;
  size_t shared = 0;
  for (size_t i = 0, j = 0; i < first.size() && j < second.size();) {
    if (first[i] == second[j]) {
      ++shared, ++i, ++j;
    } else {
      first[i] < second[j] ? ++i : ++j;
    }
  }
  return 2 * static_cast<double>(shared) / static_cast<double>(first.size() + second.size());
}

}  // namespace roost::relate
