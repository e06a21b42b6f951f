// Keeps what the pass found in each part on disk, from run to run: <OUT>/_roost/validate.
//
// A file for each part, and one for what is strange in it; what is damaged, of another version or
// of another part counts as not there, and costs one more look at the part. A part is known by
// path, size, time of change and inode. What is new goes to a staging folder and is there for the
// next run after Finish, which also removes the files of parts that are gone. Find and Keep may be
// called by any thread.
#pragma once

#include <optional>
#include <string>

#include "validate/part_state.h"
#include "validate/tables.h"

namespace roost::validate {

class KeptParts {
 public:
  struct Options {
    std::string staging;  // a folder on the same disk, made when needed; empty: keeps nothing
    bool forget = false;  // finds nothing that earlier runs kept
  };
  /// `tables` must outlive the object.
  KeptParts(const Tables& tables, Options options);

  /// Says which part it is, as long as its file is the one that was opened; else, or while it may
  /// change yet without a sign, empty.
  Result<std::string> IdentityOf(const exporting::Part& part) const;

  /// A part as it is now, if its file is still the one that was opened.
  struct Seen {
    std::string identity;  // empty: not to be kept
    PartState state;       // what is known of it
  };
  Result<Seen> Find(const exporting::Part& part) const;
  /// Does nothing where the part's file has changed since `seen`. Columns that would take more
  /// room than the part itself are left out.
  Status Keep(const exporting::Part& part, const Seen& seen);

  /// Whether a part has one of these keys, as far as its keys are kept (by their mark); else true.
  Result<bool> HasKeyOf(const exporting::Part& part, const std::string& mark,
                        const std::vector<int64_t>& keys) const;

  /// What is kept of a part beside what the pass found: `kind` is in the file's name, `mark` says
  /// what it depends on. Nothing where there is none, or one with another mark.
  Result<std::optional<std::string>> FindNote(const exporting::Part& part, const std::string& kind,
                                              const std::string& mark) const;
  Status KeepNote(const exporting::Part& part, const std::string& kind, const std::string& mark,
                  const std::string& bytes);

  Status Finish();

 private:
  Status Put(const std::string& name, const std::string& bytes) const;

  const Tables& tables_;
  Options options_;
  std::string folder_;
};

}  // namespace roost::validate
