// Goes through the bytes of one unit: finds the records in it, has them written, and says what
// became of every byte. The rules are in docs/formats/tables.md, "Records and framing".
#pragma once

#include <string>

#include "base/status.h"
#include "read/unit.h"
#include "shred/shredder.h"

namespace roost::shred {

class UnitShredder {
 public:
  UnitShredder(Shredder* shredder, const read::Unit& unit, Table* root, UnitOutcome* outcome);
  Status Run();

 private:
  Status WholeFile();
  Status Values(const char* p, bool resume_at_lines);
  Status Elements(const char* p, bool until_bracket);
  Status Member();
  Status Skeleton();
  /// Writes the record at p. Returns its end, or null when it was rejected (failure_ says why).
  Result<const char*> Record(const char* p);
  Result<const char*> RecordOrReject(const char* p);
  Result<const char*> RecordByTape(const char* p);
  bool MeetsDemands(const char* p, const char* end);
  Status WriteFromTape();
  bool IsWholeScalar(const char* end) const;
  void RejectBytes(const char* from, const char* to);
  void Between(const char* from, const char* to);

  Shredder& shredder_;
  const read::Unit& unit_;
  Table* root_;             // of the records found; of kMember units: the array's table
  int64_t parent_id_ = -1;  // of kMember units
  uint32_t index_ = 0;      // of the next record in its parent
  UnitOutcome& outcome_;
  bool is_utf8_;
  uint64_t values_ = 0;    // read in full: loaded, or rejected for what they hold
  bool in_array_ = false;  // records are elements of a top-level array with its brackets
  struct {
    std::string reason;
    std::string json_path;
    const char* at = nullptr;
    const char* record_end = nullptr;  // where the record was read in full, and can be stepped over
  } failure_;
};

}  // namespace roost::shred
