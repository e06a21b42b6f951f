#include "validate/row_sample.h"

#include <arrow/api.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "export/part.h"
#include "relate/parallel.h"
#include "sketch/value_hash.h"
#include "validate/batch_column.h"

namespace roost::validate {

namespace {

constexpr uint64_t kAllRows = 1 << 19;  // of so many, all are read
constexpr uint64_t kSomeRows = 1 << 17;
// Pages can be as long as a row group: each group that is looked into may cost all of it.
constexpr size_t kFewestGroups = 4, kMostGroups = 64, kOneOf = 8;
constexpr uint64_t kWidestStep = 8;  // rows further on are not decoded
constexpr size_t kMostColumns = 32, kFewTexts = 64;
constexpr size_t kFewestPairs = 100;
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// Every so many rows of a row group.
struct Piece {
  const exporting::Part* part;
  int group;
  uint64_t first_row, rows;  // how it is counted; how many are taken
  uint64_t step = 1;
};

/// How many of some row groups are looked into: few, but enough for the rows that are wanted.
size_t GroupsOf(size_t groups, uint64_t rows, uint64_t wanted) {
  size_t filled = (wanted * groups + rows - 1) / rows;
  return std::min(groups,
                  std::clamp(std::max(filled, groups / kOneOf), kFewestGroups, kMostGroups));
}

std::vector<Piece> PiecesOf(const std::vector<SampledPart>& parts, uint64_t wanted) {
  std::vector<Piece> all;
  uint64_t total = 0;
  for (const SampledPart& part : parts) {
    uint64_t first = part.first_row;
    for (int group = 0; group < part.part->row_groups(); ++group) {
      auto rows = static_cast<uint64_t>(part.part->RowGroupRows(group));
      all.push_back({part.part, group, first, rows});
      first += rows;
      total += rows;
    }
  }
  if (total <= wanted) return all;
  std::vector<Piece> some;
  size_t count = GroupsOf(all.size(), total, wanted);
  for (size_t i = 0; i < count; ++i) {
    Piece piece = all[i * all.size() / count];
    uint64_t own = std::max<uint64_t>(1, wanted / count);
    piece.step = std::clamp<uint64_t>(piece.rows / own, 1, kWidestStep);
    piece.rows = std::min(own, piece.rows / piece.step);
    if (piece.rows > 0) some.push_back(piece);
  }
  return some;
}

using Block = PassingRows::Block;

float NumberAt(const BatchColumn& column, int64_t row) {
  if (!column.IsThere(row)) return kMissing;
  switch (column.layout()) {
    case BatchColumn::Layout::kInt64:
      return static_cast<float>(column.integers()[row]);
    case BatchColumn::Layout::kDouble:
      return static_cast<float>(column.doubles()[row]);
    case BatchColumn::Layout::kBool:
      return column.Flag(row) ? 1.0f : 0.0f;
    case BatchColumn::Layout::kText:
      return static_cast<float>(column.Text(row).size());
    default:
      return kMissing;
  }
}

/// Of the fields asked for those whose values are plain.
std::vector<size_t> PlainFields(const TableInfo& table, const std::vector<const Field*>& fields) {
  std::vector<size_t> plain;
  for (size_t f = 0; f < table.fields.size() && plain.size() < kMostColumns; ++f) {
    const Field* field = &table.fields[f];
    bool wanted = fields.empty() || std::find(fields.begin(), fields.end(), field) != fields.end();
    if (wanted && BatchColumn::LayoutOf(field->type()) != BatchColumn::Layout::kNone) {
      plain.push_back(f);
    }
  }
  return plain;
}

/// `next`: the next row to take, from the begin of the batch; then of the one after it.
Status TakeBatch(const TableInfo& table, const std::vector<size_t>& fields,
                 const arrow::RecordBatch& batch, uint64_t wanted, uint64_t every, int64_t& next,
                 Block& block) {
  block.numbers.resize(fields.size());
  block.hashes.resize(fields.size());
  const auto left = static_cast<int64_t>(wanted - block.numbers[0].size());
  const auto step = static_cast<int64_t>(every);
  int64_t rows = batch.num_rows(), begin = next;
  int64_t end = std::min(rows, next + left * step);
  for (size_t c = 0; c < fields.size(); ++c) {
    const Field& field = table.fields[fields[c]];
    ROOST_ASSIGN(BatchColumn column, BatchColumn::Make(batch.GetColumnByName(field.name),
                                                       field.type(), batch.num_rows()));
    bool texts = column.layout() == BatchColumn::Layout::kText;
    for (int64_t i = begin; i < end; i += step) {
      block.numbers[c].push_back(NumberAt(column, i));
      if (!texts) continue;
      block.hashes[c].push_back(column.IsThere(i) ? sketch::HashOfText(column.Text(i)) : 0);
    }
  }
  while (next < rows) next += step;
  next -= rows;
  return Status::OK();
}

/// Texts become the surprise of how often they come, if there are few.
void ToSurprise(const std::vector<uint64_t>& hashes, std::vector<float>& numbers) {
  std::unordered_map<uint64_t, size_t> counts;
  for (uint64_t hash : hashes) {
    ++counts[hash];
    if (counts.size() > kFewTexts) return;
  }
  auto rows = static_cast<double>(hashes.size());
  for (size_t i = 0; i < hashes.size(); ++i) {
    numbers[i] = static_cast<float>(-std::log(static_cast<double>(counts[hashes[i]]) / rows));
  }
}

/// Whether numbers only rise from row to row of each piece, as ids do.
bool OnlyRise(const std::vector<float>& values, const std::vector<Piece>& pieces) {
  size_t at = 0, pairs = 0;
  for (const Piece& piece : pieces) {
    for (uint64_t i = 1; i < piece.rows; ++i, ++pairs) {
      if (!(values[at + i] >= values[at + i - 1])) return false;
    }
    at += piece.rows;
  }
  return pairs >= kFewestPairs;
}

/// The gaps between the rows that were read would be gaps of numbers that only rise.
void DropRunning(const std::vector<Piece>& pieces, RowSample& sample) {
  auto& columns = sample.numbers.columns;
  for (size_t c = columns.size(); c-- > 0;) {
    if (!OnlyRise(columns[c], pieces)) continue;
    columns.erase(columns.begin() + static_cast<ptrdiff_t>(c));
    sample.fields.erase(sample.fields.begin() + static_cast<ptrdiff_t>(c));
  }
}

class Reader {
 public:
  Reader(const TableInfo& table, const RowSample::Options& options)
      : table_(table), options_(options), fields_(PlainFields(table, options.fields)) {}

  Result<RowSample> Run(const std::vector<SampledPart>& parts) {
    RowSample sample;
    sample.fields = fields_;
    if (fields_.empty()) return sample;
    std::vector<Piece> pieces = PiecesOf(parts, options_.rows);
    std::vector<Block> blocks(pieces.size());
    ROOST_TRY(relate::ForEachTask(pieces.size(), {options_.threads, options_.should_stop},
                                  [&](size_t at) { return ReadPiece(pieces[at], blocks[at]); }));
    for (const Piece& piece : pieces) {
      for (uint64_t i = 0; i < piece.rows; ++i)
        sample.rows.push_back(piece.first_row + i * piece.step);
    }
    sample.numbers.rows = sample.rows.size();
    for (size_t c = 0; c < fields_.size(); ++c) {
      std::vector<uint64_t> hashes;
      auto& numbers = sample.numbers.columns.emplace_back();
      for (Block& block : blocks) {
        numbers.insert(numbers.end(), block.numbers[c].begin(), block.numbers[c].end());
        hashes.insert(hashes.end(), block.hashes[c].begin(), block.hashes[c].end());
      }
      bool texts = table_.fields[fields_[c]].type() == shred::FinalType::kText;
      if (texts) ToSurprise(hashes, numbers);
    }
    uint64_t rows = 0;
    for (const SampledPart& part : parts) rows += static_cast<uint64_t>(part.part->rows());
    if (sample.rows.size() < rows) DropRunning(pieces, sample);
    return sample;
  }

 private:
  Status ReadPiece(const Piece& piece, Block& block) const {
    if (options_.passing) {
      auto seen = options_.passing->TakeBlock(*piece.part, piece.group, piece.rows, piece.step);
      if (seen) {
        block = *std::move(seen);
        return Status::OK();
      }
    }
    block.numbers.resize(fields_.size());
    block.hashes.resize(fields_.size());
    ROOST_ASSIGN(auto schema, piece.part->ReadSchema());
    std::vector<std::string> names;
    for (size_t f : fields_) {
      if (schema->GetFieldIndex(table_.fields[f].name) >= 0) names.push_back(table_.fields[f].name);
    }
    if (names.empty()) {  // the part is older than the columns
      for (size_t c = 0; c < fields_.size(); ++c) {
        block.numbers[c].assign(piece.rows, kMissing);
        block.hashes[c].assign(piece.rows, 0);
      }
      return Status::OK();
    }
    ROOST_ASSIGN(auto reader, piece.part->ReadRows(piece.group, names));
    std::shared_ptr<arrow::RecordBatch> batch;
    int64_t next = 0;  // row to take, in the next batch
    while (block.numbers[0].size() < piece.rows) {
      if (options_.should_stop && options_.should_stop()) return Status::Cancelled("stopped");
      ROOST_TRY(reader->ReadNext(&batch));
      if (!batch) return Status::IOError(piece.part->path(), " has fewer rows than it says");
      ROOST_TRY(TakeBatch(table_, fields_, *batch, piece.rows, piece.step, next, block));
    }
    return Status::OK();
  }

  const TableInfo& table_;
  const RowSample::Options& options_;
  std::vector<size_t> fields_;
};

}  // namespace

PassingRows::PassingRows(const TableInfo& table, const std::vector<const Field*>& fields)
    : table_(table), fields_(PlainFields(table, fields)) {}

void PassingRows::Want(const std::vector<SampledPart>& parts, uint64_t rows) {
  if (fields_.empty()) return;
  for (const Piece& piece : PiecesOf(parts, rows)) {
    slots_[{piece.part, piece.group}] = {piece.rows, piece.step, 0, {}};
  }
}

Status PassingRows::Take(const exporting::Part& part, int group, const arrow::RecordBatch& batch) {
  auto found = slots_.find({&part, group});
  if (found == slots_.end()) return Status::OK();
  Slot& slot = found->second;
  bool is_full = !slot.block.numbers.empty() && slot.block.numbers[0].size() == slot.rows;
  if (is_full) return Status::OK();
  return TakeBatch(table_, fields_, batch, slot.rows, slot.step, slot.next, slot.block);
}

std::optional<PassingRows::Block> PassingRows::TakeBlock(const exporting::Part& part, int group,
                                                         uint64_t rows, uint64_t step) {
  auto found = slots_.find({&part, group});
  if (found == slots_.end()) return std::nullopt;
  Slot& slot = found->second;
  bool is_whole = !slot.block.numbers.empty() && slot.block.numbers[0].size() == rows;
  if (slot.rows != rows || slot.step != step || !is_whole) return std::nullopt;
  return std::move(slot.block);
}

Result<RowSample> RowSample::Read(const TableInfo& table, const std::vector<SampledPart>& parts,
                                  const Options& options) {
  return Reader(table, options).Run(parts);
}

uint64_t OddSampleStep(uint64_t rows) {
  return rows <= kAllRows ? 1 : std::bit_ceil((rows + kSomeRows - 1) / kSomeRows);
}

}  // namespace roost::validate
