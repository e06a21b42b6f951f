// Takes names apart into words, and says how alike words and names are.
//
// `BillToAddressID`, `bill_to_address_id` and `billtoaddressid` are the words bill, to, address,
// id; plurals lose their ending, digits are left out, glued words are parted by the words of the
// database itself and by endings such as `id` and `no`. Knows English kinds of words (counts,
// amounts, roles), no names of any schema. Thread-safe.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace roost::relate {

using Words = std::vector<std::string>;
using Vocabulary = std::set<std::string, std::less<>>;

/// Lower-case words in the order of the name, not yet stemmed.
Words SplitName(std::string_view name);
/// The same with glued words parted and plurals taken back.
Words WordsOf(std::string_view name, const Vocabulary& vocabulary);
std::string StemOf(std::string_view word);

bool IsIdWord(std::string_view word);          // id, key, code, no, uuid...
bool IsStrictIdWord(std::string_view word);    // id, key, sk, fk
bool IsNoiseWord(std::string_view word);       // tbl, dim, the, of...
bool IsMeasureWord(std::string_view word);     // count, price, year...: rarely a reference
bool IsTitleWord(std::string_view word);       // name, title, description, label...
bool IsRoleWord(std::string_view word);        // parent, manager, previous...: of the same table
bool IsPersonRoleWord(std::string_view word);  // sender, owner, author...: of whoever people are
bool IsPeopleWord(std::string_view word);      // person, user, customer...: tables of people
bool IsOrderWord(std::string_view word);       // line, seq, position, round...: places in a parent

/// How well one word may stand for another: 1 the same, 0.85 a beginning, 0.7 its letters, 0 no.
double Abbreviates(std::string_view a, std::string_view b);

struct Cover {
  double of_second = 0;  // how much of the second's words the first covers, by weight
  double of_first = 0;   // and the reverse, unweighted
};
using WordWeights = std::unordered_map<std::string, double>;
Cover CoverOf(std::span<const std::string> first, std::span<const std::string> second,
              const WordWeights* weights = nullptr);

/// How many of the last words of both abbreviate each other.
int SharedTail(std::span<const std::string> first, std::span<const std::string> second);

/// wid -> warehouse, de -> dept_emp, cdemo -> customer demographics.
double Initials(const Words& stem, const Words& table);

/// Pairs of neighbouring letters of a name, sorted; for Dice's coefficient.
using Bigrams = std::vector<uint16_t>;
Bigrams BigramsOf(std::string_view name);
double DiceOf(const Bigrams& first, const Bigrams& second);

}  // namespace roost::relate
