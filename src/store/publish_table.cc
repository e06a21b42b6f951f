#include "store/publish_table.h"

#include <algorithm>
#include <unordered_map>

#include "store/footer.h"
#include "store/table_metadata.h"

namespace roost::store {
namespace {

using shred::ColumnId;
using shred::FinalTable;
using shred::FinalType;
using shred::Layout;
using shred::Take;

using ChunkMap = std::unordered_map<const ColumnId*, const ChunkFacts*>;

/// A column of the table and the ids of its sources; one for a technical column.
struct ColumnPlan {
  struct Source {
    const ColumnId* id;
    Take take;
  };
  FinalType type;
  std::vector<Source> sources;
};

bool KeepsItsBytes(const ChunkFacts& chunk, FinalType type, Take take) {
  if (chunk.is_list != IsList(type)) return false;
  if (chunk.physical == Physical::kUnknown) return true;
  return chunk.physical == PhysicalOf(type) && take == Take::kAll;
}

class TablePublisher {
 public:
  TablePublisher(const PublishContext& context, const FinalTable& table)
      : context_(context), table_(table) {}

  Result<PublishedTable> Run(std::vector<SpillFile> files);

 private:
  void PlanColumns();
  void AddColumn(PartColumn column, std::vector<ColumnPlan::Source> sources);
  Result<ChunkFacts> MakeChunk(PartFile& part, const ColumnPlan& plan, const ChunkMap& chunks,
                               uint64_t rows);
  Result<ChunkFacts> NullChunk(PartFile& part, const ColumnPlan& plan, uint64_t rows);
  Status FinishInPlace(SpillFile& file);
  Status EndPart(PartFile& part, const std::string& path);
  Status Count(const std::string& path, uint64_t bytes);

  const PublishContext& context_;
  const FinalTable& table_;
  PartFormat format_;
  std::vector<ColumnPlan> plans_;
  std::unique_ptr<PageEncoder> encoder_;
  PublishedTable result_;
  std::string folder_;
};

void TablePublisher::AddColumn(PartColumn column, std::vector<ColumnPlan::Source> sources) {
  plans_.push_back({column.type, std::move(sources)});
  format_.columns.push_back(std::move(column));
}

void TablePublisher::PlanColumns() {
  auto add_technical = [this](const std::string& name, const ColumnId& id) {
    AddColumn({name, FinalType::kInt64, true, false}, {{context_.ids->Find(id), Take::kAll}});
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
        sources.push_back({id, source.take});
    AddColumn({column.name, column.type, false, false}, std::move(sources));
  }
  format_.metadata = TableMetadata(table_);
  format_.codec = context_.codec;
}

Result<ChunkFacts> TablePublisher::NullChunk(PartFile& part, const ColumnPlan& plan,
                                             uint64_t rows) {
  OpenChunk chunk;
  chunk.facts.physical = PhysicalOf(plan.type);
  chunk.facts.is_list = IsList(plan.type);
  ROOST_TRY(encoder_->Finish(chunk, rows, nullptr));
  return part.Append(chunk);
}

Result<ChunkFacts> TablePublisher::MakeChunk(PartFile& part, const ColumnPlan& plan,
                                             const ChunkMap& chunks, uint64_t rows) {
  std::vector<const ChunkFacts*> found;
  for (const ColumnPlan::Source& source : plan.sources) {
    auto chunk = chunks.find(source.id);
    if (chunk == chunks.end()) continue;
    found.push_back(chunk->second);
    if (!KeepsItsBytes(*chunk->second, plan.type, source.take))
      return Status::NotImplemented("column type changes");
  }
  if (found.empty()) return NullChunk(part, plan, rows);
  return *found.front();
}

Status TablePublisher::FinishInPlace(SpillFile& file) {
  ROOST_ASSIGN(PartFile part, PartFile::TakeOver(file.path, file.bytes));
  std::sort(file.row_groups.begin(), file.row_groups.end(),
            [](const auto& a, const auto& b) { return a.first_id < b.first_id; });
  for (const RowGroupFacts& group : file.row_groups) {
    ChunkMap chunks;
    for (const ChunkFacts& chunk : group.chunks) chunks.emplace(chunk.id, &chunk);
    std::vector<ChunkFacts> columns;
    for (const ColumnPlan& plan : plans_) {
      ROOST_ASSIGN(ChunkFacts facts, MakeChunk(part, plan, chunks, group.rows));
      columns.push_back(std::move(facts));
    }
    part.EndRowGroup(group.rows, std::move(columns));
  }
  return EndPart(part, file.path);
}

Status TablePublisher::EndPart(PartFile& part, const std::string& path) {
  ROOST_TRY(part.Finish(format_));
  std::string number = std::to_string(result_.parts++);
  if (number.size() < 5) number.insert(0, 5 - number.size(), '0');
  std::string final_path = folder_ + "/part-" + number + ".parquet";
  ROOST_TRY(disk::Rename(path, final_path));
  return Count(final_path, part.bytes());
}

Status TablePublisher::Count(const std::string& path, uint64_t bytes) {
  ROOST_ASSIGN(FileCounts counts, ReadCounts(path));
  result_.rows += counts.rows;
  result_.bytes += bytes;
  result_.columns.resize(counts.columns.size());
  for (size_t i = 0; i < counts.columns.size(); ++i) {
    result_.columns[i].name = counts.columns[i].name;
    result_.columns[i].stored += counts.columns[i].stored;
  }
  return Status::OK();
}

Result<PublishedTable> TablePublisher::Run(std::vector<SpillFile> files) {
  result_.name = table_.name;
  folder_ = context_.folder + "/" + table_.name + ".parquet";
  ROOST_TRY(disk::MakeFolder(folder_));
  ROOST_ASSIGN(encoder_, PageEncoder::Make(context_.codec, context_.level));
  PlanColumns();
  for (SpillFile& file : files) ROOST_TRY(FinishInPlace(file));
  if (files.empty()) {
    std::string path = folder_ + "/part.new";
    ROOST_ASSIGN(PartFile part, PartFile::Create(path));
    ROOST_TRY(EndPart(part, path));
  }
  return std::move(result_);
}

}  // namespace

Result<PublishedTable> PublishTable(const PublishContext& context, const FinalTable& table,
                                    std::vector<SpillFile> files) {
  return TablePublisher(context, table).Run(std::move(files));
}

}  // namespace roost::store
