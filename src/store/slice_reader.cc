#include "store/slice_reader.h"

#include <algorithm>
#include <utility>

#include "store/column_values.h"
#include "store/part_file.h"

namespace roost::store {
namespace {

using shred::Column;
using shred::Layout;

void AddNulls(Column& column, uint32_t rows) {
  if (rows == 0) return;
  const uint32_t row = column.values + column.nulls;
  auto& runs = column.null_runs;
  if (!runs.empty() && runs.back().row + runs.back().count == row) {
    runs.back().count += rows;
  } else {
    runs.push_back({row, rows});
  }
  column.nulls += rows;
}

template <class T>
void Append(const Buffer<T>& from, Buffer<T>& to) {
  if (from.size() > 0) to.Append(from.data(), from.size());
}

// Behind the rows of `to`, all nulls of which are in runs, and stay so.
void AppendRows(const Column& from, uint32_t rows, Column& to) {
  if (from.layout != Layout::kNone) to.layout = from.layout;
  uint32_t covered = 0;  // rows of `from`
  for (const shred::NullRun& run : from.null_runs) {
    to.values += run.row - covered;
    AddNulls(to, run.count);
    covered = run.row + run.count;
  }
  const uint32_t values = from.values - (covered - from.nulls);
  to.values += values;
  AddNulls(to, rows - covered - values);
  if (from.layout == Layout::kList) {
    if (!to.element) to.element = std::make_unique<Column>();
    uint32_t items = 0;
    for (uint32_t i = 0; i < from.values; ++i) items += from.list_lengths[i];
    Append(from.list_lengths, to.list_lengths);
    to.element->time = from.element->time;
    AppendRows(*from.element, items, *to.element);
    return;
  }
  Append(from.words, to.words);
  Append(from.bytes, to.bytes);
  Append(from.text, to.text);
  if (from.layout == Layout::kDate) Append(from.codes, to.codes);
}

}  // namespace

struct SliceReader::Chunk {
  ChunkFacts facts;
  std::unique_ptr<ChunkReader> reader;  // null where there is none
};

SliceReader::SliceReader(RowOrder& order, std::span<const RowSlice> slices,
                         const PiecePlaces& taken, const shred::FinalColumn& column)
    : order_(order), slices_(slices), taken_(taken), column_(column) {
  facts_.physical = PhysicalOf(column.type);
  facts_.is_list = IsList(column.type);
}

SliceReader::~SliceReader() = default;

Result<SliceReader::Chunk*> SliceReader::ChunkOf(size_t number) {
  auto& chunk = chunks_[number];
  if (chunk) return chunk.get();
  chunk = std::make_unique<Chunk>();
  const RowPiece& piece = order_.piece(number);
  ROOST_ASSIGN(auto part, order_.PartOf(number));
  ROOST_ASSIGN(chunk->reader, part->Column(piece.row_group, column_, chunk->facts));
  if (!chunk->reader) return chunk.get();
  auto taken = taken_.find(number);
  uint64_t skip = piece.first_row + (taken == taken_.end() ? 0 : taken->second);
  constexpr uint64_t kAtOnce = 4096;
  for (; skip > 0; skip -= std::min(skip, kAtOnce))
    ROOST_TRY(chunk->reader->Read(static_cast<uint32_t>(std::min(skip, kAtOnce)), rows_));
  return chunk.get();
}

Status SliceReader::Read(uint32_t rows, Column& to) {
  ClearValues(to);
  to.layout = Layout::kNone;
  while (rows > 0) {
    const RowSlice& slice = slices_[slice_];
    const auto count = static_cast<uint32_t>(std::min<uint64_t>(rows, slice.rows - done_));
    ROOST_ASSIGN(Chunk * chunk, ChunkOf(slice.piece));
    if (chunk->reader) {
      ROOST_TRY(chunk->reader->Read(count, rows_));
      to.time = rows_.time;
      AppendRows(rows_, count, to);
    } else {
      AddNulls(to, count);
    }
    rows -= count;
    done_ += count;
    if (done_ < slice.rows) continue;
    done_ = 0;
    if (slice.is_last) chunks_.erase(slice.piece);  // else its pages were held to the end
    ++slice_;
  }
  return Status::OK();
}

Result<std::vector<int64_t>> ReadNumbers(RowOrder& order, std::span<const RowSlice> slices,
                                         const PiecePlaces& taken, const std::string& name) {
  std::vector<int64_t> numbers;
  std::map<size_t, std::unique_ptr<NumberReader>> readers;
  for (const RowSlice& slice : slices) {
    auto& reader = readers[slice.piece];
    if (!reader) {
      const RowPiece& piece = order.piece(slice.piece);
      ROOST_ASSIGN(auto part, order.PartOf(slice.piece));
      ROOST_ASSIGN(reader, part->Numbers(piece.row_group, name));
      auto before = taken.find(slice.piece);
      ROOST_TRY(reader->Skip(piece.first_row + (before == taken.end() ? 0 : before->second)));
    }
    const size_t first = numbers.size();
    numbers.resize(first + slice.rows);
    ROOST_TRY(reader->Read(slice.rows, numbers.data() + first));
  }
  return numbers;
}

}  // namespace roost::store
