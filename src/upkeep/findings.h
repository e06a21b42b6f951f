// Collects what a check finds.
#pragma once

#include <string>
#include <utility>

#include "base/status.h"
#include "roost/upkeep.h"

namespace roost::upkeep {

class Findings {
 public:
  Findings(const VerifyOptions& options, VerifyResult& result)
      : options_(options), result_(result) {}

  void Problem(std::string check, std::string where, std::string what, std::string advice) {
    if (++result_.problem_count > kKept) return;
    result_.problems.push_back(
        {std::move(check), std::move(where), std::move(what), std::move(advice)});
  }
  /// That something could not be read; the message says the rest.
  void Unreadable(std::string check, std::string where, const Status& status) {
    Problem(std::move(check), std::move(where), status.message(), "restore it from a copy");
  }
  void Note(std::string text) { result_.notes.push_back(std::move(text)); }

  /// Cancelled if the user wants it to end.
  Status CheckStop() const {
    return options_.should_stop && options_.should_stop()
               ? Status::Cancelled("stopped before the end; nothing is said of the rest")
               : Status::OK();
  }

  const VerifyOptions& options() const { return options_; }
  VerifyResult& result() { return result_; }

 private:
  static constexpr uint64_t kKept = 1000;

  const VerifyOptions& options_;
  VerifyResult& result_;
};

}  // namespace roost::upkeep
