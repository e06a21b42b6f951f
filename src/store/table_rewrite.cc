#include "store/table_rewrite.h"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "store/cast.h"
#include "store/part_file.h"
#include "store/part_reader.h"
#include "store/shape_column.h"
#include "store/table_change.h"
#include "store/table_metadata.h"
#include "store/text_coder.h"

namespace roost::store {
namespace {

using shred::FinalColumn;
using shred::FinalTable;
using shred::FinalType;

constexpr uint64_t kGroupRows = 1 << 20;
constexpr uint64_t kGroupBytes = 128 << 20;
constexpr size_t kGroupSegments = 256;  // each has a file open
constexpr size_t kPartShapes = 1 << 12;

using Segments = std::span<const RowSegment>;

bool IsText(FinalType type) {
  return type == FinalType::kText || type == FinalType::kNull || type == FinalType::kListText;
}

/// A column of the earlier table that gives values to one of the new.
struct Source {
  const FinalColumn* column;
  shred::Take take;
  bool drop_empty;
};

class Rewriter {
 public:
  Rewriter(const TableRewrite& rewrite, const OutputPlaces& places)
      : rewrite_(rewrite), after_(*rewrite.after), places_(places) {}

  Result<std::vector<WrittenPart>> Run() {
    ROOST_ASSIGN(encoder_, PageEncoder::Make(rewrite_.codec, rewrite_.level));
    PlanColumns();
    for (size_t first = 0; first < rewrite_.parts.size();) {
      ROOST_ASSIGN(first, RewritePart(first));
    }
    return std::move(written_);
  }

  /// Of what was written before an error.
  void Drop() {
    if (part_) (void)disk::RemoveIfThere(part_->path());
    for (const WrittenPart& part : written_) (void)disk::RemoveIfThere(part.path);
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

  /// Writes one part from as many old ones, from `first` on, as its list of shapes has room for.
  /// Returns the first that is left.
  Result<size_t> RewritePart(size_t first) {
    std::vector<RowSegment> segments;
    ShapeTexts shapes;
    size_t end = first;
    for (; end < rewrite_.parts.size(); ++end) {
      if (end > first && (shapes.size() > kPartShapes || end - first == kGroupSegments)) break;
      ROOST_ASSIGN(auto part, PartReader::Open(rewrite_.parts[end]));
      ROOST_TRY(TakeFirstConflicts(*part, rewrite_.parts[end]));
      const std::string texts = part->Metadata("roost.shapes");
      if (!texts.empty()) ROOST_TRY(ParseShapes(texts, shapes));
      ROOST_ASSIGN(auto more, part->Segments(after_.id_name));
      segments.insert(segments.end(), more.begin(), more.end());
    }
    std::stable_sort(segments.begin(), segments.end(),
                     [](const auto& a, const auto& b) { return a.first_id < b.first_id; });
    if (segments.empty()) return end;
    const std::string path = places_.scratch + "/rewritten-" + after_.name + ".new";
    ROOST_ASSIGN(part_, PartFile::Create(path));
    for (size_t i = 0; i < segments.size();) {
      size_t count = 0;
      for (uint64_t rows = 0, bytes = 0; i + count < segments.size(); ++count) {
        rows += segments[i + count].rows;
        bytes += segments[i + count].bytes;
        if (count > 0 && (rows > kGroupRows || bytes > kGroupBytes)) break;
      }
      ROOST_TRY(AddRowGroup(Segments(segments).subspan(i, count)));
      i += count;
    }
    ROOST_TRY(EndPart(shapes));
    return end;
  }

  /// Where the first values that other columns could not hold came from.
  Status TakeFirstConflicts(const PartReader& part, const std::string& path) {
    const std::string text = part.Metadata("roost");
    if (text.empty()) return Status::OK();
    auto facts = ParseTableFacts(text);
    if (!facts.ok()) return facts.status().WithMessage(path, ": ", facts.status().message());
    for (const FinalColumn& column : facts->table.columns) {
      if (column.first_conflict_id < 0) continue;
      const FirstConflict first{column.first_conflict_id, column.first_conflict_offset};
      auto [known, is_new] = first_conflicts_.try_emplace(column.name, first);
      if (!is_new && first.id < known->second.id) known->second = first;
    }
    return Status::OK();
  }

  void SetFirstConflict(FinalColumn& column) const {
    column.first_conflict_id = -1;
    if (column.conflict_of.empty()) return;
    for (const shred::EarlierColumn& earlier : column.earlier) {
      auto found = first_conflicts_.find(earlier.name);
      if (found == first_conflicts_.end()) continue;
      const FirstConflict& first = found->second;
      if (column.first_conflict_id >= 0 && column.first_conflict_id <= first.id) continue;
      column.first_conflict_id = first.id;
      column.first_conflict_offset = first.offset;
    }
  }

  Status AddRowGroup(Segments segments) {
    RowGroupFacts group;
    group.first_id = segments.front().first_id;
    for (const RowSegment& segment : segments) group.rows += segment.rows;
    auto append = [&](OpenChunk& chunk) -> Status {
      ROOST_ASSIGN(ChunkFacts facts, part_->Append(chunk));
      group.chunks.push_back(std::move(facts));
      return Status::OK();
    };
    for (size_t i = 0; i + 1 < technical_.size(); ++i) {
      OpenChunk chunk;
      ROOST_TRY(EncodeNumbers(segments, technical_[i], chunk));
      ROOST_TRY(append(chunk));
    }
    ShapeColumn shapes;
    ROOST_TRY(EncodeShapes(segments, shapes));
    ROOST_TRY(append(shapes.chunk()));
    for (size_t i = 0; i < after_.columns.size(); ++i) {
      OpenChunk chunk;
      ROOST_TRY(EncodeColumn(segments, i, group.rows, chunk));
      ROOST_TRY(append(chunk));
    }
    part_->EndRowGroup(std::move(group));
    return Status::OK();
  }

  Status EncodeNumbers(Segments segments, const std::string& name, OpenChunk& chunk) {
    for (const RowSegment& segment : segments) {
      ROOST_ASSIGN(auto numbers, segment.part->Required(segment.row_group, name));
      ROOST_TRY(
          encoder_->AddRequired(chunk, numbers.data(), static_cast<uint32_t>(numbers.size())));
    }
    return encoder_->FinishRequired(chunk, nullptr, 0);
  }

  Status EncodeShapes(Segments segments, ShapeColumn& column) {
    std::unordered_map<int64_t, uint32_t> numbers;
    std::vector<shred::SlabShape> all;
    std::vector<uint32_t> shapes;
    for (const RowSegment& segment : segments) {
      ROOST_ASSIGN(auto hashes, segment.part->Required(segment.row_group, technical_.back()));
      shapes.clear();
      for (int64_t hash : hashes) {
        auto [place, is_new] = numbers.try_emplace(hash, static_cast<uint32_t>(all.size()));
        if (is_new) all.push_back({static_cast<uint64_t>(hash)});
        shapes.push_back(place->second);
      }
      ROOST_TRY(column.Add(*encoder_, shapes.data(), static_cast<uint32_t>(shapes.size()), all));
    }
    return column.Finish(*encoder_);
  }

  Status EncodeColumn(Segments segments, size_t place, uint64_t all_rows, OpenChunk& chunk) {
    const FinalType type = after_.columns[place].type;
    chunk.facts.physical = PhysicalOf(type);
    chunk.facts.is_list = IsList(type);
    TextCoder coder;
    uint64_t row = 0;
    for (const RowSegment& segment : segments) {
      ROOST_TRY(EncodeSegment(segment, place, row, coder, chunk));
      row += segment.rows;
    }
    return encoder_->Finish(chunk, all_rows, IsText(type) ? coder.last() : nullptr);
  }

  Status EncodeSegment(const RowSegment& segment, size_t place, uint64_t first_row,
                       TextCoder& coder, OpenChunk& chunk) {
    const std::vector<Source>& sources = sources_[place];
    const FinalType type = after_.columns[place].type;
    std::vector<std::pair<std::unique_ptr<ChunkReader>, shred::Column*>> readers;
    std::vector<ChunkFacts> facts(sources.size());
    std::vector<shred::Column> columns(sources.size());
    std::vector<CastSource> casts;
    for (size_t i = 0; i < sources.size(); ++i) {
      const Source& source = sources[i];
      ROOST_ASSIGN(auto reader, segment.part->Column(segment.row_group, *source.column, facts[i]));
      if (!reader) continue;
      casts.push_back({&facts[i], source.take, source.drop_empty, &columns[i]});
      readers.emplace_back(std::move(reader), &columns[i]);
    }
    if (readers.empty()) return Status::OK();
    shred::Column cast;
    const uint32_t batch = RowsPerBatch(segment);
    for (uint64_t row = 0; row < segment.rows; row += batch) {
      const auto count = static_cast<uint32_t>(std::min<uint64_t>(batch, segment.rows - row));
      for (auto& [reader, values] : readers) ROOST_TRY(reader->Read(count, *values));
      CastRows(casts, count, type, cast);
      if (cast.values == 0) continue;  // rows that are left out are null
      const shred::Column& values = IsText(type) ? coder.Code(cast) : cast;
      ROOST_TRY(encoder_->Add(chunk, values, first_row + row, count));
    }
    return Status::OK();
  }

  // Fewer where rows are long.
  static uint32_t RowsPerBatch(const RowSegment& segment) {
    constexpr uint64_t kBytes = 4 * PageEncoder::kPageBytes;
    return static_cast<uint32_t>(std::clamp<uint64_t>(
        segment.rows * kBytes / std::max<uint64_t>(segment.bytes, 1), 1, PageEncoder::kPageRows));
  }

  Status EndPart(const ShapeTexts& shapes) {
    FinalTable table = after_;
    for (FinalColumn& column : table.columns) SetFirstConflict(column);
    first_conflicts_.clear();
    table.shapes.clear();
    for (const auto& [hash, text] : shapes)
      table.shapes.push_back({static_cast<uint64_t>(hash), text});
    std::sort(table.shapes.begin(), table.shapes.end(),
              [](const auto& a, const auto& b) { return a.hash < b.hash; });
    format_.metadata = TableMetadata(table);
    ROOST_TRY(part_->Finish(format_));
    ROOST_ASSIGN(std::string path, places_.new_part(after_.name));
    ROOST_TRY(disk::Rename(part_->path(), path));
    part_.reset();
    written_.emplace_back().path = path;
    ROOST_ASSIGN(written_.back(), ReadWrittenPart(path));
    return Status::OK();
  }

  const TableRewrite& rewrite_;
  const FinalTable& after_;
  const OutputPlaces& places_;
  std::vector<std::string> technical_;
  std::vector<std::vector<Source>> sources_;  // by column
  PartFormat format_;
  std::unique_ptr<PageEncoder> encoder_;
  std::optional<PartFile> part_;  // the part that is being written
  struct FirstConflict {
    int64_t id = -1;
    uint64_t offset = 0;
  };
  std::map<std::string, FirstConflict> first_conflicts_;  // of the parts it is made from
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

bool DifferInColumns(const FinalTable& before, const FinalTable& after) {
  return !std::equal(before.columns.begin(), before.columns.end(), after.columns.begin(),
                     after.columns.end(), [](const FinalColumn& a, const FinalColumn& b) {
                       return a.name == b.name && a.type == b.type &&
                              DescribeFormat(a) == DescribeFormat(b);
                     });
}

bool IsOwnPart(const ledger::Part& part) { return part.tags.contains(kChecksumTag); }

}  // namespace roost::store
