#include "ingest/hints_file.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "base/nearest_word.h"
#include "shred/plan.h"
#include "yaml/yaml_reader.h"

namespace roost::ingest {
namespace {

using shred::Hint;
using shred::PathStep;
using shred::Treatment;

constexpr const char* kHintForms =
    "a hint (text, list, json, {timestamp: FORMAT} or {reject_unless: KIND})";

constexpr const char* kConfigName = "/roost.yaml";

/// Treatments that are a word, and those that need to be told more.
const std::vector<std::pair<std::string, Treatment>> kWords = {
    {"text", Treatment::kText}, {"list", Treatment::kList}, {"json", Treatment::kJson}};
const std::vector<std::pair<std::string, Treatment>> kPairs = {
    {"timestamp", Treatment::kTimestamp}, {"reject_unless", Treatment::kDemand}};

std::vector<std::string> WordsOf(const std::vector<std::pair<std::string, Treatment>>& treatments) {
  std::vector<std::string> words;
  for (const auto& [word, treatment] : treatments) words.push_back(word);
  return words;
}

class HintsParser {
 public:
  explicit HintsParser(const std::string& source) : source_(source), reader_(source) {}

  Result<shred::Hints> Parse(const YAML::Node& root) {
    bool has_columns = root.IsDefined() && !root.IsNull() &&
                       reader_.IsMapping(root, "the file", {"columns", "keys", "relations"}) &&
                       root["columns"] && !root["columns"].IsNull();
    if (has_columns && reader_.IsMapping(root["columns"], "`columns`: hints by JSON path")) {
      for (const auto& entry : root["columns"]) Entry(entry.first, entry.second);
    }
    ROOST_TRY(reader_.status());
    return shred::Hints::Make(std::move(hints_));
  }

 private:
  /// `$.path: hint`, or a root table's name with such entries below it.
  void Entry(const YAML::Node& key, const YAML::Node& value) {
    const std::string& name = key.Scalar();
    if (name.starts_with('$') || !value.IsMap() || IsHint(value)) return Path(key, value, "");
    if (!reader_.IsMapping(value, "hints by JSON path")) return;
    for (const auto& entry : value) Path(entry.first, entry.second, name);
  }

  /// A mapping that says a hint rather than paths.
  static bool IsHint(const YAML::Node& value) {
    if (value.size() != 1 || !value.begin()->first.IsScalar()) return false;
    const std::string& word = value.begin()->first.Scalar();
    auto is_word = [&](const auto& treatment) { return treatment.first == word; };
    return std::any_of(kWords.begin(), kWords.end(), is_word) ||
           std::any_of(kPairs.begin(), kPairs.end(), is_word);
  }

  void Path(const YAML::Node& key, const YAML::Node& value, const std::string& root) {
    Hint hint;
    hint.json_path = key.Scalar();
    hint.root = root;
    yaml::Place place = reader_.PlaceOf(key);
    hint.place = source_ + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
    auto steps = shred::ParseJsonPath(hint.json_path);
    if (!steps.ok()) {
      return reader_.Fail(key, "'" + hint.json_path + "': " + steps.status().message());
    }
    hint.steps = std::move(*steps);
    if (!root.empty() && IsShared(hint.steps)) {
      return reader_.Fail(key, "these rows lie in a table that all root tables share: write '" +
                                   hint.json_path + "' outside of '" + root + "'");
    }
    if (hints_.size() >= shred::kMaxTablePaths) {
      return reader_.Fail(key, "more than " + std::to_string(shred::kMaxTablePaths) +
                                   " hints: a table cannot " + "have more columns");
    }
    if (value.IsNull()) {
      reader_.Fail(key, "'" + hint.json_path + "' lacks " + kHintForms);
    } else if (value.IsMap()) {
      Pair(value, hint);
    } else {
      Word(value, hint);
    }
    hints_.push_back(std::move(hint));
  }

  /// Rows of an array or map below a key of the root: their table is named by the path alone.
  static bool IsShared(const std::vector<PathStep>& steps) {
    bool has_key = false;
    for (const PathStep& step : steps) {
      if (step.kind != PathStep::Kind::kKey) return has_key;
      has_key = true;
    }
    return false;
  }

  void Word(const YAML::Node& value, Hint& hint) {
    if (!value.IsScalar()) return reader_.Expected(value, kHintForms);
    for (const auto& [word, treatment] : kPairs) {
      if (value.Scalar() != word) continue;
      return reader_.Fail(value, word == "timestamp"
                                     ? "timestamp needs a format: {timestamp: \"%Y-%m-%d %H:%M\"}"
                                     : "reject_unless needs a kind: {reject_unless: int64}");
    }
    hint.treatment = Find(kWords, value);
  }

  Treatment Find(const std::vector<std::pair<std::string, Treatment>>& treatments,
                 const YAML::Node& node) {
    for (const auto& [word, treatment] : treatments) {
      if (node.Scalar() == word) return treatment;
    }
    const std::string& found = node.Scalar();
    std::vector<std::string> words = WordsOf(kWords);
    if (std::find(words.begin(), words.end(), found) != words.end()) {
      reader_.Fail(node, "'" + found + "' stands alone: $.path: " + found);
      return Treatment::kUsual;
    }
    std::string suggestion;
    for (const std::string& word : WordsOf(kPairs)) {
      words.push_back(word);
      if (word.starts_with(found)) suggestion = "; did you mean '" + word + "'?";
    }
    if (suggestion.empty()) suggestion = DidYouMean(found, words);
    reader_.Fail(node,
                 std::string("expected ") + kHintForms + ", found '" + found + "'" + suggestion);
    return Treatment::kUsual;
  }

  void Pair(const YAML::Node& value, Hint& hint) {
    if (!reader_.IsMapping(value, kHintForms)) return;
    if (value.size() != 1) return reader_.Expected(value, "one hint for a path");
    const auto entry = *value.begin();
    hint.treatment = Find(kPairs, entry.first);
    if (hint.treatment == Treatment::kTimestamp) {
      std::string format = reader_.Text(entry.second, "a format like \"%Y-%m-%d %H:%M\"");
      auto pattern = shred::TimePattern::Make(format);
      if (!pattern.ok()) {
        return reader_.Fail(entry.second, "'" + format + "': " + pattern.status().message());
      }
      hint.pattern = std::move(*pattern);
    } else if (hint.treatment == Treatment::kDemand) {
      std::vector<std::string> kinds(std::begin(shred::kDemandNames),
                                     std::end(shred::kDemandNames));
      hint.demand = static_cast<shred::Demand>(reader_.Word(entry.second, "a kind", kinds));
    }
  }

  std::string source_;
  yaml::YamlReader reader_;
  std::vector<Hint> hints_;
};

bool IsOfRoot(const shred::FinalTable& table, const std::string& root) {
  if (root.empty() || table.identity == root) return true;
  return table.identity.starts_with(root + "[") || table.identity.starts_with(root + "{");
}

/// Whether the tables of earlier runs have a place at or below the hint's.
bool WasFoundBefore(const Hint& hint, const shred::PublishedTables& published) {
  std::string path = "$";
  for (const PathStep& step : hint.steps) shred::AppendJsonPathStep(path, step);
  auto is_there = [&](const std::string& json_path) {
    return json_path.starts_with(path) &&
           (json_path.size() == path.size() || json_path[path.size()] == '.' ||
            json_path[path.size()] == '[');
  };
  for (const auto& [identity, table] : published) {
    if (!IsOfRoot(table, hint.root)) continue;
    if (is_there(table.json_path)) return true;
    for (const shred::FinalColumn& column : table.columns) {
      if (is_there(column.json_path)) return true;
    }
  }
  return false;
}

}  // namespace

Result<shred::Hints> ParseHints(const std::string& text, const std::string& source) {
  ROOST_ASSIGN(YAML::Node root, yaml::YamlReader::Load(text, source));
  return HintsParser(source).Parse(root);
}

Result<Config> ReadConfig(const IngestOptions& options) {
  std::string path = options.config;
  if (path.empty() && !options.output_dir.empty()) path = options.output_dir + kConfigName;
  Config config;
  if (path.empty()) return config;
  ROOST_ASSIGN(disk::EntryKind kind, disk::Look(path));
  if (kind == disk::EntryKind::kMissing && options.config.empty()) return config;
  if (kind == disk::EntryKind::kMissing) return Status::IOError("--config: there is no ", path);
  std::ifstream stream(path, std::ios::binary);
  if (!stream || kind == disk::EntryKind::kFolder) return Status::IOError("cannot read ", path);
  config.text.assign(std::istreambuf_iterator<char>(stream), {});
  ROOST_ASSIGN(config.hints, ParseHints(config.text, path));
  return config;
}

Status KeepConfig(const Config& config, const IngestOptions& options) {
  if (config.text.empty() || options.dry_run) return Status::OK();
  return disk::ReplaceFile(options.output_dir + kConfigName, config.text);
}

std::vector<std::string> UnusedHints(const shred::Hints& hints,
                                     const std::set<const shred::Hint*>& used,
                                     const shred::FinalSchema& schema,
                                     const shred::PublishedTables* published) {
  std::vector<std::string> paths, lines;
  for (const shred::FinalTable& table : schema.tables) {
    for (const shred::FinalColumn& column : table.columns) paths.push_back(column.json_path);
  }
  for (const Hint& hint : hints.all()) {
    if (used.contains(&hint) || (published && WasFoundBefore(hint, *published))) continue;
    lines.push_back(hint.place + ": no value was found at " + hint.json_path +
                    (hint.root.empty() ? "" : " in records of " + hint.root) +
                    " that this hint is for" + DidYouMean(hint.json_path, paths));
  }
  return lines;
}

}  // namespace roost::ingest
