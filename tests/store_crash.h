// Interrupts what is done to a store that is there, wherever it calls the disk: killed, failed,
// without power, stopped while another goes on.
//
// Each try works on a copy of the store, with the same links, and is looked at afterwards.
#pragma once

#include <functional>
#include <string>

#include "base/status.h"

namespace roost::testing {

class StoreCrash {
 public:
  using Run = std::function<Status(const std::string& out)>;
  using Look = std::function<void(const std::string& out)>;

  /// `run` is what is interrupted, `recover` opens the store as the next process would, and says
  /// whether all is there.
  StoreCrash(std::string store, Run run, Look recover);

  /// How many calls that change the disk `run` makes.
  int Calls() const;
  /// At `points` of them, evenly spread.
  void KillEverywhere(int points) const;
  void FailEverywhere(int error, bool after, int points) const;
  /// At so many by chance; what was not synced is there or not, by chance.
  void CutThePower(int points, uint64_t seed) const;
  /// At every `stride`-th call: `other` runs while `run` stands still; both must end well.
  void StopEverywhere(int stride,
                      const std::function<Status(const std::string& out, int at)>& other,
                      const std::function<void(const std::string& out, int at)>& look) const;

 private:
  void CopyTo(const std::string& out) const;

  std::string store_;
  Run run_;
  Look recover_;
};

}  // namespace roost::testing
