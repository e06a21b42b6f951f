#include "validate/row_sample.h"

#include <arrow/api.h>

#include <algorithm>
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
constexpr size_t kMostGroups = 64, kMostColumns = 32, kFewTexts = 64;
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// The first rows of a row group.
struct Piece {
  const exporting::Part* part;
  int group;
  uint64_t first_row, rows;  // in the table; how many
};

std::vector<Piece> PiecesOf(const TableInfo& table) {
  std::vector<Piece> all;
  uint64_t first = 0;
  for (const auto& part : table.parts) {
    for (int group = 0; group < part->row_groups(); ++group) {
      auto rows = static_cast<uint64_t>(part->RowGroupRows(group));
      all.push_back({part.get(), group, first, rows});
      first += rows;
    }
  }
  if (table.rows <= kAllRows) return all;
  std::vector<Piece> some;
  size_t count = std::min(kMostGroups, all.size());
  for (size_t i = 0; i < count; ++i) {
    Piece piece = all[i * all.size() / count];
    piece.rows = std::min(piece.rows, kSomeRows / count);
    some.push_back(piece);
  }
  return some;
}

/// What one piece gives: numbers, and of texts their hashes.
struct Block {
  std::vector<std::vector<float>> numbers;
  std::vector<std::vector<uint64_t>> hashes;
};

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

class Reader {
 public:
  Reader(const TableInfo& table, const std::vector<const Field*>& fields,
         const std::function<bool()>& should_stop)
      : table_(table), should_stop_(should_stop) {
    for (size_t f = 0; f < table.fields.size() && fields_.size() < kMostColumns; ++f) {
      const Field* field = &table.fields[f];
      bool wanted =
          fields.empty() || std::find(fields.begin(), fields.end(), field) != fields.end();
      bool plain = BatchColumn::LayoutOf(field->type()) != BatchColumn::Layout::kNone;
      if (wanted && plain) fields_.push_back(f);
    }
  }

  Result<RowSample> Run(unsigned threads) {
    RowSample sample;
    sample.fields = fields_;
    if (fields_.empty()) return sample;
    std::vector<Piece> pieces = PiecesOf(table_);
    std::vector<Block> blocks(pieces.size());
    ROOST_TRY(relate::ForEachTask(pieces.size(), {threads, should_stop_},
                                  [&](size_t at) { return ReadPiece(pieces[at], blocks[at]); }));
    for (const Piece& piece : pieces) {
      for (uint64_t i = 0; i < piece.rows; ++i) sample.rows.push_back(piece.first_row + i);
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
    return sample;
  }

 private:
  Status ReadPiece(const Piece& piece, Block& block) const {
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
    while (block.numbers[0].size() < piece.rows) {
      if (should_stop_ && should_stop_()) return Status::Cancelled("stopped");
      ROOST_TRY(reader->ReadNext(&batch));
      if (!batch) return Status::IOError(piece.part->path(), " has fewer rows than it says");
      uint64_t left = piece.rows - block.numbers[0].size();
      ROOST_TRY(TakeBatch(*batch, static_cast<int64_t>(left), block));
    }
    return Status::OK();
  }

  Status TakeBatch(const arrow::RecordBatch& batch, int64_t left, Block& block) const {
    int64_t rows = std::min(left, batch.num_rows());
    for (size_t c = 0; c < fields_.size(); ++c) {
      const Field& field = table_.fields[fields_[c]];
      ROOST_ASSIGN(BatchColumn column, BatchColumn::Make(batch.GetColumnByName(field.name),
                                                         field.type(), batch.num_rows()));
      bool texts = column.layout() == BatchColumn::Layout::kText;
      for (int64_t i = 0; i < rows; ++i) {
        block.numbers[c].push_back(NumberAt(column, i));
        if (!texts) continue;
        block.hashes[c].push_back(column.IsThere(i) ? sketch::HashOfText(column.Text(i)) : 0);
      }
    }
    return Status::OK();
  }

  const TableInfo& table_;
  const std::function<bool()>& should_stop_;
  std::vector<size_t> fields_;
};

}  // namespace

Result<RowSample> RowSample::Read(const TableInfo& table, const std::vector<const Field*>& fields,
                                  unsigned threads, const std::function<bool()>& should_stop) {
  return Reader(table, fields, should_stop).Run(threads);
}

}  // namespace roost::validate
