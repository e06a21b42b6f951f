#include "upkeep/row_check.h"

#include <arrow/api.h>

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "export/column_values.h"
#include "export/part.h"
#include "shred/shredder.h"
#include "upkeep/number_column.h"

namespace roost::upkeep {
namespace {

using exporting::Catalog;
using exporting::Part;
using exporting::StoredTable;

constexpr const char* kIngestAnew =
    "what wrote it is unknown: restore a copy, or ingest the files into a new store";

/// Calls `look` with sorted values, range by range; a range that holds too many is halved.
template <typename Look>
Status ForEachRange(const NumberColumn& column, uint64_t most, Findings& findings, Look look) {
  std::vector<ValueRange> ranges = column.Cut(most);
  std::ranges::reverse(ranges);
  std::vector<int64_t> values;
  while (!ranges.empty()) {
    ROOST_TRY(findings.CheckStop());
    const ValueRange range = ranges.back();
    ranges.pop_back();
    values.clear();
    int64_t least = INT64_MAX, greatest = INT64_MIN;
    uint64_t count = 0;
    ROOST_TRY(column.ForEach(range, [&](int64_t value) {
      least = std::min(least, value);
      greatest = std::max(greatest, value);
      if (++count <= 2 * most) values.push_back(value);
    }));
    if (count > 2 * most && least < greatest) {
      const int64_t middle = least + (greatest - least) / 2 + 1;
      ranges.push_back({middle, range.end});
      ranges.push_back({range.begin, middle});
      continue;
    }
    std::ranges::sort(values);
    ROOST_TRY(look(range, values));
  }
  return Status::OK();
}

Status CheckUnique(const StoredTable& table, uint64_t most, Findings& findings) {
  NumberColumn ids;
  ROOST_TRY(ids.Add(table.part_paths, table.facts.table.id_name));
  uint64_t doubled = 0;
  int64_t first = 0;
  ROOST_TRY(ForEachRange(ids, most, findings, [&](ValueRange, const std::vector<int64_t>& values) {
    for (size_t i = 1; i < values.size(); ++i) {
      if (values[i] != values[i - 1]) continue;
      if (doubled++ == 0) first = values[i];
    }
    return Status::OK();
  }));
  if (doubled > 0)
    findings.Problem("rows", table.name(),
                     std::to_string(doubled) + " rows have the " + table.facts.table.id_name +
                         " of another, first " + std::to_string(first),
                     kIngestAnew);
  return Status::OK();
}

Status CheckParents(const Catalog& catalog, const StoredTable& table, uint64_t most,
                    Findings& findings) {
  NumberColumn parents, children;
  for (const std::string& name : table.facts.table.parent_names) {
    auto parent = std::ranges::find(catalog.tables, name, &StoredTable::name);
    if (parent == catalog.tables.end()) {
      if (catalog.only_tables.empty())
        findings.Problem("rows", table.name(), "its parent table " + name + " is missing",
                         "restore the folder delta/" + name);
      return Status::OK();
    }
    ROOST_TRY(parents.Add(parent->part_paths, parent->facts.table.id_name));
  }
  ROOST_TRY(children.Add(table.part_paths, table.facts.table.parent_name));
  uint64_t orphans = 0;
  int64_t first = 0;
  auto look = [&](ValueRange range, const std::vector<int64_t>& ids) {
    size_t at = 0;
    return children.ForEach(range, [&](int64_t parent) {
      // Mostly the same or the next one.
      if (at < ids.size() && ids[at] == parent) return;
      at = static_cast<size_t>(std::ranges::lower_bound(ids, parent) - ids.begin());
      if (at < ids.size() && ids[at] == parent) return;
      if (orphans++ == 0) first = parent;
    });
  };
  ROOST_TRY(ForEachRange(parents, most, findings, look));
  if (orphans > 0)
    findings.Problem("rows", table.name(),
                     std::to_string(orphans) +
                         " rows lie in no row of their parent table, first in " +
                         std::to_string(first),
                     kIngestAnew);
  return Status::OK();
}

/// What the ledger says of a file, and what was found of it.
struct FileSeen {
  int64_t first = 0, numbers = 0;
  int64_t loaded = 0, quarantined = 0;
  int64_t rows = 0, rejects = 0;
  int32_t root = -1;  // table of the catalog
};

class FilesCheck {
 public:
  FilesCheck(const Catalog& catalog, Findings& findings) : catalog_(catalog), findings_(findings) {}

  Status Run() {
    NumberColumn firsts;
    ROOST_TRY(firsts.Add(catalog_.ledger_parts, "first_number"));
    for (size_t i = 0; i < catalog_.tables.size(); ++i) {
      const auto& facts = catalog_.tables[i].facts.table;
      if (facts.kind != shred::TableKind::kRoot) continue;
      roots_.push_back(static_cast<int32_t>(i));
      ROOST_TRY(ids_.emplace_back().Add(catalog_.tables[i].part_paths, facts.id_name));
    }
    const uint64_t most =
        std::max<uint64_t>(findings_.options().memory_bytes / (4 * sizeof(FileSeen)), 1000);
    for (const ValueRange& range : firsts.Cut(most)) {
      ROOST_TRY(findings_.CheckStop());
      ROOST_TRY(ReadFiles(range));
      for (size_t i = 0; i < roots_.size(); ++i) ROOST_TRY(CountRows(range, roots_[i], ids_[i]));
      ROOST_TRY(CountRejects(range));
      Compare(range.end == INT64_MAX);
    }
    TellStrays();
    return CheckNumbers();
  }

 private:
  /// Rows of the ledger with first numbers in the range; files_ may begin with one from before it.
  Status ReadFiles(ValueRange range) {
    std::unordered_set<int64_t> over;
    const size_t carried = files_.size();
    for (const std::string& path : catalog_.ledger_parts) {
      ROOST_ASSIGN(auto part, Part::Open(path));
      for (int group = 0; group < part->row_groups(); ++group) {
        ROOST_ASSIGN(auto reader,
                     part->ReadRows(group, {"first_number", "numbers", "records", "loaded",
                                            "quarantined", "replaces", "root_table", "fault"}));
        for (;;) {
          ROOST_ASSIGN(auto rows, reader->Next());
          if (!rows) break;
          ROOST_TRY(ReadLedgerRows(*rows, range, over));
        }
      }
    }
    std::erase_if(files_, [&](const FileSeen& file) { return over.contains(file.first); });
    std::sort(files_.begin() + static_cast<std::ptrdiff_t>(std::min(carried, files_.size())),
              files_.end(), [](const FileSeen& a, const FileSeen& b) { return a.first < b.first; });
    for (size_t i = 1; i < files_.size(); ++i)
      if (files_[i - 1].first + files_[i - 1].numbers > files_[i].first)
        findings_.Problem("account", "_roost/ledger",
                          "two files claim the file number " + std::to_string(files_[i].first),
                          kIngestAnew);
    return Status::OK();
  }

  Status ReadLedgerRows(const arrow::RecordBatch& rows, ValueRange range,
                        std::unordered_set<int64_t>& over) {
    std::shared_ptr<arrow::Array> columns[6];
    const char* names[] = {"first_number", "numbers",     "records",
                           "loaded",       "quarantined", "replaces"};
    for (size_t i = 0; i < 6; ++i) {
      auto column = rows.GetColumnByName(names[i]);
      if (!column) return Status::IOError("a part of _roost/ledger lacks the column ", names[i]);
      ROOST_ASSIGN(columns[i], exporting::CastTo(std::move(column), arrow::int64()));
    }
    ROOST_ASSIGN(auto roots, exporting::CastTo(rows.GetColumnByName("root_table"), arrow::utf8()));
    auto number = [&](size_t column, int64_t row) {
      return static_cast<const arrow::Int64Array&>(*columns[column]).Value(row);
    };
    auto is_inside = [&](int64_t value) { return value >= range.begin && value < range.end; };
    const auto faults = rows.GetColumnByName("fault");
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      if (columns[5]->IsValid(row) && is_inside(number(5, row))) over.insert(number(5, row));
      if (!is_inside(number(0, row))) continue;
      ++findings_.result().files;
      FileSeen file{number(0, row), number(1, row), number(3, row), number(4, row), 0, 0, -1};
      if (number(2, row) != file.loaded + file.quarantined)
        findings_.Problem("account", "_roost/ledger",
                          "of the file with number " + std::to_string(file.first) +
                              " the records read are not those loaded and those in quarantine",
                          kIngestAnew);
      const bool is_unread = faults && faults->IsValid(row) && file.loaded == 0;
      if (is_unread && file.quarantined == 0) continue;  // it may name numbers of another
      file.root = RootOf(static_cast<const arrow::StringArray&>(*roots).GetView(row));
      files_.push_back(file);
    }
    return Status::OK();
  }

  int32_t RootOf(std::string_view identity) const {
    for (int32_t root : roots_)
      if (catalog_.tables[static_cast<size_t>(root)].identity() == identity) return root;
    return -1;
  }

  FileSeen* FileOf(int64_t number) {
    auto after = std::ranges::upper_bound(files_, number, {}, &FileSeen::first);
    if (after == files_.begin()) return nullptr;
    FileSeen& file = *std::prev(after);
    return number < file.first + file.numbers ? &file : nullptr;
  }

  Status CountRows(ValueRange numbers, int32_t root, const NumberColumn& ids) {
    auto id_of = [](int64_t number) {
      const int64_t most = INT64_MAX >> shred::kRowBits;
      return number > most ? INT64_MAX : number < 0 ? INT64_MIN : number << shred::kRowBits;
    };
    FileSeen* last = nullptr;
    return ids.ForEach({id_of(numbers.begin), id_of(numbers.end)}, [&](int64_t id) {
      const int64_t number = id >> shred::kRowBits;
      const bool is_same = last && number >= last->first && number < last->first + last->numbers;
      if (!is_same) last = FileOf(number);
      if (last && last->root == root) {
        ++last->rows;
      } else {
        NoteStray(root, number);
      }
    });
  }

  void NoteStray(int32_t root, int64_t number) {
    if (strays_.empty()) strays_.resize(catalog_.tables.size());
    auto& [count, first] = strays_[static_cast<size_t>(root)];
    if (count++ == 0) first = number;
  }

  Status CountRejects(ValueRange numbers) {
    for (const std::string& path : catalog_.quarantine_parts) {
      ROOST_ASSIGN(auto part, Part::Open(path));
      for (int group = 0; group < part->row_groups(); ++group) {
        auto known = part->RangeOf(group, "file_number");
        if (known && (known->min >= numbers.end || known->max < numbers.begin)) continue;
        ROOST_ASSIGN(auto reader,
                     part->ReadRows(group, {"file_number", "reason", "raw_file", "bytes"}));
        for (;;) {
          ROOST_ASSIGN(auto rows, reader->Next());
          if (!rows) break;
          ROOST_TRY(CountRejectRows(*rows, numbers));
        }
      }
    }
    return Status::OK();
  }

  Status CountRejectRows(const arrow::RecordBatch& rows, ValueRange range) {
    ROOST_ASSIGN(auto numbers,
                 exporting::CastTo(rows.GetColumnByName("file_number"), arrow::int64()));
    ROOST_ASSIGN(auto bytes, exporting::CastTo(rows.GetColumnByName("bytes"), arrow::int64()));
    ROOST_ASSIGN(auto reasons, exporting::CastTo(rows.GetColumnByName("reason"), arrow::utf8()));
    ROOST_ASSIGN(auto raws, exporting::CastTo(rows.GetColumnByName("raw_file"), arrow::utf8()));
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      const int64_t number = static_cast<const arrow::Int64Array&>(*numbers).Value(row);
      if (number < range.begin || number >= range.end) continue;
      FileSeen* file = FileOf(number);
      const auto reason = static_cast<const arrow::StringArray&>(*reasons).GetView(row);
      if (file && !reason.ends_with("(continued)")) ++file->rejects;
      if (!file)
        findings_.Problem("quarantine", "_roost/quarantine",
                          "a reject is of the file number " + std::to_string(number) +
                              ", which no file in the ledger has",
                          kIngestAnew);
      if (raws->IsValid(row))
        ROOST_TRY(CheckRaw(static_cast<const arrow::StringArray&>(*raws).GetString(row),
                           static_cast<const arrow::Int64Array&>(*bytes).Value(row)));
    }
    return Status::OK();
  }

  Status CheckRaw(const std::string& name, int64_t bytes) {
    const std::string path = "_roost/quarantine/raw/" + name;
    ROOST_ASSIGN(auto facts, disk::Examine(catalog_.store_dir + "/" + path));
    if (!facts || static_cast<int64_t>(facts->bytes) != bytes)
      findings_.Problem("quarantine", path,
                        facts ? "it has " + std::to_string(facts->bytes) +
                                    " bytes, and the quarantine says " + std::to_string(bytes)
                              : "it is missing",
                        "restore it, or take its file again: roost retry");
    return Status::OK();
  }

  /// The last file may go on in the next range.
  void Compare(bool is_last_range) {
    const size_t count = is_last_range || files_.empty() ? files_.size() : files_.size() - 1;
    for (size_t i = 0; i < count; ++i) CompareOne(files_[i]);
    for (const FileSeen& file : files_) end_ = std::max(end_, file.first + file.numbers);
    files_.erase(files_.begin(), files_.begin() + static_cast<std::ptrdiff_t>(count));
  }

  void CompareOne(const FileSeen& file) {
    auto tell = [&](const char* check, const char* what, int64_t found, int64_t said) {
      findings_.Problem(check, "_roost/ledger",
                        "the file with number " + std::to_string(file.first) + " has " +
                            std::to_string(found) + " " + what + ", and the ledger says " +
                            std::to_string(said),
                        kIngestAnew);
    };
    const bool is_left_out = file.root < 0 && !catalog_.only_tables.empty();
    if (!is_left_out && file.rows != file.loaded)
      tell("account", "records in the tables", file.rows, file.loaded);
    if (file.rejects != file.quarantined)
      tell("account", "rejects in the quarantine", file.rejects, file.quarantined);
  }

  void TellStrays() {
    for (size_t i = 0; i < strays_.size(); ++i) {
      const auto [count, first] = strays_[i];
      if (count > 0)
        findings_.Problem(
            "account", catalog_.tables[i].name(),
            std::to_string(count) +
                " rows are of no file that the ledger knows, first with file number " +
                std::to_string(first),
            kIngestAnew);
    }
  }

  /// Numbers that files have must not be given out again.
  Status CheckNumbers() {
    const std::string folder = catalog_.store_dir + "/_roost/numbers";
    ROOST_ASSIGN(auto there, disk::Examine(folder));
    std::vector<std::string> names;
    if (there) {
      ROOST_ASSIGN(names, disk::ListFolder(folder));
    }
    std::erase_if(names, [](const std::string& name) {
      return name.find_first_not_of("0123456789") != std::string::npos;
    });
    std::string text = "0";
    if (!names.empty()) {
      ROOST_ASSIGN(auto read, disk::ReadIfThere(folder + "/" + names.back()));
      text = read.value_or("0");
    }
    if (std::strtoll(text.c_str(), nullptr, 10) < end_)
      findings_.Problem("numbers", "_roost/numbers",
                        "the next file number would be " + text.substr(0, text.find('\n')) +
                            ", and files have numbers below " + std::to_string(end_),
                        "restore the newest file of that folder before anything is ingested");
    return Status::OK();
  }

  const Catalog& catalog_;
  Findings& findings_;
  std::vector<int32_t> roots_;
  std::vector<NumberColumn> ids_;  // of them
  std::vector<FileSeen> files_;
  std::vector<std::pair<uint64_t, int64_t>> strays_;  // by table: how many, first number
  int64_t end_ = 0;
};

}  // namespace

Status CheckIds(const Catalog& catalog, Findings& findings) {
  const uint64_t most =
      std::max<uint64_t>(findings.options().memory_bytes / (4 * sizeof(int64_t)), 1000);
  for (const StoredTable& table : catalog.tables) {
    const auto& facts = table.facts.table;
    if (facts.id_name.empty()) continue;
    ROOST_TRY(CheckUnique(table, most, findings));
    if (!facts.parent_name.empty()) ROOST_TRY(CheckParents(catalog, table, most, findings));
  }
  return Status::OK();
}

Status CheckFiles(const Catalog& catalog, Findings& findings) {
  return FilesCheck(catalog, findings).Run();
}

}  // namespace roost::upkeep
