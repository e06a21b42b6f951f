// Makes input files of every kind from a seed: type changes, deep nesting, mixed arrays, tricky
// keys, numbers, dates and texts, repeated keys, odd white space, broken ends.
//
// The same seed makes the same bytes everywhere.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/case_file.h"

namespace roost::tests {

class RandomDocuments {
 public:
  /// Documents with the same seed are of the same kind; `variant` chooses among them.
  explicit RandomDocuments(uint64_t seed, uint64_t variant = 0);

  /// One to three files, which may share root tables.
  std::vector<CaseInput> Files();

  /// A roost.yaml with hints for places where values of these documents may be.
  std::string Config();

  /// Records without a fault, a line feed behind each (and some inside).
  std::string SoundRecords(uint64_t records);

 private:
  std::string FileBytes();
  std::string Record(std::string& joint);
  void Break(std::string& bytes);

  std::string HintLine();
  std::string Value(uint64_t place, int depth);
  std::string Object(uint64_t place, int depth);
  std::string Array(uint64_t place, int depth);
  std::string Scalar(uint64_t kind, uint64_t place);
  std::string Number(uint64_t kind);
  std::string Text(uint64_t kind);
  std::string Time(uint64_t kind);
  std::string QuoteOddly(const std::string& text);
  std::string Space();

  uint64_t Below(uint64_t limit) { return engine_() % limit; }
  bool Chance(uint64_t percent) { return Below(100) < percent; }

  std::mt19937_64 engine_;
  uint64_t seed_;
  // How this seed's documents are: percentages, and the keys they use.
  uint64_t flips_, spaces_, repeats_, escapes_;
  int max_depth_;
  std::vector<std::string> keys_;
};

}  // namespace roost::tests
