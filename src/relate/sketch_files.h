// Reads and completes the files of sketches that lie beside a store's parts
// (sketch/part_sketches.h).
//
// Folders that are no stores have none. Files that cannot be written, by lack of rights or space,
// are not: the next run makes their sketches again. What is to be written is held in memory up to a
// share of it; beyond that, sketches are not kept. Thread-safe but for Write.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "relate/database.h"
#include "sketch/part_sketches.h"

namespace roost::relate {

class SketchFiles {
 public:
  /// Reads the indexes of the files that there are.
  SketchFiles(const Database& database, uint64_t memory_bytes);

  /// Of the rows of the table's part number `part`; nothing where they are to be read.
  std::optional<sketch::ColumnSketch> Read(const Column& column, size_t part) const;
  bool HasSome(const Column& column) const;

  void Add(const Column& column, size_t part, const sketch::ColumnSketch& sketch);
  /// Writes the files of parts that have new sketches, and removes those whose part is gone.
  void Write();

 private:
  struct OfPart {
    std::string file;
    sketch::PartSketches old;
    sketch::PartSketchWriter added;
  };
  void WriteTable(const Table& table);

  const Database& database_;
  std::mutex mutex_;
  uint64_t left_bytes_ = 0;
  std::vector<std::vector<OfPart>> parts_;  // by table, then part; empty if there are no files
};

}  // namespace roost::relate
