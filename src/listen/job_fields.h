// Finds the job that wrote a file in the file itself: in two fields of its first document.
//
// Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "roost/intake.h"

namespace roost::listen {

class JobFields {
 public:
  /// Whether --job-from names fields, and not a file's name.
  static bool AreMeant(const std::string& text) { return text.starts_with('$'); }
  /// `$.job.cluster, $.job.proc`: where the numbers are. Without the second it is 0.
  static Result<JobFields> Parse(const std::string& text);

  /// Nothing as long as the file says nothing of it in its first 256 kB: it may still be written.
  /// Of an array, and of a sequence of documents, the first counts. Numbers may be texts.
  std::optional<JobId> Find(const std::string& path) const;
  std::optional<JobId> FindIn(const std::string& text) const;

 private:
  using Path = std::vector<std::string>;
  static Result<Path> ParsePath(std::string_view text, const std::string& whole);

  Path cluster_;
  std::optional<Path> process_;
};

}  // namespace roost::listen
