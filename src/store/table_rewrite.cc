#include "store/table_rewrite.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "store/cast.h"
#include "store/part_file.h"
#include "store/part_sketch_pieces.h"
#include "store/row_order.h"
#include "store/shape_column.h"
#include "store/slice_reader.h"
#include "store/table_change.h"
#include "store/table_metadata.h"
#include "store/text_coder.h"

namespace roost::store {
namespace {

using shred::FinalColumn;
using shred::FinalTable;
using shred::FinalType;

using Slices = std::span<const RowSlice>;

bool IsText(FinalType type) {
  return type == FinalType::kText || type == FinalType::kNull || type == FinalType::kListText;
}

/// A column of the earlier table that gives values to one of the new.
struct Source {
  const FinalColumn* column;
  shred::Take take;
  bool drop_empty;
};

/// The footer's shapes of the part that is being written.
class PartShapes {
 public:
  explicit PartShapes(const ShapeTexts& all) : all_(all) {}

  /// Whether those that these rows add are too many; a part has one row group at least.
  bool HasRoomFor(const std::vector<int64_t>& hashes) const {
    if (used_.empty()) return true;
    std::set<int64_t> more;
    uint64_t bytes = bytes_;
    for (int64_t hash : std::set<int64_t>(hashes.begin(), hashes.end()))
      if (!used_.contains(hash) && more.insert(hash).second) bytes += BytesOf(hash);
    return used_.size() + more.size() <= ShapeLimits::kShapes && bytes <= ShapeLimits::kBytes;
  }
  void Add(const std::vector<int64_t>& hashes) {
    for (int64_t hash : hashes)
      if (used_.insert(hash).second) bytes_ += BytesOf(hash);
  }
  /// By hash. Rows that spell theirs out need none.
  std::vector<shred::FinalShape> Take() {
    std::vector<shred::FinalShape> shapes;
    for (int64_t hash : used_)
      if (auto text = all_.find(hash); text != all_.end())
        shapes.push_back({static_cast<uint64_t>(hash), text->second});
    std::ranges::sort(shapes, {}, &shred::FinalShape::hash);
    used_.clear();
    bytes_ = 0;
    return shapes;
  }

 private:
  uint64_t BytesOf(int64_t hash) const {
    auto text = all_.find(hash);
    return text == all_.end() ? 0 : text->second.size();
  }

  const ShapeTexts& all_;
  std::set<int64_t> used_;
  uint64_t bytes_ = 0;
};

/// Where the first values that other columns could not hold came from, as the parts' footers say.
class FirstConflicts {
 public:
  Status Take(const std::string& path) {
    ROOST_ASSIGN(auto part, PartReader::Open(path));
    const std::string text = part->Metadata("roost");
    if (text.empty()) return Status::OK();
    auto facts = ParseTableFacts(text);
    if (!facts.ok()) return facts.status().WithMessage(path, ": ", facts.status().message());
    for (const FinalColumn& column : facts->table.columns)
      if (column.first_conflict_id >= 0)
        known_[column.name].push_back({column.first_conflict_id, column.first_conflict_offset});
    return Status::OK();
  }

  /// Of rows with ids from `first` to `last`.
  void Set(FinalColumn& column, int64_t first, int64_t last) const {
    column.first_conflict_id = -1;
    if (column.conflict_of.empty()) return;
    for (const shred::EarlierColumn& earlier : column.earlier) {
      auto found = known_.find(earlier.name);
      if (found == known_.end()) continue;
      for (const auto& [id, offset] : found->second) {
        const bool is_first = column.first_conflict_id < 0 || id < column.first_conflict_id;
        if (id < first || id > last || !is_first) continue;
        column.first_conflict_id = id;
        column.first_conflict_offset = offset;
      }
    }
  }

 private:
  std::map<std::string, std::vector<std::pair<int64_t, uint64_t>>> known_;  // id, offset
};

class Rewriter {
 public:
  Rewriter(const TableRewrite& rewrite, const OutputPlaces& places)
      : rewrite_(rewrite), after_(*rewrite.after), places_(places) {}

  Result<std::vector<WrittenPart>> Run() {
    const auto sketches =
        rewrite_.sketch ? PageEncoder::Sketches::kCheapOnes : PageEncoder::Sketches::kNone;
    ROOST_ASSIGN(encoder_, PageEncoder::Make(rewrite_.codec, rewrite_.level, sketches));
    PlanColumns();
    for (const std::string& path : rewrite_.parts) ROOST_TRY(first_conflicts_.Take(path));
    ROOST_ASSIGN(RowOrder order, RowOrder::Make(rewrite_.parts, rewrite_.before->id_name));
    order_ = &order;
    PartShapes shapes(order.shapes());
    shapes_ = &shapes;
    GroupLimits limits;
    limits.bytes = rewrite_.group_bytes;
    for (;;) {
      if (rewrite_.should_stop && rewrite_.should_stop())
        return Status::Cancelled("stopped before the end; the table is as it was");
      ROOST_ASSIGN(auto slices, order.Next(limits));
      if (slices.empty()) break;
      ROOST_TRY(AddRowGroup(slices));
    }
    if (part_) ROOST_TRY(EndPart());
    return std::move(written_);
  }

  /// Of what was written before an error.
  void Drop() {
    if (part_) (void)disk::RemoveIfThere(part_->path());
    for (const std::string& path : made_) (void)disk::RemoveIfThere(path);
  }

 private:
  void PlanColumns() {
    std::map<std::string, const FinalColumn*> before;
    for (const FinalColumn& column : rewrite_.before->columns) before[column.name] = &column;
    auto required = [&](const std::string& name) {
      technical_.push_back(name);
      format_.columns.push_back({name, FinalType::kInt64, true, false});
    };
    required(after_.id_name);
    if (after_.kind != shred::TableKind::kRoot) {
      required(after_.parent_name);
      required(after_.index_name);
    }
    required(after_.shape_name);
    for (const FinalColumn& column : after_.columns) {
      std::vector<Source>& sources = sources_.emplace_back();
      for (const shred::EarlierColumn& earlier : column.earlier)
        if (auto found = before.find(earlier.name); found != before.end())
          sources.push_back({found->second, earlier.take, earlier.drop_empty});
      format_.columns.push_back({column.name, column.type, false, false});
    }
    format_.codec = rewrite_.codec;
  }

  Status AddRowGroup(Slices slices) {
    std::vector<std::shared_ptr<PartReader>> open;  // until the row group is written
    uint64_t bytes = 1;
    group_rows_ = 0;
    for (const RowSlice& slice : slices) {
      const RowPiece& piece = order_->piece(slice.piece);
      group_rows_ += slice.rows;
      bytes += piece.bytes * slice.rows / piece.rows;
      if (!slice.is_last) continue;
      ROOST_ASSIGN(open.emplace_back(), order_->PartOf(slice.piece));
    }
    // Fewer at a time where rows are long.
    constexpr uint64_t kBytes = 4 * PageEncoder::kPageBytes;
    batch_rows_ = static_cast<uint32_t>(
        std::clamp<uint64_t>(group_rows_ * kBytes / bytes, 1, PageEncoder::kPageRows));
    ROOST_ASSIGN(auto shapes, Numbers(slices, technical_.back()));
    const bool is_full =
        part_ && (part_->bytes() >= rewrite_.part_bytes || !shapes_->HasRoomFor(shapes));
    if (is_full) ROOST_TRY(EndPart());
    if (!part_) {
      ROOST_ASSIGN(part_, PartFile::Create(places_.scratch + "/rewritten-" +
                                           std::to_string(rewrite_.number) + "-" + after_.name));
    }
    shapes_->Add(shapes);
    ROOST_TRY(WriteRowGroup(slices, shapes));
    for (const RowSlice& slice : slices) taken_[slice.piece] += slice.rows;
    return Status::OK();
  }

  Status WriteRowGroup(Slices slices, const std::vector<int64_t>& shapes) {
    RowGroupFacts group;
    group.rows = group_rows_;
    auto append = [&](OpenChunk& chunk) -> Status {
      pieces_.Add(group.chunks.size(), std::move(chunk.saved_sketch));
      ROOST_ASSIGN(ChunkFacts facts, part_->Append(chunk));
      group.chunks.push_back(std::move(facts));
      return Status::OK();
    };
    for (size_t i = 0; i + 1 < technical_.size(); ++i) {
      OpenChunk chunk;
      ROOST_ASSIGN(auto numbers, Numbers(slices, technical_[i]));
      if (i == 0) {
        group.first_id = numbers.front();
        if (!has_rows_) first_id_ = numbers.front();
        has_rows_ = true;
        last_id_ = numbers.back();
      }
      ROOST_TRY(
          encoder_->AddRequired(chunk, numbers.data(), static_cast<uint32_t>(numbers.size())));
      ROOST_TRY(encoder_->FinishRequired(chunk, nullptr, 0));
      ROOST_TRY(append(chunk));
    }
    ShapeColumn column;
    ROOST_TRY(EncodeShapes(shapes, column));
    ROOST_TRY(append(column.chunk()));
    for (size_t i = 0; i < after_.columns.size(); ++i) {
      OpenChunk chunk;
      ROOST_TRY(EncodeColumn(slices, i, chunk));
      ROOST_TRY(append(chunk));
    }
    part_->EndRowGroup(std::move(group));
    return Status::OK();
  }

  Result<std::vector<int64_t>> Numbers(Slices slices, const std::string& name) {
    return ReadNumbers(*order_, slices, taken_, name);
  }

  Status EncodeShapes(const std::vector<int64_t>& hashes, ShapeColumn& column) {
    std::unordered_map<int64_t, uint32_t> numbers;
    std::vector<shred::SlabShape> all;
    std::vector<uint32_t> shapes;
    for (int64_t hash : hashes) {
      auto [place, is_new] = numbers.try_emplace(hash, static_cast<uint32_t>(all.size()));
      if (is_new) all.push_back({static_cast<uint64_t>(hash)});
      shapes.push_back(place->second);
    }
    ROOST_TRY(column.Add(*encoder_, shapes.data(), static_cast<uint32_t>(shapes.size()), all));
    return column.Finish(*encoder_);
  }

  Status EncodeColumn(Slices slices, size_t place, OpenChunk& chunk) {
    const FinalType type = after_.columns[place].type;
    chunk.facts.physical = PhysicalOf(type);
    chunk.facts.is_list = IsList(type);
    std::vector<std::unique_ptr<SliceReader>> readers;
    std::vector<shred::Column> columns(sources_[place].size());
    std::vector<CastSource> casts;
    for (const Source& source : sources_[place]) {
      readers.push_back(std::make_unique<SliceReader>(*order_, slices, taken_, *source.column));
      casts.push_back(
          {&readers.back()->facts(), source.take, source.drop_empty, &columns[readers.size() - 1]});
    }
    TextCoder coder;
    shred::Column cast;
    for (uint64_t row = 0; row < group_rows_ && !readers.empty(); row += batch_rows_) {
      const auto rows = static_cast<uint32_t>(std::min<uint64_t>(batch_rows_, group_rows_ - row));
      for (size_t i = 0; i < readers.size(); ++i) ROOST_TRY(readers[i]->Read(rows, columns[i]));
      const bool stays = StaysAsItIs(sources_[place], type);
      if (!stays) CastRows(casts, rows, type, cast);
      const shred::Column& values = stays ? columns[0] : cast;
      if (values.values == 0) continue;  // rows that are left out are null
      ROOST_TRY(encoder_->Add(chunk, IsText(type) ? coder.Code(values) : values, row, rows));
    }
    return encoder_->Finish(chunk, group_rows_, IsText(type) ? coder.last() : nullptr);
  }

  // Decimals come from parts as digits.
  static bool StaysAsItIs(const std::vector<Source>& sources, FinalType type) {
    return sources.size() == 1 && sources[0].column->type == type &&
           sources[0].take == shred::Take::kAll && !sources[0].drop_empty &&
           type != FinalType::kDecimal38;
  }

  Status EndPart() {
    FinalTable table = after_;
    for (FinalColumn& column : table.columns) first_conflicts_.Set(column, first_id_, last_id_);
    has_rows_ = false;
    table.shapes = shapes_->Take();
    format_.metadata = TableMetadata(table);
    ROOST_TRY(part_->Finish(format_));
    ROOST_ASSIGN(std::string path, places_.new_part(after_.name));
    ROOST_TRY(disk::Rename(part_->path(), path));
    part_.reset();
    made_.push_back(path);
    ROOST_ASSIGN(WrittenPart part, ReadWrittenPart(path));
    const std::string sketches = pieces_.Finish(format_.columns, part.bytes);
    pieces_ = {};
    if (rewrite_.sketch && !sketches.empty()) {
      ROOST_ASSIGN(part.sketches, places_.new_sketches(after_.name, path));
      made_.push_back(part.sketches);
      ROOST_ASSIGN(disk::File file, disk::File::Create(part.sketches));
      ROOST_TRY(file.Write(sketches));
      ROOST_TRY(file.Close());
    }
    written_.push_back(std::move(part));
    return Status::OK();
  }

  const TableRewrite& rewrite_;
  const FinalTable& after_;
  const OutputPlaces& places_;
  std::vector<std::string> technical_;
  std::vector<std::vector<Source>> sources_;  // by column
  PartFormat format_;
  std::unique_ptr<PageEncoder> encoder_;
  RowOrder* order_ = nullptr;
  PartShapes* shapes_ = nullptr;
  PiecePlaces taken_;        // by the row groups that are written
  uint64_t group_rows_ = 0;  // of the one that is being written
  uint32_t batch_rows_ = 1;
  FirstConflicts first_conflicts_;
  std::optional<PartFile> part_;  // the part that is being written
  bool has_rows_ = false;         // and its first and last id
  int64_t first_id_ = 0, last_id_ = 0;
  PartSketchPieces pieces_;
  std::vector<std::string> made_;  // paths
  std::vector<WrittenPart> written_;
};

}  // namespace

Result<std::vector<WrittenPart>> RewriteTable(const TableRewrite& rewrite,
                                              const OutputPlaces& places) {
  Rewriter rewriter(rewrite, places);
  auto written = rewriter.Run();
  if (!written.ok()) rewriter.Drop();
  return written;
}

FinalTable SameColumns(const FinalTable& table) {
  FinalTable same = table;
  for (FinalColumn& column : same.columns) column.earlier = {{column.name}};
  return same;
}

bool DifferInColumns(const FinalTable& before, const FinalTable& after) {
  return !std::equal(before.columns.begin(), before.columns.end(), after.columns.begin(),
                     after.columns.end(), [](const FinalColumn& a, const FinalColumn& b) {
                       return a.name == b.name && a.type == b.type &&
                              DescribeFormat(a) == DescribeFormat(b);
                     });
}

bool IsOwnPart(const ledger::Part& part) { return part.tags.contains(kChecksumTag); }

}  // namespace roost::store
