#include "relate/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace roost::relate {

namespace {

std::string Joined(const Words& words) { return fmt::format("{}", fmt::join(words, "_")); }

/// 12,345
std::string Count(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string Percent(double share) {
  double percent = share * 100;
  return percent > 99.9 && percent < 100 ? "almost 100 %"
         : percent < 1 && percent > 0    ? "less than 1 %"
                                         : fmt::format("{:.0f} %", percent);
}

std::string NamesInWords(const Database& database, const Column& child, const Column& parent,
                         const EvidenceValues& f) {
  const Table& table = database.TableOf(parent);
  if (child.words.elsewhere && f[k_nscore] >= 0.5) {
    const char* of = child.IsDerived() ? "the paths" : "the name of the map";
    return fmt::format("{} that these ids stand in names {}.{}", of, table.name, parent.name);
  }
  if (f[k_self_rel]) return "its name says that it leads to another row of the same table";
  if (f[k_eq] && parent.words.own) {
    return fmt::format("both columns are called {}, and {} is named after it", parent.name,
                       table.name);
  }
  if (f[k_eq]) return fmt::format("both columns are called {}", parent.name);
  if (f[k_stem_tab]) return fmt::format("{} names the table {}", child.name, table.name);
  if (f[k_role]) {
    Words role(child.words.stem.begin(),
               child.words.stem.end() - static_cast<std::ptrdiff_t>(table.words.size()));
    return fmt::format("{} ends in the name of the table {}; {} is the part it plays", child.name,
                       table.name, Joined(role));
  }
  if (f[k_own_plus]) {
    return fmt::format("the names of the table and of {} make {}", child.name, table.name);
  }
  if (f[k_tail_tab] > 0 || f[k_tail_col] == 1) {
    return fmt::format("{} ends like {}.{}", child.name, table.name, parent.name);
  }
  if (f[k_nscore] >= 0.5) {
    return fmt::format("{} is much like {}.{}", child.name, table.name, parent.name);
  }
  if (f[k_person]) {
    return fmt::format("{} names a person's part, and {} holds people", child.name, table.name);
  }
  return "the names say little";
}

std::string ContainedInWords(const Column& child, const Column& parent, const Pair& pair) {
  if (pair.contained_values == pair.child_values) {
    return pair.child_values == 1
               ? fmt::format("its one value is among {} keys", Count(parent.distinct))
               : fmt::format("all {} values are among {} keys", Count(pair.child_values),
                             Count(parent.distinct));
  }
  return fmt::format("{} of {} values are among {} keys; {} rows hold others",
                     Count(pair.contained_values), Count(pair.child_values), Count(parent.distinct),
                     Count(child.values - pair.contained_rows));
}

std::string SurpriseInWords(const EvidenceValues& f, double distinct) {
  double bits = f[k_bits_per] * distinct;
  if (bits >= 20) return "that this is an accident is as good as impossible";
  if (bits >= 4)
    return fmt::format("by accident it would happen once in {:.0f} times", std::exp2(bits));
  return "which any small numbers would be";
}

std::string SpreadInWords(const EvidenceValues& f) {
  if (f[k_emd] < 0.1) return "they lie evenly over the keys";
  if (f[k_emd] > 0.35) return "they lie in one corner of the keys, which speaks against it";
  return "";
}

}  // namespace

std::vector<std::string> EvidenceInWords(const Database& database, const Pair& pair) {
  const Column& child = database.ColumnAt(pair.child);
  const Column& parent = database.ColumnAt(pair.parent);
  const EvidenceValues& f = pair.evidence;
  std::vector<std::string> words;
  if (child.IsDerived()) {
    words.push_back(fmt::format("{} {} are paths that end in {} and an id", Count(child.values),
                                child.values == 1 ? "value" : "values", child.path_kind));
  }
  words.push_back(NamesInWords(database, child, parent, f));
  words.push_back(ContainedInWords(child, parent, pair) + ", " +
                  SurpriseInWords(f, static_cast<double>(pair.child_values)));
  if (std::string spread = SpreadInWords(f); !spread.empty()) words.push_back(spread);
  words.push_back(fmt::format("{} of the keys are referred to", Percent(f[k_cover])));
  if (f[k_p_pk] > 0.5) words.push_back(fmt::format("{} is the key of its table", parent.name));
  if (f[k_n_rivals] > 0) {
    auto rivals = static_cast<int>(std::lround(std::exp2(f[k_n_rivals]) - 1));
    words.push_back(fmt::format("{} other {} would hold its values too; {}", rivals,
                                rivals == 1 ? "column" : "columns",
                                f[k_nmargin] > 0.05    ? "their names fit less"
                                : f[k_nmargin] > -0.05 ? "one's name fits as well"
                                                       : "one's name fits better"));
  }
  return words;
}

std::vector<std::string> EvidenceInWords(const Database& database,
                                         const ConditionalReference& reference) {
  const Column& parent = database.ColumnAt(reference.parent);
  return {fmt::format("{} says {} in {} rows, which names the table {}",
                      database.ColumnAt(reference.kind_column).name, reference.kind,
                      Count(reference.rows), database.TableOf(parent).name),
          fmt::format("{} of the {} values in these rows are among {} keys",
                      reference.contained_values == reference.values
                          ? "all"
                          : Count(reference.contained_values),
                      Count(reference.values), Count(parent.distinct))};
}

std::string CopyInWords(const Database& database, const Copy& copy) {
  const Column& ref_column = database.ColumnAt(copy.ref_column);
  std::string what = fmt::format("{} repeats {}.{}", database.ColumnAt(copy.column).name,
                                 database.TableOf(ref_column).name, ref_column.name);
  if (copy.agreeing == copy.rows) return fmt::format("{} in all {} rows", what, Count(copy.rows));
  return fmt::format("{} in {} of {} rows", what, Count(copy.agreeing), Count(copy.rows));
}

std::vector<std::string> EvidenceInWords(const Database& database, const WideReference& wide) {
  std::vector<std::string> words;
  bool equal = true;
  for (size_t i = 0; i < wide.children.size(); ++i) {
    equal = equal && database.ColumnAt(wide.children[i]).words.joined ==
                         database.ColumnAt(wide.parents[i]).words.joined;
  }
  words.push_back(equal ? "the columns have the same names" : "the names of the columns are alike");
  words.push_back(wide.contained_values == wide.child_values
                      ? fmt::format("all {} combinations are among {} keys",
                                    Count(wide.child_values), Count(wide.parent_values))
                      : fmt::format("{} of {} combinations are among {} keys",
                                    Count(wide.contained_values), Count(wide.child_values),
                                    Count(wide.parent_values)));
  return words;
}

}  // namespace roost::relate
