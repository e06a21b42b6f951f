#include "ledger/entry.h"

#include <fmt/compile.h>

#include <charconv>
#include <iterator>
#include <map>

#include "base/byte_text.h"
#include "base/json_text.h"
#include "ledger/delta_json.h"
#include "ledger/json_reader.h"

namespace roost::ledger {
namespace {

constexpr size_t kTakeMembers = 10;

void AppendTake(std::string& out, std::string_view name, const Take& take) {
  out += '[';
  AppendJsonString(out, EncodeBytes(name));
  const InputFile& file = take.file;
  fmt::format_to(std::back_inserter(out),
                 FMT_COMPILE(",{},{},{},{},{},\"{:016x}{:016x}\",{},{},\"{}\"]"), file.device,
                 file.inode, file.bytes, file.born_ns, file.modified_ns, take.hash_high,
                 take.hash_low, take.first_number, take.numbers,
                 take.by == KnownBy::kPath ? "path" : "instance");
}

/// By folder: there may be very many files in one.
void AppendTakes(std::string& out, const std::vector<Take>& takes) {
  std::map<std::string_view, std::vector<const Take*>> folders;
  auto end_of_folder = [](const Take& take) { return take.file.path.rfind('/') + 1; };
  for (const Take& take : takes) {
    folders[std::string_view(take.file.path).substr(0, end_of_folder(take))].push_back(&take);
  }
  constexpr size_t kUsualTake = 160;
  out.reserve(out.size() + takes.size() * kUsualTake);
  out += '{';
  for (const auto& [folder, files] : folders) {
    if (out.back() != '{') out += ',';
    AppendJsonString(out, EncodeBytes(folder));
    out += ":[";
    for (const Take* take : files) {
      if (out.back() != '[') out += ',';
      AppendTake(out, std::string_view(take->file.path).substr(folder.size()), *take);
    }
    out += ']';
  }
  out += '}';
}

void AppendChange(std::string& out, const TableChange& change) {
  out += "{\"table\":";
  AppendJsonString(out, change.table);
  out += ",\"add\":[";
  for (const Part& part : change.added) {
    if (out.back() != '[') out += ',';
    AppendPart(out, part, !change.rearranges);
  }
  out += "],\"remove\":[";
  for (const Removal& removal : change.removed) {
    if (out.back() != '[') out += ',';
    out += "{\"path\":";
    AppendJsonString(out, removal.path);
    out += ",\"size\":" + std::to_string(removal.bytes) + "}";
  }
  out += ']';
  if (change.schema) {
    out += ",\"schema\":{\"id\":";
    AppendJsonString(out, change.schema->id);
    out += ",\"columns\":" + WriteSchema(change.schema->columns) + ",\"properties\":{";
    for (const auto& [name, text] : change.schema->properties) {
      if (out.back() != '{') out += ',';
      AppendJsonString(out, name);
      out += ':';
      AppendJsonString(out, text);
    }
    out += "}}";
  }
  if (change.rewrites) out += ",\"rewrites\":true";
  if (change.rearranges) out += ",\"rearranges\":true";
  out += '}';
}

std::string InfoOf(const Entry& entry, int64_t now_ms) {
  std::string out = "{\"timestamp\":" + std::to_string(now_ms) + ",\"operation\":";
  AppendJsonString(out, entry.operation);
  out += ",\"operationParameters\":{},\"engineInfo\":\"roost/" ROOST_VERSION "\",\"roost\":{";
  out += "\"format\":" + std::to_string(kFormat) + ",\"writer\":";
  AppendJsonString(out, entry.writer);
  out += ",\"tables\":[";
  for (const TableChange& change : entry.tables) {
    if (out.back() != '[') out += ',';
    AppendChange(out, change);
  }
  out += "],\"versions\":{";
  for (const auto& [table, version] : entry.versions) {
    if (out.back() != '{') out += ',';
    AppendJsonString(out, table);
    out += ":" + std::to_string(version);
  }
  out += "},\"files\":";
  AppendTakes(out, entry.takes);
  if (entry.takes_file) {
    out += ",\"takes\":{\"name\":";
    AppendJsonString(out, entry.takes_file->name);
    out += ",\"files\":" + std::to_string(entry.takes_file->files) + "}";
  }
  if (!entry.note.empty()) out += ",\"note\":" + entry.note;
  out += "}}";
  return out;
}

bool ReadHash(std::string_view text, Take& take) {
  if (text.size() != 32) return false;
  const char* middle = text.data() + 16;
  const char* end = text.data() + 32;
  auto high = std::from_chars(text.data(), middle, take.hash_high, 16);
  auto low = std::from_chars(middle, end, take.hash_low, 16);
  return high.ptr == middle && low.ptr == end;
}

bool ReadTake(const std::string& folder, simdjson::dom::array members, Take& take) {
  std::vector<JsonElement> values;
  for (JsonElement member : members) values.push_back(member);
  if (values.size() != kTakeMembers) return false;
  std::string_view name, hash, by;
  uint64_t numbers = 0;
  InputFile& file = take.file;
  const bool fits = values[0].get_string().get(name) == simdjson::SUCCESS &&
                    values[1].get_uint64().get(file.device) == simdjson::SUCCESS &&
                    values[2].get_uint64().get(file.inode) == simdjson::SUCCESS &&
                    values[3].get_uint64().get(file.bytes) == simdjson::SUCCESS &&
                    values[4].get_int64().get(file.born_ns) == simdjson::SUCCESS &&
                    values[5].get_int64().get(file.modified_ns) == simdjson::SUCCESS &&
                    values[6].get_string().get(hash) == simdjson::SUCCESS &&
                    values[7].get_uint64().get(take.first_number) == simdjson::SUCCESS &&
                    values[8].get_uint64().get(numbers) == simdjson::SUCCESS &&
                    values[9].get_string().get(by) == simdjson::SUCCESS;
  if (!fits || !ReadHash(hash, take) || numbers > UINT32_MAX) return false;
  file.path = folder + DecodeBytes(name);
  take.numbers = static_cast<uint32_t>(numbers);
  take.by = by == "instance" ? KnownBy::kInstance : KnownBy::kPath;
  return true;
}

Status Damaged(const std::string& where, const char* what) {
  return Status::IOError(where, " is a ledger entry whose ", what,
                         " cannot be read; it was damaged: restore the file");
}

// Calls `take` for each element of the array `name`.
template <class Take>
Status ForEach(JsonObject object, const char* name, const std::string& where, Take take) {
  simdjson::dom::array items;
  if (object[name].get_array().get(items) != simdjson::SUCCESS) return Damaged(where, name);
  for (JsonElement item : items) ROOST_TRY(take(item));
  return Status::OK();
}

Status ReadSchemaChange(JsonObject object, const std::string& where, TableChange& change) {
  JsonObject schema, columns;
  if (object["schema"].get_object().get(schema) != simdjson::SUCCESS) return Status::OK();
  if (schema["columns"].get_object().get(columns) != simdjson::SUCCESS)
    return Damaged(where, "schema");
  change.schema = TableSchema{TextOf(schema, "id"), {}, TextsOf(schema, "properties")};
  return ReadSchema(simdjson::minify(columns), where).Value(&change.schema->columns);
}

Result<TableChange> ReadChange(JsonElement element, const std::string& where) {
  JsonObject object;
  if (element.get_object().get(object) != simdjson::SUCCESS) return Damaged(where, "tables");
  TableChange change;
  change.table = TextOf(object, "table");
  change.rewrites = FlagOf(object, "rewrites");
  change.rearranges = FlagOf(object, "rearranges");
  ROOST_TRY(ForEach(object, "add", where, [&](JsonElement item) -> Status {
    JsonObject part;
    if (item.get_object().get(part) != simdjson::SUCCESS) return Damaged(where, "add");
    ROOST_ASSIGN(change.added.emplace_back(), PartOf(part, where));
    return Status::OK();
  }));
  ROOST_TRY(ForEach(object, "remove", where, [&](JsonElement item) -> Status {
    JsonObject part;
    if (item.get_object().get(part) != simdjson::SUCCESS) return Damaged(where, "remove");
    change.removed.push_back(
        {TextOf(part, "path"), static_cast<uint64_t>(NumberOf(part, "size")), 0});
    return CheckPath(change.removed.back().path, where);
  }));
  ROOST_TRY(ReadSchemaChange(object, where, change));
  return change;
}

void ReadVersions(JsonObject object, Entry& entry) {
  JsonObject versions;
  if (object["versions"].get_object().get(versions) != simdjson::SUCCESS) return;
  for (auto [table, value] : versions) {
    int64_t version;
    if (value.get_int64().get(version) == simdjson::SUCCESS)
      entry.versions[std::string(table)] = version;
  }
}

Status ReadTakes(JsonObject object, const std::string& where, Entry& entry) {
  JsonObject folders;
  if (object["files"].get_object().get(folders) != simdjson::SUCCESS)
    return Damaged(where, "files");
  for (auto [key, files] : folders) {
    const std::string folder = DecodeBytes(key);
    simdjson::dom::array items;
    if (files.get_array().get(items) != simdjson::SUCCESS) return Damaged(where, "files");
    for (JsonElement item : items) {
      simdjson::dom::array members;
      const bool fits = item.get_array().get(members) == simdjson::SUCCESS &&
                        ReadTake(folder, members, entry.takes.emplace_back());
      if (!fits) return Damaged(where, "files");
    }
  }
  return Status::OK();
}

Result<Entry> ReadEntry(JsonObject roost, const std::string& where) {
  if (int64_t format = NumberOf(roost, "format"); format > kFormat)
    return Status::NotImplemented(where, " is of format ", format,
                                  ", which is newer than this roost (", kFormat,
                                  "); take a newer roost");
  Entry entry;
  entry.writer = TextOf(roost, "writer");
  ROOST_TRY(ForEach(roost, "tables", where, [&](JsonElement item) -> Status {
    ROOST_ASSIGN(entry.tables.emplace_back(), ReadChange(item, where));
    return Status::OK();
  }));
  ROOST_TRY(ReadTakes(roost, where, entry));
  JsonObject file;
  if (roost["takes"].get_object().get(file) == simdjson::SUCCESS)
    entry.takes_file =
        TakesFile{TextOf(file, "name"), static_cast<uint64_t>(NumberOf(file, "files"))};
  ReadVersions(roost, entry);
  JsonElement note;
  if (roost["note"].get(note) == simdjson::SUCCESS) entry.note = JsonOf(note);
  return entry;
}

}  // namespace

InputFile InputFile::Of(std::string path, const disk::Facts& facts) {
  return {std::move(path), facts.device,  facts.inode,
          facts.bytes,     facts.born_ns, facts.modified_ns};
}

bool InputFile::IsStill(const disk::Facts& facts) const {
  return device == facts.device && inode == facts.inode && born_ns == facts.born_ns &&
         bytes == facts.bytes && modified_ns == facts.modified_ns;
}

Commit CommitOf(const Entry& entry, int64_t now_ms) {
  Commit commit;
  commit.info = InfoOf(entry, now_ms);
  commit.added = entry.ledger_parts;
  commit.removed = entry.ledger_removed;
  for (Removal& removal : commit.removed) removal.deleted_ms = now_ms;
  commit.data_change = entry.ledger_removed.empty();
  return commit;
}

Result<std::optional<Entry>> EntryOf(const Commit& commit, const std::string& where) {
  if (commit.info.empty()) return std::nullopt;
  JsonDocument document;
  ROOST_ASSIGN(JsonObject info, document.ReadObject(commit.info, where));
  JsonObject roost;
  if (info["roost"].get_object().get(roost) != simdjson::SUCCESS) return std::nullopt;
  ROOST_ASSIGN(Entry entry, ReadEntry(roost, where));
  entry.operation = TextOf(info, "operation");
  entry.ledger_parts = commit.added;
  entry.ledger_removed = commit.removed;
  return entry;
}

}  // namespace roost::ledger
