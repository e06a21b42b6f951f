#include "store/publish_table.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <unordered_map>

#include "store/facts_packing.h"
#include "store/part_sketch_pieces.h"
#include "store/table_metadata.h"
#include "store/transcode.h"

namespace roost::store {
namespace {

using shred::ColumnId;
using shred::FinalTable;
using shred::FinalType;
using shred::Take;

constexpr uint64_t kDeadShare = 16;  // a file is copied if more than one in so many bytes is dead
constexpr uint64_t kSmallShare = 8;  // a file is small below this share of a full part

/// Where a column takes its values from in each row group.
struct ColumnPlan {
  struct Source {
    const ColumnId* id;
    Take take = Take::kAll;
    bool drop_empty = false;
  };
  FinalType type;
  std::vector<Source> sources;
};

/// The sources that have values in one row group; `keeps` where the bytes of the one there is are
/// what the column needs.
struct ChunkPlan {
  std::vector<CastSource> sources;
  bool keeps = false;
};

/// Of one row group, with a plan for each column.
struct RowGroupPlan {
  RowGroupFacts facts;
  std::vector<ChunkPlan> chunks;  // they point into the facts
  uint64_t kept_bytes = 0;
};

class TablePublisher {
 public:
  TablePublisher(const PublishContext& context, const FinalTable& table)
      : context_(context), table_(table) {}

  Result<PublishedTable> Run(std::vector<SpillFile> files);

 private:
  void PlanColumns();
  void AddColumn(PartColumn column, std::vector<ColumnPlan::Source> sources);
  RowGroupPlan PlanRowGroup(const SpilledRowGroup& spilled) const;
  uint64_t DeadBytes(const SpillFile& file) const;
  Status AddRowGroup(const SpillFile& file, const SpilledRowGroup& spilled, const disk::File* from);
  Status FinishInPlace(const SpillFile& file);
  Status CopyLive(const SpillFile& file);
  Status OpenPart();
  Status EndPart();
  Status WriteSketches(const WrittenPart& part);
  void Count(const WrittenPart& part);

  const PublishContext& context_;
  const FinalTable& table_;
  PartFormat format_;
  std::vector<ColumnPlan> columns_;
  std::unique_ptr<PageEncoder> encoder_;
  std::optional<PartFile> part_;  // the part that is being written
  PartSketchPieces pieces_;       // of its chunks
  PublishedTable result_;
};

void TablePublisher::AddColumn(PartColumn column, std::vector<ColumnPlan::Source> sources) {
  columns_.push_back({column.type, std::move(sources)});
  format_.columns.push_back(std::move(column));
}

void TablePublisher::PlanColumns() {
  auto add_technical = [this](const std::string& name, const ColumnId& id) {
    AddColumn({name, FinalType::kInt64, true, false}, {{context_.ids->Find(id)}});
  };
  add_technical(table_.id_name, kIdColumn);
  if (table_.kind != shred::TableKind::kRoot) {
    add_technical(table_.parent_name, kParentColumn);
    add_technical(table_.index_name, kIndexColumn);
  }
  add_technical(table_.shape_name, kShapeColumn);
  for (const shred::FinalColumn& column : table_.columns) {
    std::vector<ColumnPlan::Source> sources;
    for (const shred::ColumnSource& source : column.sources)
      if (const ColumnId* id = context_.ids->Find({column.path, source.slot}))
        sources.push_back({id, source.take, source.drop_empty});
    AddColumn({column.name, column.type, false, false}, std::move(sources));
  }
  format_.metadata = TableMetadata(table_);
  format_.codec = context_.codec;
}

bool KeepsItsBytes(const CastSource& source, FinalType type) {
  const ChunkFacts& facts = *source.facts;
  bool same = facts.physical == Physical::kUnknown || facts.physical == PhysicalOf(type);
  return same && facts.is_list == IsList(type) && SelectionOf(source) == Selection::kAll;
}

/// As saved; empty if there is none.
std::string SketchOf(const SpilledRowGroup& spilled, const ChunkFacts& chunk) {
  auto found = spilled.sketches.find(chunk.id);
  return found == spilled.sketches.end() ? std::string() : found->second;
}

RowGroupPlan TablePublisher::PlanRowGroup(const SpilledRowGroup& spilled) const {
  RowGroupPlan plan;
  plan.facts = UnpackFacts(spilled.facts, spilled.offset);
  std::unordered_map<const ColumnId*, const ChunkFacts*> chunks;
  for (const ChunkFacts& chunk : plan.facts.chunks) chunks.emplace(chunk.id, &chunk);
  for (const ColumnPlan& column : columns_) {
    ChunkPlan& chunk = plan.chunks.emplace_back();
    for (const ColumnPlan::Source& source : column.sources) {
      auto found = chunks.find(source.id);
      if (found == chunks.end()) continue;
      CastSource cast{found->second, source.take, source.drop_empty, nullptr};
      if (SelectionOf(cast) != Selection::kNone) chunk.sources.push_back(cast);
    }
    chunk.keeps = chunk.sources.size() == 1 && KeepsItsBytes(chunk.sources[0], column.type);
    if (chunk.keeps) plan.kept_bytes += chunk.sources[0].facts->bytes;
  }
  return plan;
}

// Bytes of the file that the table needs no more.
uint64_t TablePublisher::DeadBytes(const SpillFile& file) const {
  uint64_t live = 4;
  for (const SpilledRowGroup& group : file.row_groups) live += PlanRowGroup(group).kept_bytes;
  return file.bytes - std::min(file.bytes, live);
}

// Adds a row group to the part. `from` is the file to copy its bytes from, or null where they are
// in the part already.
Status TablePublisher::AddRowGroup(const SpillFile& file, const SpilledRowGroup& spilled,
                                   const disk::File* from) {
  RowGroupPlan plan = PlanRowGroup(spilled);
  RowGroupFacts finished{plan.facts.rows, plan.facts.first_id, {}};
  for (size_t i = 0; i < columns_.size(); ++i) {
    const ChunkPlan& chunk = plan.chunks[i];
    if (chunk.keeps) pieces_.Add(i, SketchOf(spilled, *chunk.sources[0].facts));
    if (chunk.keeps && from == nullptr) {
      finished.chunks.push_back(*chunk.sources[0].facts);
    } else if (chunk.keeps) {
      ROOST_ASSIGN(ChunkFacts facts, part_->Copy(*from, *chunk.sources[0].facts));
      finished.chunks.push_back(std::move(facts));
    } else {
      OpenChunk made;
      ROOST_TRY(Transcode(file.path, context_.codec, chunk.sources, columns_[i].type, finished.rows,
                          *encoder_, made));
      pieces_.Add(i, std::move(made.saved_sketch));
      ROOST_ASSIGN(ChunkFacts facts, part_->Append(made));
      finished.chunks.push_back(std::move(facts));
    }
  }
  part_->EndRowGroup(std::move(finished));
  return Status::OK();
}

Status TablePublisher::FinishInPlace(const SpillFile& file) {
  if (part_) ROOST_TRY(EndPart());
  ROOST_ASSIGN(part_, PartFile::TakeOver(file.path, file.bytes));
  for (const SpilledRowGroup& group : file.row_groups) ROOST_TRY(AddRowGroup(file, group, nullptr));
  return Status::OK();
}

Status TablePublisher::CopyLive(const SpillFile& file) {
  ROOST_ASSIGN(disk::File from, disk::File::OpenForReading(file.path));
  for (const SpilledRowGroup& group : file.row_groups) {
    if (part_ && part_->bytes() >= context_.part_bytes) ROOST_TRY(EndPart());
    if (!part_) ROOST_TRY(OpenPart());
    ROOST_TRY(AddRowGroup(file, group, &from));
  }
  ROOST_TRY(from.Close());
  return disk::RemoveFile(file.path);
}

Status TablePublisher::OpenPart() {
  const std::string path = context_.places->scratch + "/" + std::to_string(result_.parts.size()) +
                           "-" + table_.name + ".new";
  ROOST_ASSIGN(part_, PartFile::Create(path));
  return Status::OK();
}

Status TablePublisher::EndPart() {
  ROOST_TRY(part_->Finish(format_));
  ROOST_ASSIGN(std::string path, context_.places->new_part(table_.name));
  ROOST_TRY(disk::Rename(part_->path(), path));
  part_.reset();
  ROOST_ASSIGN(WrittenPart part, ReadWrittenPart(path));
  Count(part);
  ROOST_TRY(WriteSketches(part));
  result_.parts.push_back(std::move(part));
  return Status::OK();
}

Status TablePublisher::WriteSketches(const WrittenPart& part) {
  std::string bytes = pieces_.Finish(format_.columns, part.bytes);
  pieces_ = {};
  if (bytes.empty() || context_.sketches == PageEncoder::Sketches::kNone) return Status::OK();
  ROOST_ASSIGN(std::string path, context_.places->new_sketches(table_.name, part.path));
  ROOST_ASSIGN(disk::File file, disk::File::Create(path));
  ROOST_TRY(file.Write(bytes));
  return file.Close();
}

void TablePublisher::Count(const WrittenPart& part) {
  result_.rows += part.rows;
  result_.bytes += part.bytes;
  result_.columns.resize(part.columns.size());
  for (size_t i = 0; i < part.columns.size(); ++i) {
    result_.columns[i].name = part.columns[i].name;
    result_.columns[i].stored += part.columns[i].stored;
  }
}

Result<PublishedTable> TablePublisher::Run(std::vector<SpillFile> files) {
  result_.name = table_.name;
  ROOST_ASSIGN(encoder_, PageEncoder::Make(context_.codec, context_.level, context_.sketches));
  PlanColumns();
  std::erase_if(files, [](const SpillFile& file) { return file.row_groups.empty(); });
  // Large files become parts of their own; small ones join the last of these.
  auto is_small = [&](const SpillFile& file) {
    return file.bytes < context_.part_bytes / kSmallShare;
  };
  std::vector<SpillFile> ordered, small;
  for (SpillFile& file : files) (is_small(file) ? small : ordered).push_back(std::move(file));
  std::move(small.begin(), small.end(), std::back_inserter(ordered));
  for (const SpillFile& file : ordered) {
    bool copies = (part_ && is_small(file)) || DeadBytes(file) * kDeadShare > file.bytes;
    ROOST_TRY(copies ? CopyLive(file) : FinishInPlace(file));
  }
  if (ordered.empty()) ROOST_TRY(OpenPart());
  if (part_) ROOST_TRY(EndPart());
  return std::move(result_);
}

}  // namespace

Result<PublishedTable> PublishTable(const PublishContext& context, const FinalTable& table,
                                    std::vector<SpillFile> files) {
  return TablePublisher(context, table).Run(std::move(files));
}

}  // namespace roost::store
