// Keeps the sketches of one part's columns in a file, so that the part need not be read for them.
//
// Parts never change, so neither do their sketches: a table's are the merge of its live parts'.
// What is in such a file can be made again from the part, so a file that is short, foreign, damaged
// or of another version is as good as none. Not every column need be in it. The index is read at
// once, sketches one by one; docs/formats/sketches.md has the bytes. No file stays open. Reading is
// thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "sketch/column_sketch.h"

namespace roost::sketch {

/// `<folder>/_roost/sketches/<table>/<name of the part>.sketches`
std::string SketchFileOf(const std::string& store_folder, const std::string& table,
                         const std::string& part_path);

class PartSketches {
 public:
  /// Empty if there is no such file, or none that holds sketches of a part of so many bytes.
  static PartSketches Open(const std::string& path, uint64_t part_bytes);

  bool Has(const std::string& column) const { return places_.contains(column); }
  std::vector<std::string> columns() const;
  /// Nothing if it is not there, or damaged.
  std::optional<ColumnSketch> Read(const std::string& column) const;

 private:
  friend class PartSketchWriter;
  struct Place {
    uint64_t offset = 0, bytes = 0, checksum = 0;
  };
  std::optional<std::string> ReadBytes(const Place& place) const;

  std::string path_;
  std::map<std::string, Place> places_;
};

/// Collects sketches and writes the file.
class PartSketchWriter {
 public:
  /// As saved; the last one of a column counts.
  void Add(const std::string& column, std::string saved);
  /// What `old` has of columns that were not added.
  void AddOthers(const PartSketches& old);
  uint64_t held_bytes() const { return held_bytes_; }
  bool empty() const { return saved_.empty(); }
  /// The bytes of the file.
  std::string Finish(uint64_t part_bytes) const;

 private:
  std::map<std::string, std::string> saved_;  // by column
  uint64_t held_bytes_ = 0;
};

}  // namespace roost::sketch
