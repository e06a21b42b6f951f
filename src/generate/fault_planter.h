// Plants faults in the values of a chunk, and writes down each one.
//
// A line of truth is one JSON object: kind, iteration, file, JSON path, table, field, key, before,
// after. A row has one fault at most; documents that are damaged as a whole have none inside. One
// thread.
#pragma once

#include <string>
#include <vector>

#include "generate/chunk.h"
#include "generate/fault_columns.h"
#include "generate/json_writer.h"

namespace roost::generate {

class FaultPlanter {
 public:
  /// `program` must outlive the planter; `writer` must have begun the chunk when Plant is called.
  FaultPlanter(const Program& program, JsonWriter& writer);

  /// Changes values and appends a line for each fault to truth[d], by document of the chunk.
  /// `file_of` names the file of a table's row in an iteration.
  using FileName = std::string (*)(const Program& program, uint64_t iteration, int table);
  void Plant(Chunk& chunk, FileName file_of, std::vector<std::string>* truth);

  /// For a program without validation: breaks its rules in many rows, and writes nothing down.
  void ForgetRules(Chunk& chunk);

 private:
  struct Place {
    int table;
    int column;  // -1: the row
    size_t row;  // in the chunk
    size_t d;
  };
  void PlantTable(int table, size_t d);
  void PlantRow(int table, size_t i, size_t d);
  bool PlantOne(Fault fault, const std::vector<int>& columns, int table, size_t i, size_t d);
  bool Change(Fault fault, const Place& place);
  static bool SwapUnit(const Column& column, int64_t* value);
  bool MakeOrphan(const Place& place);
  bool MakeLate(const Place& place);
  bool MakeOutlier(const Place& place);
  bool FindBroken(const world::Rule& rule, int table, int column, size_t i, int64_t* value);
  bool BreakRules(int table, size_t i, size_t d);
  void PlantBurst(size_t d);
  void RecordRepeats(int table, size_t i, size_t d);
  void RecordOverfull();
  std::string PathOf(int table, size_t i, size_t d) const;
  std::string Text(int table, int column, size_t i);
  void Record(const std::string& kind, const Place& place, const std::string& key,
              const std::string& before, const std::string& after, const std::string& more);

  const Program& program_;
  JsonWriter& writer_;
  std::vector<FaultColumns> columns_;
  std::vector<std::vector<const world::Rule*>> rules_;  // that can be broken, by table
  Chunk* chunk_ = nullptr;
  FileName file_of_ = nullptr;
  std::vector<std::string>* truth_ = nullptr;
};

}  // namespace roost::generate
