// Makes the documents of a run of iterations: values, faults, JSON, damage.
//
// One maker belongs to one thread; it keeps the memory of its last documents for the next.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "generate/fault_planter.h"

namespace roost::generate {

/// Bytes that belong into one file: a document, or an iteration's rows of one table.
struct Piece {
  uint64_t iteration;
  int table;     // kDocument for documents
  bool is_copy;  // of the piece before
  size_t begin, end;
};

struct MadeDocuments {
  Buffer<char> bytes;  // one line (or several, of tables) a piece
  std::vector<Piece> pieces;
  std::string truth;  // one line for each planted fault
  uint64_t rows = 0, faults = 0;

  void Clear();
};

class DocumentMaker {
 public:
  /// `program` must outlive the maker. `streamed`: all documents go into one file.
  DocumentMaker(const Program& program, bool streamed);

  /// Appends the documents of iterations [first, first + count), all within the program's stretch.
  void Make(uint64_t first, uint64_t count, MadeDocuments* made);

 private:
  void MakeChunk(uint64_t first, uint64_t count, MadeDocuments* made);
  void AddDocument(size_t d, MadeDocuments* made);
  void AddLines(size_t d, MadeDocuments* made);

  const Program& program_;
  FaultPlanter::FileName file_of_;
  Chunk chunk_;
  JsonWriter writer_;
  FaultPlanter planter_;
  std::vector<std::string> truth_;
};

}  // namespace roost::generate
