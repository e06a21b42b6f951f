// Gives a demo its folder, and takes nothing that is not a demo's.
#pragma once

#include <string>

#include "base/status.h"

namespace roost::demo {

constexpr const char* kMarkerFile = ".roost-demo";

/// Makes the folder if it is missing, or empties one that a demo made if `clean`. Refused: a folder
/// with something in it that no demo made; one of a demo, without `clean`. Files that a demo did
/// not make stay where they are.
Status PrepareFolder(const std::string& folder, bool clean);

}  // namespace roost::demo
