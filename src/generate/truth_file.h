// Writes _truth.json: what is wrong with the documents, and where.
//
// {"world":"school","seed":1,"inject":"orphan=0.01","faults":[ one fault on each line ]}. A run
// that starts where an earlier one stopped adds to that one's file.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"

namespace roost::generate {

class TruthFile {
 public:
  struct Header {
    std::string world, inject;
    uint64_t seed = 0;
  };
  /// `continues`: keep the faults that `path` has; its header must be the same.
  static Result<TruthFile> Make(const std::string& path, const Header& header, bool continues);

  /// Adds lines, each a JSON object.
  void Append(std::string_view lines) { lines_ += lines; }
  Status Finish();

 private:
  TruthFile(std::string path, std::string header)
      : path_(std::move(path)), header_(std::move(header)) {}

  std::string path_, header_, lines_;
};

}  // namespace roost::generate
