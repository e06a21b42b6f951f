// Holds the rows of a run of documents: which rows each table has in them, and their values.
//
// A chunk is filled for some consecutive iterations, asked for values, filled again; memory is
// kept. Rows of one document stand together, and within it those of one owner. With faults planned,
// rows that stand there twice, share a key, or make a parent over-full are among them, marked. One
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "generate/row_set.h"
#include "generate/seats.h"

namespace roost::generate {

enum class RowKind : uint8_t {
  kPlain,
  kDuplicated,  // plain, and the next row is its duplicate
  kDuplicate,
  kClashing,  // plain, and the next row has its key
  kClash,     // a phantom with the key of the row before
  kExtra      // a phantom that makes its parent over-full, or owns a row that does
};

class Chunk {
 public:
  struct Rows {
    std::unique_ptr<RowSet> set;
    std::vector<uint32_t> first_of_document;  // one more than documents
    std::vector<uint32_t> first_of_owner;     // one more than owner's rows; by the owner's place
    std::vector<RowKind> kinds;               // empty without faults
    std::vector<int64_t> seats;               // values of the seat column

    RowKind KindOf(size_t i) const { return kinds.empty() ? RowKind::kPlain : kinds[i]; }
  };
  /// A parent that has more rows than its capacity.
  struct Overfull {
    uint64_t document;
    int table;              // the one with the seats
    uint64_t parent;        // row
    uint32_t planned, now;  // rows without and with the fault
  };

  /// `program` must outlive the chunk.
  explicit Chunk(const Program& program);

  void Fill(uint64_t first, uint64_t count);

  const Program& program() const { return program_; }
  uint64_t first() const { return first_; }
  uint64_t count() const { return count_; }
  Rows& rows(int table) { return rows_[static_cast<size_t>(table)]; }
  const std::vector<Overfull>& overfull() const { return overfull_; }

 private:
  struct Seats {
    int table;
    std::unique_ptr<SeatDealer> dealer;
    std::vector<SeatDeal> deals;                       // by document of the chunk
    std::vector<std::vector<uint64_t>> extra_parents;  // likewise: one for each extra row
  };
  /// A row that may stand there twice.
  struct Candidate {
    uint64_t row;
    int64_t seat;
    size_t first_sibling;  // the first candidate of the same owner, which has owner_repeats
    bool repeats = false, owner_repeats = false;
  };
  void DealSeats(Seats* seats);
  void FindOverfull(Seats* seats, size_t d);
  void AddTable(int table);
  void AddRows(int table, size_t d);
  void ChooseRepeats(int table, size_t d);
  void AddDocumentRows(int table, size_t d);
  void AddOwnedRows(int table, size_t o, size_t d);
  void AddExtras(int table, size_t d);
  void Push(int table, uint64_t row, RowKind kind, int64_t seat);
  void PushWithCopies(int table, uint64_t row, uint64_t document, int64_t seat);
  bool TakeRoom(int table, size_t d, Candidate* candidate);
  uint64_t NextPhantom(size_t d);
  Seats* SeatsOf(int table);
  Seats* SeatsOwnedBy(int table);

  const Program& program_;
  uint64_t first_ = 0, count_ = 0;
  std::vector<Rows> rows_;
  std::vector<Seats> seats_;
  std::vector<Overfull> overfull_;
  // Of the current document of the current table:
  uint64_t phantoms_ = 0;
  std::vector<Candidate> candidates_;  // in the order of the rows
  size_t next_candidate_ = 0;
  bool choosing_ = false;  // rows go to candidates_ only
};

/// Whether rows of the table may stand twice, or share a key, without any other rule being broken.
bool MayRepeat(const Program& program, int table);
bool MayClash(const Program& program, int table);

}  // namespace roost::generate
