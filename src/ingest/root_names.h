// Names root tables after files: result_000123.json and result_000124.json are both `result`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "read/input.h"

namespace roost::ingest {

constexpr size_t kMaxRoots = 64;

/// The file's stem up to its first token with a digit, else its folder's name; `document` where
/// neither says anything. Endings .json .jsonl .ndjson .gz .zst are no part of the stem.
std::string RootNameOf(std::string_view path);

/// Root tables of a list of files.
class RootNames {
 public:
  /// More than kMaxRoots is an error that names --table. A `fixed` name is everybody's.
  static Result<RootNames> Make(const read::FileList& files, const std::string& fixed);
  /// By file, as they were named before.
  static RootNames Of(const std::vector<std::string>& names);
  const std::string& of(uint32_t file) const { return names_[index_.empty() ? 0 : index_[file]]; }

 private:
  std::vector<std::string> names_;
  std::vector<uint32_t> index_;  // by file; empty when there is one name
};

}  // namespace roost::ingest
