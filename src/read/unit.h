// Names what reading hands to the shredder: a run of bytes that holds whole records of one file.
//
// Small files come whole. A larger one is cut between records at places that depend on its decoded
// bytes alone (never on threads or memory): unit k of a file begins at the first record that starts
// at or after k * unit_bytes. Every unit has a file number of its own, so that its rows get the
// same ids in every run.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace roost::read {

class DocumentStream;

enum class UnitKind : uint8_t {
  kWholeFile,  // all bytes of the file: the shredder finds the framing itself
  kValues,     // whole values with white space between, of a file that is cut between values
  kLines,      // the same, but each line is known to hold one value: a bad line costs that line
  kElements,   // whole elements of the file's one top-level array and the commas between them,
               // without its brackets; may begin or end with white space or one comma
  kBroken,     // bytes that cannot be taken as records; `reason` says why; for quarantine as is
  kStream,     // one document that is too long for memory: pull it from `stream`
  kMember,     // from a DocumentStream: elements (as kElements) of the array at key `member`
  kSkeleton,   // from a DocumentStream, last: the document with its streamed arrays left empty
};

struct Unit {
  uint32_t file = 0;  // index into Discovery::files
  UnitKind kind = UnitKind::kWholeFile;
  const char* begin = nullptr;  // kPadding readable bytes stand behind end, the first of them zero
  const char* end = nullptr;
  uint64_t offset = 0;       // of begin in the file's decoded bytes
  uint64_t line = 1;         // of begin, from 1
  uint64_t number = 0;       // file number of the records that begin here (_roost_id >> 24);
                             // a unit of n bytes owns 1 + n / unit_bytes numbers
  bool last = false;         // no further unit of this file follows
  std::string reason;        // kBroken
  bool continued = false;    // kBroken: more of what the unit before it in the file began
  std::string member;        // kMember: the decoded key
  uint64_t first_index = 0;  // kMember: index of the first element in its array
  std::shared_ptr<DocumentStream> stream;     // kStream
  std::vector<std::string> streamed_members;  // kSkeleton: keys whose arrays came as kMember units
};
constexpr size_t kPadding = 64;

}  // namespace roost::read
