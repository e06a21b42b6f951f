// Reads rows of some parts of a table as numbers, to look for strange ones: all rows, or every so
// many of the first rows of a few row groups all over these parts.
//
// Numbers and flags stand for themselves; a text of few different ones becomes the surprise of how
// often it comes, any other its length. At most 32 columns: the first whose values are plain.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "anomaly/numbers.h"
#include "validate/tables.h"

namespace roost::validate {

struct SampledPart {
  const exporting::Part* part;
  uint64_t first_row;  // how its rows are counted
};

/// Rows of samples that are taken from batches which somebody reads anyway, as the pass over the
/// table does. What it has not seen is read by RowSample::Read.
class PassingRows {
 public:
  /// `fields`: none for all, as in the options of the samples that will be asked for.
  PassingRows(const TableInfo& table, const std::vector<const Field*>& fields);
  /// Announces a sample of some parts; before the first batch.
  void Want(const std::vector<SampledPart>& parts, uint64_t rows);
  /// Batches with all columns of the part. Those of a row group come in order, from one thread;
  /// those of others meanwhile from others.
  Status Take(const exporting::Part& part, int group, const arrow::RecordBatch& batch);

  /// What rows of a row group give: numbers, and of texts their hashes, by column.
  struct Block {
    std::vector<std::vector<float>> numbers;
    std::vector<std::vector<uint64_t>> hashes;
  };
  /// Of rows 0, step, 2 * step ..., `rows` of them, if all have passed. To be taken once.
  std::optional<Block> TakeBlock(const exporting::Part& part, int group, uint64_t rows,
                                 uint64_t step);

 private:
  struct Slot {
    uint64_t rows = 0, step = 1;
    int64_t next = 0;  // row to take, in the next batch
    Block block;
  };
  const TableInfo& table_;
  std::vector<size_t> fields_;
  std::map<std::pair<const exporting::Part*, int>, Slot> slots_;
};

struct RowSample {
  anomaly::Numbers numbers;
  std::vector<size_t> fields;  // of the columns
  std::vector<uint64_t> rows;  // as the parts count them

  struct Options {
    std::vector<const Field*> fields;  // none: all
    uint64_t rows = 0;                 // about so many
    unsigned threads = 2;
    std::function<bool()> should_stop;
    PassingRows* passing = nullptr;  // may be missing
  };
  static Result<RowSample> Read(const TableInfo& table, const std::vector<SampledPart>& parts,
                                const Options& options);
};

/// Of how many rows of a table so large one is looked at: all of up to half a million, else a power
/// of two that leaves 131,072 at most.
uint64_t OddSampleStep(uint64_t rows);

}  // namespace roost::validate
