// Decides where the files of an export go: relative paths that cannot leave the output folder.
//
// An absolute path loses its root, `..` becomes `__`, `.` and empty steps go; "-" (standard input)
// is stdin.json; a file that was compressed loses .gz or .zst. Bytes that the ledger wrote as %XX
// come back. A name that is taken, as a file or as a folder, gets .2, .3, ... before its ending:
// a.json, a.2.json. Not thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

namespace roost::exporting {

class OutputNames {
 public:
  /// The name of one more file, in its own bytes; `ledger_path` is as EncodeBytes made it.
  std::string Add(std::string_view ledger_path, bool was_compressed);

 private:
  std::string FreeFolder(const std::string& wanted);
  std::string FreeFile(const std::string& wanted) const;

  std::unordered_set<std::string> files_, folders_;
};

}  // namespace roost::exporting
