#include "ledger/delta_json.h"

#include "base/byte_text.h"
#include "base/json_text.h"
#include "ledger/json_reader.h"

namespace roost::ledger {
namespace {

void AppendName(std::string& out, std::string_view name) {
  if (out.back() != '{' && out.back() != '[') out += ',';
  AppendJsonString(out, name);
  out += ':';
}

void AppendText(std::string& out, std::string_view name, std::string_view text) {
  AppendName(out, name);
  AppendJsonString(out, text);
}

void AppendNumber(std::string& out, std::string_view name, int64_t number) {
  AppendName(out, name);
  AppendJsonInt(out, number);
}

void AppendFlag(std::string& out, std::string_view name, bool flag) {
  AppendName(out, name);
  out += flag ? "true" : "false";
}

void AppendTexts(std::string& out, std::string_view name, const Texts& texts) {
  AppendName(out, name);
  out += '{';
  for (const auto& [key, text] : texts) AppendText(out, key, text);
  out += '}';
}

void AppendTextList(std::string& out, std::string_view name,
                    const std::vector<std::string>& texts) {
  AppendName(out, name);
  out += '[';
  for (const std::string& text : texts) {
    if (out.back() != '[') out += ',';
    AppendJsonString(out, text);
  }
  out += ']';
}

void AppendRemoval(std::string& out, const Removal& removal, bool data_change) {
  out += '{';
  AppendText(out, "path", removal.path);
  AppendNumber(out, "deletionTimestamp", removal.deleted_ms);
  AppendFlag(out, "dataChange", data_change);
  out += ",\"extendedFileMetadata\":true,\"partitionValues\":{}";
  AppendNumber(out, "size", static_cast<int64_t>(removal.bytes));
  out += '}';
}

void AppendTransaction(std::string& out, const Transaction& transaction) {
  out += '{';
  AppendText(out, "appId", transaction.app);
  AppendNumber(out, "version", transaction.version);
  AppendNumber(out, "lastUpdated", transaction.updated_ms);
  out += '}';
}

template <class Append>
void AppendLine(std::string& out, const char* action, Append append) {
  out += "{\"";
  out += action;
  out += "\":";
  append();
  out += "}\n";
}

Result<Removal> RemovalOf(JsonObject object, const std::string& where) {
  Removal removal;
  removal.path = TextOf(object, "path");
  ROOST_TRY(CheckPath(removal.path, where));
  removal.deleted_ms = NumberOf(object, "deletionTimestamp");
  removal.bytes = static_cast<uint64_t>(NumberOf(object, "size"));
  return removal;
}

Transaction TransactionOf(JsonObject object) {
  return {TextOf(object, "appId"), NumberOf(object, "version"), NumberOf(object, "lastUpdated")};
}

Status TakeAction(Commit& commit, std::string_view action, JsonObject object,
                  const std::string& where) {
  if (action == "add") {
    ROOST_ASSIGN(Part part, PartOf(object, where));
    commit.added.push_back(std::move(part));
  } else if (action == "remove") {
    ROOST_ASSIGN(Removal removal, RemovalOf(object, where));
    commit.removed.push_back(std::move(removal));
  } else if (action == "txn") {
    commit.transactions.push_back(TransactionOf(object));
  } else if (action == "metaData") {
    commit.metadata = MetadataOf(object);
  } else if (action == "protocol") {
    commit.protocol = ProtocolOf(object);
  } else if (action == "commitInfo") {
    commit.info = JsonOf(object);
  }
  return Status::OK();
}

}  // namespace

void AppendPart(std::string& out, const Part& part, bool data_change) {
  out += '{';
  AppendText(out, "path", part.path);
  AppendTexts(out, "partitionValues", part.partition_values);
  AppendNumber(out, "size", static_cast<int64_t>(part.bytes));
  AppendNumber(out, "modificationTime", part.modified_ms);
  AppendFlag(out, "dataChange", data_change);
  if (!part.stats.empty()) AppendText(out, "stats", part.stats);
  if (!part.tags.empty()) AppendTexts(out, "tags", part.tags);
  out += '}';
}

void AppendMetadata(std::string& out, const Metadata& metadata) {
  out += '{';
  AppendText(out, "id", metadata.id);
  if (!metadata.name.empty()) AppendText(out, "name", metadata.name);
  if (!metadata.description.empty()) AppendText(out, "description", metadata.description);
  out += ",\"format\":{\"provider\":\"parquet\",\"options\":{}}";
  AppendText(out, "schemaString", metadata.schema);
  AppendTextList(out, "partitionColumns", metadata.partition_columns);
  AppendTexts(out, "configuration", metadata.configuration);
  AppendNumber(out, "createdTime", metadata.created_ms);
  out += '}';
}

void AppendProtocol(std::string& out, const Protocol& protocol) {
  out += '{';
  AppendNumber(out, "minReaderVersion", protocol.reader);
  AppendNumber(out, "minWriterVersion", protocol.writer);
  if (protocol.reader >= 3) AppendTextList(out, "readerFeatures", protocol.reader_features);
  if (protocol.writer >= 7) AppendTextList(out, "writerFeatures", protocol.writer_features);
  out += '}';
}

std::string WriteCommit(const Commit& commit) {
  std::string out;
  out.reserve(commit.info.size() + 4096);
  if (!commit.info.empty()) AppendLine(out, "commitInfo", [&] { out += commit.info; });
  if (commit.protocol) AppendLine(out, "protocol", [&] { AppendProtocol(out, *commit.protocol); });
  if (commit.metadata) AppendLine(out, "metaData", [&] { AppendMetadata(out, *commit.metadata); });
  for (const Transaction& transaction : commit.transactions)
    AppendLine(out, "txn", [&] { AppendTransaction(out, transaction); });
  for (const Removal& removal : commit.removed)
    AppendLine(out, "remove", [&] { AppendRemoval(out, removal, commit.data_change); });
  for (const Part& part : commit.added)
    AppendLine(out, "add", [&] { AppendPart(out, part, commit.data_change); });
  return out;
}

Result<Commit> ReadCommit(std::string_view text, const std::string& where) {
  Commit commit;
  JsonDocument document;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    ROOST_ASSIGN(JsonObject actions, document.ReadObject(line, where));
    for (auto [action, value] : actions) {
      JsonObject object;
      if (value.get_object().get(object) != simdjson::SUCCESS) continue;
      ROOST_TRY(TakeAction(commit, action, object, where));
    }
  }
  return commit;
}

std::string EncodePath(std::string_view name) {
  constexpr std::string_view kPlain = "-_.~/=";
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string path;
  for (unsigned char byte : name) {
    if ((byte < 128 && std::isalnum(byte)) || kPlain.find(static_cast<char>(byte)) != kPlain.npos) {
      path += static_cast<char>(byte);
    } else {
      path += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return path;
}

std::string DecodePath(std::string_view path) { return DecodeBytes(path); }

Status CheckPath(std::string_view path, const std::string& where) {
  const std::string name = DecodePath(path);
  bool is_inside = name.find('\0') == std::string::npos;
  for (size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
    end = name.find('/', begin);
    is_inside &= name.substr(begin, end - begin) != "..";
  }
  if (is_inside) return Status::OK();
  return Status::IOError(where, " names a part outside of its table's folder, ",
                         ReadableBytes(path), "; roost reads no such log: restore the file");
}

}  // namespace roost::ledger
