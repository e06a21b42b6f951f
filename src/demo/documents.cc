#include "demo/documents.h"

#include <algorithm>
#include <unordered_set>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "base/json_text.h"

namespace roost::demo {
namespace {

using Json = nlohmann::json;

uint64_t HashOf(char kind, const std::string& text) {
  return std::hash<std::string>{}(kind + text);
}

// 1 and 1.0 are the same number, as in JSON.
std::string NumberText(const Json& number) {
  if (!number.is_number_float()) return number.dump();
  const double value = number.get<double>();
  if (value == static_cast<double>(static_cast<int64_t>(value)) && std::abs(value) < 1e15)
    return std::to_string(static_cast<int64_t>(value));
  std::string text;
  AppendJsonDouble(text, value);
  return text;
}

bool IsTable(const Json& value) {
  return value.is_array() && !value.empty() &&
         std::all_of(value.begin(), value.end(), [](const Json& row) { return row.is_object(); });
}

}  // namespace

Status ForEachDocument(const std::string& folder, const std::function<void(const Json&)>& take) {
  ROOST_ASSIGN(std::vector<std::string> names, disk::ListFolder(folder));
  for (const std::string& name : names) {
    if (!name.ends_with(".json") || name.starts_with('_') || name.starts_with('.')) continue;
    ROOST_ASSIGN(auto text, disk::ReadIfThere(folder + "/" + name));
    if (!text) continue;
    const Json document = Json::parse(*text, nullptr, false);
    if (!document.is_discarded()) take(document);
  }
  return Status::OK();
}

void ValueCounts::AddNumber(const Path& path, const std::string& text, int64_t times) {
  paths_[path][HashOf('n', text)] += times;
}

void ValueCounts::AddText(const Path& path, const std::string& text, int64_t times) {
  paths_[path][HashOf('t', text)] += times;
}

void ValueCounts::AddValue(const std::string& table, const std::string& field, const Json& value) {
  if (value.is_object()) {
    for (const auto& [key, inner] : value.items())
      AddValue(table, field.empty() ? key : field + "." + key, inner);
  } else if (value.is_array()) {
    for (const Json& inner : value) AddValue(table, field + "[*]", inner);
  } else if (value.is_string()) {
    AddText({table, field}, value.get_ref<const std::string&>(), 1);
  } else if (value.is_boolean()) {
    paths_[{table, field}][HashOf('b', value.dump())] += 1;
  } else if (value.is_number()) {
    AddNumber({table, field}, NumberText(value), 1);
  }
}

void ValueCounts::Add(const Json& document) {
  if (!document.is_object()) return AddValue("", "", document);
  for (const auto& [key, value] : document.items()) {
    if (!IsTable(value)) {
      AddValue("", key, value);
      continue;
    }
    for (const Json& row : value) AddValue(key, "", row);
  }
}

uint64_t ValueCounts::total() const {
  uint64_t total = 0;
  for (const auto& [path, counts] : paths_) {
    for (const auto& [hash, count] : counts) total += static_cast<uint64_t>(count);
  }
  return total;
}

Losses Compare(const ValueCounts& documents, const ValueCounts& tables) {
  static const ValueCounts::Counts kNone;
  Losses losses;
  for (const auto& [path, wanted] : documents.paths()) {
    auto found = tables.paths().find(path);
    const ValueCounts::Counts& there = found == tables.paths().end() ? kNone : found->second;
    uint64_t values = 0, missing = 0, strange = 0;
    for (const auto& [hash, count] : wanted) {
      auto same = there.find(hash);
      const int64_t kept = same == there.end() ? 0 : std::min(same->second, count);
      values += static_cast<uint64_t>(count);
      missing += static_cast<uint64_t>(count - kept);
    }
    for (const auto& [hash, count] : there) {
      auto same = wanted.find(hash);
      const int64_t known = same == wanted.end() ? 0 : std::min(same->second, count);
      strange += static_cast<uint64_t>(count - known);
    }
    // A value that is missing while one is there that no document has was bent.
    const uint64_t bent = std::min(missing, strange);
    losses.values += values;
    losses.values_bent += bent;
    losses.values_lost += missing - bent;
    losses.fields += 1;
    losses.fields_lost += there.empty();
    losses.fields_bent += bent > 0;
  }
  return losses;
}

namespace {

struct Reference {
  const char* table;
  const char* field;
  const char* parent;
};

// Of the school, in both systems.
constexpr Reference kReferences[] = {{"classes", "teacher_id", "teachers"},
                                     {"enrollments", "student_id", "students"},
                                     {"enrollments", "class_id", "classes"}};

class Follower {
 public:
  void Take(const Json& document) {
    if (!document.is_object()) return;
    for (const Reference& reference : kReferences) {
      for (const Json& row : document.value(reference.parent, Json::array()))
        if (row.contains(reference.field))
          seen_[reference.parent].insert(row[reference.field].dump());
    }
    for (const Reference& reference : kReferences) {
      for (const Json& row : document.value(reference.table, Json::array())) {
        if (row.contains(reference.field)) Follow(reference, row[reference.field].dump());
      }
    }
  }

  References Finish() {
    for (const auto& [parent, key] : open_) found_.nowhere += !seen_[parent].contains(key);
    return found_;
  }

 private:
  void Follow(const Reference& reference, std::string key) {
    ++found_.rows;
    if (seen_[reference.parent].contains(key)) return;
    ++found_.ahead;
    open_.emplace_back(reference.parent, std::move(key));
  }

  std::map<std::string, std::unordered_set<std::string>> seen_;
  std::vector<std::pair<std::string, std::string>> open_;
  References found_;
};

}  // namespace

Result<References> FollowReferences(const std::string& folder) {
  Follower follower;
  ROOST_TRY(ForEachDocument(folder, [&](const Json& document) { follower.Take(document); }));
  return follower.Finish();
}

}  // namespace roost::demo
