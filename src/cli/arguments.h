// Looks at the words of a command line before they are parsed: a misspelt command or option is
// named, with the nearest right one, whatever else is missing.
#pragma once

#include <CLI/CLI.hpp>

#include "roost/status.h"

namespace roost::cli {

/// Invalid for the first command or long option that `app` does not have. `words` as main has them.
Status CheckArguments(CLI::App& app, int count, const char* const* words);

}  // namespace roost::cli
