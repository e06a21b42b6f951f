#include "upkeep/sidecar_check.h"

#include <xxhash.h>

#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "ledger/delta_json.h"
#include "sketch/part_sketches.h"

namespace roost::upkeep {
namespace {

using nlohmann::json;

constexpr std::string_view kSketchEnding = ".sketches";

/// Files of one kind that are as good as none.
struct Useless {
  uint64_t gone = 0;     // of parts that are not in their table any more
  uint64_t damaged = 0;  // cannot be read
};

void Tell(const Useless& useless, const std::string& folder, const char* who, Findings& findings) {
  auto tell = [&](uint64_t count, const char* what) {
    if (count > 0)
      findings.Note(folder + " has " + std::to_string(count) + " files " + what + ": the next " +
                    who + " does without");
  };
  tell(useless.gone, "of parts that are gone");
  tell(useless.damaged, "that are damaged");
}

Result<std::vector<std::string>> NamesIn(const std::string& folder) {
  ROOST_ASSIGN(auto there, disk::Examine(folder));
  if (!there) return std::vector<std::string>();
  return disk::ListFolder(folder);
}

/// What a sketch and the log say otherwise of a column; nothing if they agree.
std::optional<std::string> Difference(const sketch::ColumnSketch& sketch, const json& stats,
                                      const std::string& column) {
  auto number = [&](const char* kind) -> std::optional<int64_t> {
    const auto found = stats.find(kind);
    if (found == stats.end() || !found->is_object()) return std::nullopt;
    const auto value = found->find(column);
    if (value == found->end() || !value->is_number_integer()) return std::nullopt;
    return value->get<int64_t>();
  };
  auto differ = [&](const char* what, int64_t one, int64_t other) {
    return "of " + column + " it says " + what + " " + std::to_string(one) + ", and the log " +
           std::to_string(other);
  };
  const auto nulls = number("nullCount");
  if (!nulls) return std::nullopt;  // a list: items are counted
  const auto least = number("minValues"), greatest = number("maxValues");
  const auto found_nulls = static_cast<int64_t>(sketch.nulls());
  // Of texts, those that say nothing ("null") are counted among them.
  if (least ? found_nulls != *nulls : found_nulls < *nulls)
    return differ("nulls:", found_nulls, *nulls);
  const auto rows = stats.value("numRecords", int64_t{-1});
  if (rows >= 0 && static_cast<int64_t>(sketch.rows()) != rows)
    return differ("rows:", static_cast<int64_t>(sketch.rows()), rows);
  if (!least || !greatest || !sketch.only_integers()) return std::nullopt;
  if (sketch.smallest_integer() != *least)
    return differ("least:", sketch.smallest_integer(), *least);
  if (sketch.largest_integer() != *greatest)
    return differ("greatest:", sketch.largest_integer(), *greatest);
  return std::nullopt;
}

class SketchCheck {
 public:
  SketchCheck(const std::string& top, const ledger::Pin& pin, Findings& findings)
      : top_(top), pin_(pin), findings_(findings) {}

  Status Run() {
    ROOST_ASSIGN(auto tables, NamesIn(top_ + "/" + kFolder));
    for (const std::string& table : tables) {
      ROOST_TRY(findings_.CheckStop());
      ROOST_ASSIGN(auto files, NamesIn(top_ + "/" + kFolder + "/" + table));
      for (const std::string& file : files)
        if (file.ends_with(kSketchEnding) && file[0] != '.') Check(table, file);
    }
    Tell(useless_, kFolder, "search for relations", findings_);
    return Status::OK();
  }

 private:
  static constexpr const char* kFolder = "_roost/sketches";

  void Check(const std::string& table, const std::string& file) {
    const std::string part = file.substr(0, file.size() - kSketchEnding.size());
    auto found = pin_.tables.find(table);
    const ledger::Part* live = nullptr;
    if (found != pin_.tables.end())
      if (auto named = found->second.live.find(ledger::EncodePath(part));
          named != found->second.live.end())
        live = &named->second;
    if (!live) {
      ++useless_.gone;
      return;
    }
    if (!findings_.options().quick) Compare(table, file, *live);
  }

  void Compare(const std::string& table, const std::string& file, const ledger::Part& part) {
    const std::string path = std::string(kFolder) + "/" + table + "/" + file;
    const auto sketches = sketch::PartSketches::Open(top_ + "/" + path, part.bytes);
    const json stats = json::parse(part.stats, nullptr, false);
    const auto columns = sketches.columns();
    bool is_whole = !columns.empty();
    for (const std::string& column : columns) {
      const auto sketch = sketches.Read(column);
      is_whole &= sketch.has_value();
      if (!sketch || !stats.is_object()) continue;
      if (auto what = Difference(*sketch, stats, column))
        return findings_.Problem("sketch", path, *what,
                                 "remove the file: the next search for relations makes it anew");
    }
    useless_.damaged += !is_whole;
  }

  const std::string& top_;
  const ledger::Pin& pin_;
  Findings& findings_;
  Useless useless_;
};

/// What validate kept of parts: a line with kind and version, the identity of the part as a text,
/// and in the end the checksum of all before. docs/formats/kept.md.
class KeptCheck {
 public:
  KeptCheck(const std::string& top, const ledger::Pin& pin, Findings& findings)
      : top_(top), findings_(findings) {
    for (const auto& [name, table] : pin.tables)
      for (const auto& [path, part] : table.live)
        parts_.insert("delta/" + name + "/" + ledger::DecodePath(path));
  }

  Status Run() {
    ROOST_ASSIGN(auto files, NamesIn(top_ + "/" + kFolder));
    for (const std::string& file : files) {
      ROOST_TRY(findings_.CheckStop());
      const bool is_kept = file.ends_with(".kept") || file.ends_with(".odd");
      if (!is_kept || file[0] == '.') continue;
      ROOST_ASSIGN(auto bytes, disk::ReadIfThere(top_ + "/" + kFolder + "/" + file));
      if (bytes) Check(*bytes);
    }
    Tell(useless_, kFolder, "validation", findings_);
    return Status::OK();
  }

 private:
  static constexpr const char* kFolder = "_roost/validate";

  void Check(std::string_view bytes) {
    const auto part = PartOf(bytes);
    useless_.damaged += !part;
    useless_.gone += part && !parts_.contains(*part);
  }

  /// The path of the part, below the store; nothing if the bytes are not whole.
  static std::optional<std::string> PartOf(std::string_view bytes) {
    auto number_at = [&](size_t at) {
      uint64_t number;
      std::memcpy(&number, bytes.data() + at, sizeof number);
      return number;
    };
    const size_t line = bytes.find('\n');
    if (!bytes.starts_with("roost kept ") || line == bytes.npos || bytes.size() < line + 1 + 16)
      return std::nullopt;
    const size_t end = bytes.size() - 8;
    if (number_at(end) != XXH3_64bits(bytes.data(), end)) return std::nullopt;
    const uint64_t length = number_at(line + 1);
    if (length > end - (line + 9)) return std::nullopt;
    const std::string_view identity = bytes.substr(line + 9, length);
    return std::string(identity.substr(0, identity.find('\n')));
  }

  const std::string& top_;
  Findings& findings_;
  std::set<std::string> parts_;
  Useless useless_;
};

}  // namespace

Status CheckSidecars(const std::string& top, const ledger::Pin& pin, Findings& findings) {
  ROOST_TRY(SketchCheck(top, pin, findings).Run());
  return KeptCheck(top, pin, findings).Run();
}

}  // namespace roost::upkeep
