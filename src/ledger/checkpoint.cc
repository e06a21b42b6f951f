#include "ledger/checkpoint.h"

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>

#include <cstdio>
#include <functional>

#include "base/disk_entry.h"
#include "base/json_text.h"
#include "ledger/delta_json.h"
#include "ledger/json_reader.h"

namespace roost::ledger {
namespace {

using arrow::field;
using arrow::utf8;

std::shared_ptr<arrow::DataType> TextMap() { return arrow::map(utf8(), utf8()); }
std::shared_ptr<arrow::DataType> TextList() { return arrow::list(field("element", utf8())); }

std::shared_ptr<arrow::Schema> CheckpointSchema() {
  using arrow::int32, arrow::int64, arrow::boolean, arrow::struct_;
  return arrow::schema({
      field("txn", struct_({field("appId", utf8()), field("version", int64()),
                            field("lastUpdated", int64())})),
      field("add", struct_({field("path", utf8()), field("partitionValues", TextMap()),
                            field("size", int64()), field("modificationTime", int64()),
                            field("dataChange", boolean()), field("stats", utf8()),
                            field("tags", TextMap())})),
      field("remove",
            struct_({field("path", utf8()), field("deletionTimestamp", int64()),
                     field("dataChange", boolean()), field("extendedFileMetadata", boolean()),
                     field("partitionValues", TextMap()), field("size", int64())})),
      field("metaData",
            struct_(
                {field("id", utf8()), field("name", utf8()), field("description", utf8()),
                 field("format", struct_({field("provider", utf8()), field("options", TextMap())})),
                 field("schemaString", utf8()), field("partitionColumns", TextList()),
                 field("configuration", TextMap()), field("createdTime", int64())})),
      field("protocol",
            struct_({field("minReaderVersion", int32()), field("minWriterVersion", int32()),
                     field("readerFeatures", TextList()), field("writerFeatures", TextList())})),
  });
}

// Appends one value after the other to the children of a struct.
class StructRow {
 public:
  explicit StructRow(arrow::ArrayBuilder* builder)
      : builder_(static_cast<arrow::StructBuilder*>(builder)) {
    status_ = builder_->Append();
  }
  StructRow& Text(const std::string& text) {
    return Do<arrow::StringBuilder>([&](auto& builder) { return builder.Append(text); });
  }
  StructRow& TextOrNull(const std::string& text) {
    return Do<arrow::StringBuilder>(
        [&](auto& builder) { return text.empty() ? builder.AppendNull() : builder.Append(text); });
  }
  StructRow& Number(int64_t number) {
    return Do<arrow::Int64Builder>([&](auto& builder) { return builder.Append(number); });
  }
  StructRow& SmallNumber(int32_t number) {
    return Do<arrow::Int32Builder>([&](auto& builder) { return builder.Append(number); });
  }
  StructRow& Flag(bool flag) {
    return Do<arrow::BooleanBuilder>([&](auto& builder) { return builder.Append(flag); });
  }
  StructRow& Map(const Texts& texts) {
    return Do<arrow::MapBuilder>([&](auto& builder) { return AppendMap(builder, texts); });
  }
  StructRow& MapOrNull(const Texts& texts) {
    return Do<arrow::MapBuilder>([&](auto& builder) {
      return texts.empty() ? builder.AppendNull() : AppendMap(builder, texts);
    });
  }
  StructRow& List(const std::vector<std::string>& texts) {
    return Do<arrow::ListBuilder>([&](auto& builder) { return AppendList(builder, texts); });
  }
  StructRow& ListOrNull(const std::vector<std::string>& texts) {
    return Do<arrow::ListBuilder>([&](auto& builder) {
      return texts.empty() ? builder.AppendNull() : AppendList(builder, texts);
    });
  }
  arrow::ArrayBuilder* Next() { return builder_->field_builder(next_++); }
  Status status() const { return status_; }

 private:
  template <class Builder, class Append>
  StructRow& Do(Append append) {
    auto& builder = static_cast<Builder&>(*Next());
    if (status_.ok()) status_ = append(builder);
    return *this;
  }
  static Status AppendMap(arrow::MapBuilder& builder, const Texts& texts) {
    ROOST_TRY(builder.Append());
    for (const auto& [key, text] : texts) {
      ROOST_TRY(static_cast<arrow::StringBuilder&>(*builder.key_builder()).Append(key));
      ROOST_TRY(static_cast<arrow::StringBuilder&>(*builder.item_builder()).Append(text));
    }
    return Status::OK();
  }
  static Status AppendList(arrow::ListBuilder& builder, const std::vector<std::string>& texts) {
    ROOST_TRY(builder.Append());
    for (const std::string& text : texts)
      ROOST_TRY(static_cast<arrow::StringBuilder&>(*builder.value_builder()).Append(text));
    return Status::OK();
  }

  arrow::StructBuilder* builder_;
  int next_ = 0;
  Status status_;
};

enum Kind { kTransaction, kAdd, kRemove, kMetadata, kProtocol, kKinds };

class CheckpointBuilder {
 public:
  Status Open() {
    return arrow::RecordBatchBuilder::Make(CheckpointSchema(), arrow::default_memory_pool())
        .Value(&builder_);
  }
  Status AddProtocol(const Protocol& protocol) {
    return Add(kProtocol, [&](StructRow& row) {
      row.SmallNumber(protocol.reader).SmallNumber(protocol.writer);
      row.ListOrNull(protocol.reader_features).ListOrNull(protocol.writer_features);
    });
  }
  Status AddMetadata(const Metadata& metadata) {
    Status inner;
    ROOST_TRY(Add(kMetadata, [&](StructRow& row) {
      row.Text(metadata.id).TextOrNull(metadata.name).TextOrNull(metadata.description);
      inner = StructRow(row.Next()).Text("parquet").Map({}).status();
      row.Text(metadata.schema).List(metadata.partition_columns).Map(metadata.configuration);
      row.Number(metadata.created_ms);
    }));
    return inner;
  }
  Status AddTransaction(const Transaction& transaction) {
    return Add(kTransaction, [&](StructRow& row) {
      row.Text(transaction.app).Number(transaction.version).Number(transaction.updated_ms);
    });
  }
  Status AddPart(const Part& part) {
    return Add(kAdd, [&](StructRow& row) {
      row.Text(part.path).Map(part.partition_values).Number(static_cast<int64_t>(part.bytes));
      row.Number(part.modified_ms).Flag(false).TextOrNull(part.stats).MapOrNull(part.tags);
    });
  }
  Status AddRemoval(const Removal& removal) {
    return Add(kRemove, [&](StructRow& row) {
      row.Text(removal.path).Number(removal.deleted_ms).Flag(false).Flag(true).Map({});
      row.Number(static_cast<int64_t>(removal.bytes));
    });
  }
  Result<std::shared_ptr<arrow::Table>> Finish() {
    ROOST_ASSIGN(auto batch, builder_->Flush());
    return arrow::Table::FromRecordBatches({batch});
  }

 private:
  Status Add(Kind kind, const std::function<void(StructRow&)>& fill) {
    for (int other = 0; other < kKinds; ++other)
      if (other != kind) ROOST_TRY(builder_->GetField(other)->AppendNull());
    StructRow row(builder_->GetField(kind));
    fill(row);
    return row.status();
  }

  std::unique_ptr<arrow::RecordBatchBuilder> builder_;
};

Result<std::shared_ptr<arrow::Table>> RowsOf(const Snapshot& snapshot) {
  CheckpointBuilder builder;
  ROOST_TRY(builder.Open());
  ROOST_TRY(builder.AddProtocol(snapshot.protocol));
  ROOST_TRY(builder.AddMetadata(snapshot.metadata));
  for (const auto& [app, transaction] : snapshot.transactions)
    ROOST_TRY(builder.AddTransaction(transaction));
  for (const auto& [path, part] : snapshot.live) ROOST_TRY(builder.AddPart(part));
  for (const auto& [path, removal] : snapshot.removed) ROOST_TRY(builder.AddRemoval(removal));
  return builder.Finish();
}

Result<std::shared_ptr<arrow::Buffer>> Encode(const arrow::Table& rows) {
  ROOST_ASSIGN(auto out, arrow::io::BufferOutputStream::Create());
  parquet::WriterProperties::Builder properties;
  properties.compression(parquet::Compression::ZSTD);
  ROOST_TRY(parquet::arrow::WriteTable(rows, arrow::default_memory_pool(), out, 1 << 16,
                                       properties.build()));
  return out->Finish();
}

std::string HintText(const Snapshot& snapshot, int64_t rows, int64_t bytes) {
  std::string hint = "{\"version\":";
  AppendJsonInt(hint, snapshot.version);
  hint += ",\"size\":";
  AppendJsonInt(hint, rows);
  hint += ",\"sizeInBytes\":";
  AppendJsonInt(hint, bytes);
  hint += ",\"numOfAddFiles\":";
  AppendJsonInt(hint, static_cast<int64_t>(snapshot.live.size()));
  return hint + "}";
}

// One row of a struct column, by the names of its members; what is missing reads as empty.
class ActionRow {
 public:
  ActionRow(const arrow::StructArray& actions, int64_t row) : actions_(actions), row_(row) {}

  std::string Text(const char* name) const {
    auto column = Column(name, arrow::Type::STRING);
    return column ? static_cast<const arrow::StringArray&>(*column).GetString(row_) : "";
  }
  int64_t Number(const char* name) const {
    if (auto column = Column(name, arrow::Type::INT64))
      return static_cast<const arrow::Int64Array&>(*column).Value(row_);
    auto column = Column(name, arrow::Type::INT32);
    return column ? static_cast<const arrow::Int32Array&>(*column).Value(row_) : 0;
  }
  Texts Map(const char* name) const {
    Texts texts;
    auto column = Column(name, arrow::Type::MAP);
    if (!column) return texts;
    const auto& map = static_cast<const arrow::MapArray&>(*column);
    if (map.keys()->type_id() != arrow::Type::STRING ||
        map.items()->type_id() != arrow::Type::STRING)
      return texts;
    const auto& keys = static_cast<const arrow::StringArray&>(*map.keys());
    const auto& items = static_cast<const arrow::StringArray&>(*map.items());
    for (int64_t i = map.value_offset(row_); i < map.value_offset(row_ + 1); ++i)
      if (!items.IsNull(i)) texts.emplace(keys.GetString(i), items.GetString(i));
    return texts;
  }
  std::vector<std::string> List(const char* name) const {
    std::vector<std::string> texts;
    auto column = Column(name, arrow::Type::LIST);
    if (!column) return texts;
    const auto& list = static_cast<const arrow::ListArray&>(*column);
    if (list.values()->type_id() != arrow::Type::STRING) return texts;
    const auto& values = static_cast<const arrow::StringArray&>(*list.values());
    for (int64_t i = list.value_offset(row_); i < list.value_offset(row_ + 1); ++i)
      texts.push_back(values.GetString(i));
    return texts;
  }
  bool Has(const char* name) const {
    auto column = actions_.GetFieldByName(name);
    return column && !column->IsNull(row_);
  }

 private:
  std::shared_ptr<arrow::Array> Column(const char* name, arrow::Type::type type) const {
    auto column = actions_.GetFieldByName(name);
    if (!column || column->type_id() != type || column->IsNull(row_)) return nullptr;
    return column;
  }

  const arrow::StructArray& actions_;
  int64_t row_;
};

Status TakeAdd(Snapshot& snapshot, const ActionRow& row) {
  if (row.Has("deletionVector"))
    return Status::NotImplemented("it has deletion vectors, which roost cannot read");
  Part part;
  part.path = row.Text("path");
  part.bytes = static_cast<uint64_t>(row.Number("size"));
  part.modified_ms = row.Number("modificationTime");
  part.stats = row.Text("stats");
  part.tags = row.Map("tags");
  part.partition_values = row.Map("partitionValues");
  if (part.path.empty()) return Status::IOError("it names a part without a path");
  ROOST_TRY(CheckPath(part.path, "it"));
  snapshot.live[part.path] = std::move(part);
  return Status::OK();
}

Status TakeRemove(Snapshot& snapshot, const ActionRow& row) {
  Removal removal{row.Text("path"), static_cast<uint64_t>(row.Number("size")),
                  row.Number("deletionTimestamp")};
  ROOST_TRY(CheckPath(removal.path, "it"));
  snapshot.removed[removal.path] = std::move(removal);
  return Status::OK();
}

Status TakeTransaction(Snapshot& snapshot, const ActionRow& row) {
  Transaction transaction{row.Text("appId"), row.Number("version"), row.Number("lastUpdated")};
  snapshot.transactions[transaction.app] = std::move(transaction);
  return Status::OK();
}

Status TakeMetadata(Snapshot& snapshot, const ActionRow& row) {
  Metadata& metadata = snapshot.metadata;
  metadata.id = row.Text("id");
  metadata.name = row.Text("name");
  metadata.description = row.Text("description");
  metadata.schema = row.Text("schemaString");
  metadata.partition_columns = row.List("partitionColumns");
  metadata.configuration = row.Map("configuration");
  metadata.created_ms = row.Number("createdTime");
  return Status::OK();
}

Status TakeProtocol(Snapshot& snapshot, const ActionRow& row) {
  snapshot.protocol = {static_cast<int>(row.Number("minReaderVersion")),
                       static_cast<int>(row.Number("minWriterVersion")), row.List("readerFeatures"),
                       row.List("writerFeatures")};
  return Status::OK();
}

using TakeRow = Status (*)(Snapshot&, const ActionRow&);

Status TakeColumn(Snapshot& snapshot, const arrow::Table& rows, const char* name, TakeRow take) {
  auto column = rows.GetColumnByName(name);
  if (!column || column->type()->id() != arrow::Type::STRUCT) return Status::OK();
  for (const auto& chunk : column->chunks()) {
    const auto& actions = static_cast<const arrow::StructArray&>(*chunk);
    for (int64_t row = 0; row < actions.length(); ++row)
      if (!actions.IsNull(row)) ROOST_TRY(take(snapshot, ActionRow(actions, row)));
  }
  return Status::OK();
}

Result<std::shared_ptr<arrow::Table>> Decode(std::string bytes) {
  auto file =
      std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(std::move(bytes)));
  ROOST_ASSIGN(auto reader, parquet::arrow::OpenFile(file, arrow::default_memory_pool()));
  return reader->ReadTable();
}

Result<Snapshot> TakeRows(const arrow::Table& rows, int64_t version) {
  Snapshot snapshot;
  snapshot.version = version;
  ROOST_TRY(TakeColumn(snapshot, rows, "protocol", TakeProtocol));
  ROOST_TRY(TakeColumn(snapshot, rows, "metaData", TakeMetadata));
  ROOST_TRY(TakeColumn(snapshot, rows, "txn", TakeTransaction));
  ROOST_TRY(TakeColumn(snapshot, rows, "remove", TakeRemove));
  ROOST_TRY(TakeColumn(snapshot, rows, "add", TakeAdd));
  if (snapshot.metadata.schema.empty()) return Status::IOError("it has no metaData");
  return snapshot;
}

}  // namespace

std::string CheckpointName(int64_t version) {
  char name[48];
  std::snprintf(name, sizeof name, "%020lld.checkpoint.parquet", static_cast<long long>(version));
  return name;
}

Status WriteCheckpoint(const std::string& log_folder, const Snapshot& snapshot,
                       const std::string& writer) {
  ROOST_ASSIGN(auto rows, RowsOf(snapshot));
  ROOST_ASSIGN(auto bytes, Encode(*rows));
  ROOST_TRY(disk::Replace(log_folder, CheckpointName(snapshot.version),
                          std::string_view(reinterpret_cast<const char*>(bytes->data()),
                                           static_cast<size_t>(bytes->size())),
                          writer));
  return disk::Replace(log_folder, "_last_checkpoint",
                       HintText(snapshot, rows->num_rows(), bytes->size()), writer);
}

Result<std::optional<Snapshot>> ReadCheckpoint(const std::string& log_folder, int64_t version) {
  ROOST_ASSIGN(auto bytes, disk::ReadIfThere(log_folder + "/" + CheckpointName(version)));
  if (!bytes) return std::nullopt;
  auto rows = Decode(std::move(*bytes));
  if (!rows.ok()) return std::nullopt;
  auto snapshot = TakeRows(**rows, version);
  if (!snapshot.ok()) return std::nullopt;
  return std::move(snapshot).ValueUnsafe();
}

Result<std::optional<int64_t>> ReadCheckpointHint(const std::string& log_folder) {
  ROOST_ASSIGN(auto text, disk::ReadIfThere(log_folder + "/_last_checkpoint"));
  if (!text) return std::nullopt;
  JsonDocument document;
  auto hint = document.ReadObject(*text, log_folder);
  if (!hint.ok()) return std::nullopt;
  const int64_t version = NumberOf(*hint, "version", -1);
  if (version < 0) return std::nullopt;
  return version;
}

}  // namespace roost::ledger
