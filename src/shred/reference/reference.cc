#include "shred/reference/reference.h"

#include <algorithm>
#include <list>

#include "shred/reference/framing.h"
#include "shred/reference/hints.h"
#include "shred/reference/publish.h"
#include "shred/reference/spread.h"

namespace roost::shred::reference {
namespace {

/// Moves the records that do not meet a demand to the rejects; marks the others.
void ApplyHintsTo(FramedFile& frame, const File& file, const Options& options) {
  const auto is_rejected = [&](Value& record) {
    const std::string reason = ApplyHints(record, file.root_table, options.hints);
    if (reason.empty()) return false;
    const auto begin = static_cast<size_t>(record.raw.data() - file.bytes.data());
    const auto lines = std::count(file.bytes.begin(),
                                  file.bytes.begin() + static_cast<std::ptrdiff_t>(begin), '\n');
    frame.rejects.push_back(
        {file.path, begin, 1 + static_cast<uint64_t>(lines), record.raw.size(), reason});
    return true;
  };
  std::erase_if(frame.records, is_rejected);
  std::sort(frame.rejects.begin(), frame.rejects.end(),
            [](const Reject& a, const Reject& b) { return a.offset < b.offset; });
}

constexpr const char* kFramingNames[] = {"array", "lines", "values"};

/// Reads all files into rows of root tables, whose records live in `framed`.
SpreadTables ReadRoots(const std::vector<File>& files, const Options& options, RowNumbers& numbers,
                       std::list<FramedFile>& framed, Result& result) {
  SpreadTables roots;
  for (const File& file : files) {
    FramedFile& frame = framed.emplace_back(FrameFile(file, options));
    ApplyHintsTo(frame, file, options);
    const int64_t start = static_cast<int64_t>(file.first_number) << 24;
    for (const Value& record : frame.records) {
      SpreadTable& root = roots[file.root_table];
      root.identity = file.root_table;
      SpreadRow& row = root.rows.emplace_back();
      row.record = &record;
      row.id = numbers.Next(file.root_table, start);
    }
    result.files.push_back(
        {file.path, kFramingNames[static_cast<size_t>(frame.framing)], frame.records.size()});
    result.counts.records += frame.records.size();
    result.rejects.insert(result.rejects.end(), frame.rejects.begin(), frame.rejects.end());
  }
  result.counts.rejects = result.rejects.size();
  return roots;
}

}  // namespace

Result Shred(const std::vector<File>& files, const Options& options) {
  Result result;
  RowNumbers numbers;
  std::list<FramedFile> framed;
  SpreadTables spreads;
  std::map<std::string, Table> tables;
  // The tables of one wave hold arrays and maps of the wave before, which is complete by then.
  SpreadTables wave = ReadRoots(files, options, numbers, framed, result);
  while (!wave.empty()) {
    SpreadTables children;
    for (auto& [identity, spread] : wave) {
      SpreadRows(spread, options.min_map_keys, numbers, children);
      for (const SpreadRow& row : spread.rows) result.counts.duplicate_keys += row.repeats.size();
      tables[identity] = PublishTable(spread, options, numbers, children);
    }
    spreads.merge(wave);
    wave = std::move(children);
  }
  NameTables(spreads, tables);
  for (auto& [identity, table] : tables) {
    std::sort(table.rows.begin(), table.rows.end(),
              [](const Row& a, const Row& b) { return a.id < b.id; });
    result.tables.push_back(std::move(table));
  }
  std::sort(result.tables.begin(), result.tables.end(),
            [](const Table& a, const Table& b) { return a.name < b.name; });
  return result;
}

}  // namespace roost::shred::reference
