// Checks what lies beside parts and can be made again from them: sketches, and what validate kept.
//
// Such a file may be missing, or damaged after a power cut: it counts as none then, which is noted.
// One that can be read and says other than its part would mislead, and is a problem.
#pragma once

#include <string>

#include "base/status.h"
#include "ledger/pin.h"
#include "upkeep/findings.h"

namespace roost::upkeep {

/// Contents too, unless the options say quick.
Status CheckSidecars(const std::string& top, const ledger::Pin& pin, Findings& findings);

}  // namespace roost::upkeep
