// Looks in a parsed record for values that are of another kind than a hint demands.
#pragma once

#include <optional>
#include <string>

#include "shred/hints.h"
#include "shred/tape.h"

namespace roost::shred {

struct UnmetDemand {
  const Hint* hint = nullptr;
  uint32_t offset = 0;  // of the value, from the record's start
  std::string reason;
  std::string json_path;  // of the value: $.students[3].age
};

/// The first value of the record at token 0 of `tape` that is not as demanded. `place` is where the
/// record's hints are. Values inside JSON texts are not looked at, nor those that repeated keys
/// have replaced.
std::optional<UnmetDemand> FindUnmetDemand(Tape& tape, const HintPlace& place);

}  // namespace roost::shred
