#include "validate/truth.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/disk_entry.h"

namespace roost::validate {

namespace {

using Json = nlohmann::json;
constexpr size_t kShown = 100;  // wrong findings kept of each kind

std::string NameOfFile(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool IsOfWholeFile(const std::string& kind) {
  return kind == "truncated" || kind == "malformed" || kind == "duplicate_file";
}

/// Whether `path` is `above` or something inside it.
bool LiesIn(const std::string& path, const std::string& above) {
  if (!path.starts_with(above)) return false;
  return path.size() == above.size() || path[above.size()] == '.' || path[above.size()] == '[';
}

/// Which kinds of fault a rule of this kind is there to find.
std::vector<std::string> LooksFor(const Rule& rule) {
  switch (rule.kind) {
    case Kind::kUnique:
      return {"duplicate", "clash"};
    case Kind::kReference:
      return {"orphan", "late_parent"};
    case Kind::kCapacity:
      if (rule.is_rows_for_each) return {"rows_for_each"};
      return {"over_capacity"};
    case Kind::kNotNull:
    case Kind::kNullShare:
      return {"null_burst"};
    case Kind::kRange:
    case Kind::kSet:
    case Kind::kPattern:
    case Kind::kDrift:
    case Kind::kAnomaly:
      return {"outlier", "unit_swap"};
    case Kind::kType:
      return {"type_flip"};
    case Kind::kFiles:
      if (rule.distinct_files) return {"duplicate_file"};
      return {"truncated", "malformed"};
    default:
      return {rule.name.substr(rule.name.rfind('.') + 1)};
  }
}

}  // namespace

Result<Truth> Truth::Read(const std::string& path) {
  ROOST_ASSIGN(auto text, disk::ReadIfThere(path));
  if (!text) return Status::IOError("there is no file ", path, " with planted faults");
  Truth truth;
  try {
    Json json = Json::parse(*text);
    for (const Json& entry : json.at("faults")) {
      Fault fault;
      fault.kind = entry.at("kind").get<std::string>();
      fault.file = entry.at("file").get<std::string>();
      fault.path = entry.at("path").get<std::string>();
      truth.by_file_[NameOfFile(fault.file)].push_back(truth.faults_.size());
      truth.faults_.push_back(std::move(fault));
    }
  } catch (const Json::exception& error) {
    return Status::Invalid(path, " is no file of planted faults, as `roost generate --inject` ",
                           "writes them: ", error.what());
  }
  return truth;
}

void Truth::Add(const Rule& rule, const std::string& file, const std::string& row_path) {
  auto faults = by_file_.find(NameOfFile(file));
  std::set<std::string> right;
  for (size_t at : faults == by_file_.end() ? std::vector<size_t>() : faults->second) {
    Fault& fault = faults_[at];
    bool whole_file = IsOfWholeFile(fault.kind), fits = whole_file || LiesIn(row_path, fault.path);
    for (const Field* field : rule.fields) fits |= fault.path == row_path + "." + field->path;
    if (!fits) continue;
    right.insert(fault.kind);
    fault.found |= !whole_file || rule.kind == Kind::kFiles;
  }
  for (const std::string& kind : right) ++tallies_[kind].right;
  if (!right.empty()) return;
  for (const std::string& kind : LooksFor(rule)) {
    Tally& tally = tallies_[kind];
    ++tally.wrong;
    if (tally.wrong_ones.size() < kShown) {
      tally.wrong_ones.push_back(rule.name + " at " + file + " " + row_path);
    }
  }
}

std::vector<FaultScore> Truth::Scores() const {
  std::map<std::string, FaultScore> scores;
  for (const Fault& fault : faults_) {
    FaultScore& score = scores[fault.kind];
    ++score.planted;
    score.found += fault.found;
    score.healed += !fault.found && fault.kind == "late_parent";
  }
  for (const auto& [kind, tally] : tallies_) {
    FaultScore& score = scores[kind];
    score.findings = tally.right + tally.wrong;
    score.false_findings = tally.wrong;
  }
  std::vector<FaultScore> list;
  for (auto& [kind, score] : scores) {
    score.kind = kind;
    auto share = [](uint64_t part, uint64_t all) {
      return all == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(all);
    };
    score.recall = share(score.found + score.healed, score.planted);
    score.precision = share(score.findings - score.false_findings, score.findings);
    list.push_back(score);
  }
  return list;
}

std::vector<std::string> Truth::Misses(size_t of_each) const {
  std::vector<std::string> lines;
  std::map<std::string, size_t> shown;
  for (const Fault& fault : faults_) {
    if (fault.found || fault.kind == "late_parent" || shown[fault.kind]++ >= of_each) continue;
    lines.push_back("missed " + fault.kind + " at " + fault.file + " " + fault.path);
  }
  for (const auto& [kind, tally] : tallies_) {
    for (size_t i = 0; i < std::min(of_each, tally.wrong_ones.size()); ++i) {
      lines.push_back("no " + kind + ": " + tally.wrong_ones[i]);
    }
  }
  return lines;
}

}  // namespace roost::validate
