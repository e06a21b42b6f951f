#include "relate/conditional.h"

#include <algorithm>
#include <map>

#include "relate/candidates.h"

namespace roost::relate {

namespace {

constexpr uint64_t kMostKinds = 100;
constexpr double kNearlyAll = 0.95, kMostKnown = 0.5;
constexpr uint64_t kBytesOfRow = 32;  // while they are compared
constexpr size_t kSamples = 3;
// Small numbers are everywhere: where names say no more than "type" and "id", or where the ids
// could as well be the rows' own, values have to say more.
constexpr double kBitsOfBare = 4, kBitsOfOwn = 20;

bool IsKindWord(std::string_view word) {
  constexpr std::string_view kWords[] = {"type", "kind",       "class",  "model",    "table",
                                         "ref",  "collection", "entity", "typename", "resource"};
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

/// The words before the last.
Words FrontOf(const Column& column) {
  Words words;
  for (const std::string& word : SplitName(column.name)) words.push_back(StemOf(word));
  if (!words.empty()) words.pop_back();
  return words;
}

std::string LastWordOf(const Column& column) {
  Words words = SplitName(column.name);
  return words.empty() ? "" : StemOf(words.back());
}

/// Words without what parts them: OrderLine, order_lines and "order line" are the same.
std::string Plain(std::string_view name) {
  std::string plain;
  for (const std::string& word : SplitName(name)) plain += StemOf(word);
  return plain;
}

std::string JoinedOf(const Words& words) {
  std::string joined;
  for (const std::string& word : words) joined += word;
  return joined;
}

/// Tables that a kind names.
std::vector<int> TablesNamed(const Database& database, std::string_view kind) {
  while (!kind.empty() && std::string_view("\\/.:#").find(kind.back()) != kind.npos) {
    kind.remove_suffix(1);
  }
  size_t at = kind.find_last_of("\\/.:#");
  std::string plain = Plain(at == kind.npos ? kind : kind.substr(at + 1));
  std::vector<int> tables;
  if (plain.empty()) return tables;
  for (const Table& table : database.tables) {
    if (plain == Plain(table.name) || plain == JoinedOf(table.words)) tables.push_back(table.id);
  }
  return tables;
}

class Search {
 public:
  Search(const Database& database, ValueStore& values) : database_(database), values_(values) {}

  Result<std::vector<ConditionalReference>> Run() {
    for (const Table& table : database_.tables) {
      for (int kinds : table.columns) {
        if (!HoldsKinds(database_.ColumnAt(kinds))) continue;
        for (int ids : table.columns) {
          if (ids != kinds && Belong(database_.ColumnAt(kinds), database_.ColumnAt(ids))) {
            ROOST_TRY(TryColumns(database_.ColumnAt(kinds), database_.ColumnAt(ids)));
          }
        }
      }
    }
    return std::move(found_);
  }

 private:
  static bool HoldsKinds(const Column& column) {
    return column.type == Type::kText && !column.IsList() && column.storage == Storage::kPlain &&
           column.counted && column.distinct <= kMostKinds && IsKindWord(LastWordOf(column));
  }
  static bool Belong(const Column& kinds, const Column& ids) {
    bool fits = (ids.type == Type::kInteger || ids.type == Type::kText) && !ids.IsList() &&
                ids.storage == Storage::kPlain;
    return fits && IsIdWord(LastWordOf(ids)) && !IsKindWord(LastWordOf(ids)) &&
           FrontOf(kinds) == FrontOf(ids);
  }

  Status TryColumns(const Column& kinds, const Column& ids) {
    ROOST_ASSIGN(Distinct of_kinds, values_.DistinctOf(database_, kinds));
    ROOST_ASSIGN(auto texts, values_.TextsOf(database_, kinds, of_kinds->hashes));
    std::map<uint64_t, std::string> named;
    for (size_t i = 0; i < texts.size(); ++i) {
      if (!TablesNamed(database_, texts[i]).empty()) named[of_kinds->hashes[i]] = texts[i];
    }
    if (named.empty() || !values_.Fits(kinds.rows * kBytesOfRow)) return Status::OK();
    ROOST_ASSIGN(RowHashes kind_rows, values_.Rows(database_, kinds));
    ROOST_ASSIGN(RowHashes id_rows, values_.Rows(database_, ids));
    std::map<uint64_t, std::vector<uint64_t>> ids_of;
    uint64_t rows = 0, known_rows = 0;
    for (size_t row = 0; row < kind_rows->size(); ++row) {
      uint64_t kind = (*kind_rows)[row];
      if (kind == sketch::kNullHash || (*id_rows)[row] == sketch::kNullHash) continue;
      ++rows;
      if (named.contains(kind)) ids_of[kind].push_back((*id_rows)[row]);
    }
    std::vector<ConditionalReference> references;
    double bits = 0;
    for (auto& [kind, of_kind] : ids_of) {
      ConditionalReference reference{
          .kind_column = kinds.id, .child = ids.id, .parent = -1, .kind = named[kind]};
      ROOST_TRY(FindTarget(ids, CountValues(std::move(of_kind)), reference));
      if (reference.parent < 0) continue;
      known_rows += reference.rows;
      bits += reference.bits;
      references.push_back(std::move(reference));
    }
    bool own = ids.unique && ids.Full() && (ids.words.bare || ids.words.own);
    double least = own ? kBitsOfOwn : FrontOf(ids).empty() ? kBitsOfBare : 0;
    bool most = static_cast<double>(known_rows) >= kMostKnown * static_cast<double>(rows);
    if (references.empty() || !most || bits < least) return Status::OK();
    for (ConditionalReference& reference : references) found_.push_back(std::move(reference));
    return Status::OK();
  }

  /// The unique column, of the tables that the kind names, that holds most of these ids.
  Status FindTarget(const Column& ids, const DistinctColumn& of, ConditionalReference& reference) {
    double best = 0;
    Distinct target;
    for (int table : TablesNamed(database_, reference.kind)) {
      for (int id : database_.tables[static_cast<size_t>(table)].columns) {
        const Column& parent = database_.ColumnAt(id);
        if (!CanBeTarget(parent) || !TypesFit(ids, parent) || id == ids.id) continue;
        ROOST_ASSIGN(Distinct in, values_.DistinctOf(database_, parent));
        auto contained = static_cast<double>(ContainedIn(of, *in).values);
        double share = contained / static_cast<double>(of.hashes.size());
        double rank = share + 0.01 * (parent.words.own || parent.words.bare);
        if (share < kNearlyAll || rank <= best) continue;
        best = rank;
        target = in;
        reference.parent = id;
      }
    }
    if (target) Describe(of, *target, reference);
    return Status::OK();
  }

  void Describe(const DistinctColumn& of, const DistinctColumn& in,
                ConditionalReference& reference) const {
    Containment contained = ContainedIn(of, in);
    reference.values = of.hashes.size();
    reference.contained_values = contained.values;
    reference.contained_rows = contained.rows;
    reference.bits =
        static_cast<double>(of.hashes.size()) * database_.ColumnAt(reference.parent).bits;
    for (size_t i = 0; i < of.hashes.size(); ++i) {
      reference.rows += of.counts[i];
      bool has = std::binary_search(in.hashes.begin(), in.hashes.end(), of.hashes[i]);
      std::vector<uint64_t>& list = has ? reference.samples : reference.missing;
      if (list.size() < kSamples) list.push_back(of.hashes[i]);
    }
  }

  const Database& database_;
  ValueStore& values_;
  std::vector<ConditionalReference> found_;
};

}  // namespace

Result<std::vector<ConditionalReference>> FindConditional(const Database& database,
                                                          ValueStore& values) {
  return Search(database, values).Run();
}

}  // namespace roost::relate
