#include "relate/naming.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace roost::relate {

namespace {

constexpr double kSharedByMost = 0.8;

std::string Lowered(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  return lower;
}

Vocabulary VocabularyOf(const Database& database) {
  Vocabulary vocabulary;
  for (const Table& table : database.tables) {
    for (const std::string& word : SplitName(table.name)) {
      if (word.size() <= 2) continue;
      vocabulary.insert(word);
      vocabulary.insert(StemOf(word));
    }
  }
  return vocabulary;
}

void NameTables(Database& database, const Vocabulary& vocabulary) {
  std::map<std::string, size_t> first_words;
  for (Table& table : database.tables) {
    table.bigrams = BigramsOf(table.name);
    Words all = WordsOf(table.name, vocabulary);
    std::copy_if(all.begin(), all.end(), std::back_inserter(table.words),
                 [](const std::string& word) { return !IsNoiseWord(word); });
    if (table.words.empty()) table.words = all;
    if (table.words.empty()) table.words = {Lowered(table.name)};
    ++first_words[table.words[0]];
  }
  // A first word that most tables share says nothing.
  auto count = static_cast<double>(database.tables.size());
  for (Table& table : database.tables) {
    bool shared = static_cast<double>(first_words[table.words[0]]) >= kSharedByMost * count;
    if (count >= 4 && table.words.size() > 1 && shared) table.words.erase(table.words.begin());
  }
}

/// A short first word that most columns of the table begin with (c_, ss_), or nothing.
std::string PrefixOf(const Database& database, const Table& table) {
  std::map<std::string, size_t> first_words;
  for (int id : table.columns) {
    Words words = SplitName(database.columns[id].name);
    if (words.size() > 1) ++first_words[words[0]];
  }
  std::string prefix;
  size_t most = 0;
  for (const auto& [word, count] : first_words) {
    if (count > most) prefix = word, most = count;
  }
  bool by_most =
      static_cast<double>(most) >= kSharedByMost * static_cast<double>(table.columns.size());
  bool of_table =
      std::find(table.words.begin(), table.words.end(), StemOf(prefix)) != table.words.end();
  bool taken = by_most && table.columns.size() >= 3 && prefix.size() <= 4 && !of_table;
  return taken ? prefix : "";
}

bool IsPlainLetter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

/// `name` without the prefix and what parts it from the rest.
std::string_view WithoutPrefix(std::string_view name, const std::string& prefix) {
  if (prefix.empty()) return name;
  Words words = SplitName(name);
  if (words.size() < 2 || words[0] != prefix) return name;
  std::string_view rest = name;
  while (!rest.empty() && !IsPlainLetter(rest[0])) rest.remove_prefix(1);
  rest.remove_prefix(std::min(prefix.size(), rest.size()));
  while (!rest.empty() && !IsPlainLetter(rest[0])) rest.remove_prefix(1);
  return rest.empty() ? name : rest;
}

bool IsPlace(std::string_view word) {
  return word == "by" || word == "per" || word == "for" || word == "of";
}

/// The last name of a JSON path of a map, $.a.scores_by_student.* or $['a'].*, or nothing.
std::string MapName(std::string_view path) {
  if (!path.ends_with(".*")) return "";
  path.remove_suffix(2);
  auto inside = [](char c) { return c != '.' && c != '[' && c != ']' && c != '\'' && c != '*'; };
  size_t end = path.size();
  while (end > 0 && !inside(path[end - 1])) --end;
  size_t begin = end;
  while (begin > 0 && inside(path[begin - 1])) --begin;
  return std::string(path.substr(begin, end - begin));
}

/// The keys of scores_by_student are students' ids, and so are those of students.
std::string NameOfMapKey(std::string_view map_name) {
  Words words = SplitName(map_name);
  auto place = std::find_if(words.rbegin(), words.rend(), IsPlace);
  if (place != words.rend() && place != words.rbegin()) words.erase(words.begin(), place.base());
  std::string name;
  for (const std::string& word : words) name += word + "_";
  return name + "id";
}

/// manager_url of /employees/7: manager, employees, id.
std::string NameOfPathIds(const Column& ids) {
  constexpr std::string_view kPlaces[] = {"url",  "uri",  "href", "link",
                                          "path", "self", "urn",  "ref"};
  Words kind = SplitName(ids.path_kind);
  std::string name;
  for (const std::string& word : SplitName(ids.name)) {
    bool says =
        std::find(std::begin(kPlaces), std::end(kPlaces), StemOf(word)) == std::end(kPlaces);
    bool again = std::any_of(kind.begin(), kind.end(), [&](const std::string& other) {
      return StemOf(other) == StemOf(word);
    });
    if (says && !again && !IsIdWord(word)) name += word + "_";
  }
  for (const std::string& word : kind) name += word + "_";
  return name + "id";
}

bool IsMapKey(const Table& table, const Column& column) {
  return column.name == "key" && column.position == 0 && column.json_path.empty() &&
         !table.json_path.empty();
}

/// What stands around the values says more than the column's name; or nothing.
std::string NameFromElsewhere(const Table& table, const Column& column) {
  if (column.IsDerived()) return NameOfPathIds(column);
  std::string map = IsMapKey(table, column) ? MapName(table.json_path) : "";
  return map.empty() ? "" : NameOfMapKey(map);
}

bool NamesTable(const Words& stem, const Table& table) {
  if (stem.empty()) return false;
  return CoverOf(stem, table.words).of_first > 0.8 && CoverOf(table.words, stem).of_first > 0.6;
}

void NameColumn(Column& column, const Table& table, std::string_view name,
                const Vocabulary& vocabulary) {
  ColumnWords& words = column.words;
  words.all = WordsOf(name, vocabulary);
  if (words.all.empty()) words.all = {Lowered(column.name)};
  words.bigrams = BigramsOf(name);
  for (const std::string& word : words.all) {
    words.joined += word;
    if (!IsIdWord(word)) words.stem.push_back(word);
    words.measure = words.measure || IsMeasureWord(word);
    words.title = words.title || IsTitleWord(word);
    words.role = words.role || IsRoleWord(word);
  }
  size_t count = words.all.size();
  words.id_like = IsIdWord(words.all[count - 1]) || (count > 1 && IsIdWord(words.all[count - 2]));
  words.measure = words.measure && !IsStrictIdWord(words.all.back());
  words.bare = words.stem.empty();
  words.own = NamesTable(words.stem, table);
}

void DescribeTable(Table& table, const std::vector<Column>& columns) {
  size_t references = 0;
  for (int id : table.columns) {
    const Column& column = columns[id];
    const std::string& last = column.words.all.back();
    bool title = last != "comment" && IsTitleWord(last);
    table.described = table.described || (title && column.type == Type::kText);
    references += column.words.id_like && !column.words.own && !column.words.bare;
  }
  table.reference_share = static_cast<double>(references) /
                          static_cast<double>(std::max<size_t>(table.columns.size(), 1));
}

void WeighWords(Database& database) {
  std::map<std::string, int> tables_with;
  for (const Table& table : database.tables) {
    Vocabulary words(table.words.begin(), table.words.end());
    for (const std::string& word : words) ++tables_with[word];
  }
  auto tables = static_cast<double>(database.tables.size());
  for (const auto& [word, count] : tables_with) {
    database.word_weights[word] = std::log(1 + tables / count) / std::log(1 + tables);
  }
}

}  // namespace

void NameColumns(Database& database) {
  Vocabulary vocabulary = VocabularyOf(database);
  NameTables(database, vocabulary);
  std::map<std::string, int> same_named;
  for (Table& table : database.tables) {
    std::string prefix = PrefixOf(database, table);
    for (int id : table.columns) {
      Column& column = database.columns[id];
      std::string other = NameFromElsewhere(table, column);
      column.words.elsewhere = !other.empty();
      NameColumn(column, table, other.empty() ? WithoutPrefix(column.name, prefix) : other,
                 vocabulary);
      ++same_named[column.words.joined];
    }
    DescribeTable(table, database.columns);
  }
  for (Column& column : database.columns) {
    if (!column.IsDerived()) continue;
    const Table& table = database.TableOf(column);
    column.words.elsewhere = true;
    NameColumn(column, table, NameFromElsewhere(table, column), vocabulary);
    ++same_named[column.words.joined];
  }
  for (Column& column : database.columns) column.words.same_named = same_named[column.words.joined];
  WeighWords(database);
}

}  // namespace roost::relate
