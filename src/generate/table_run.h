// Writes a world's tables straight into a store's folder.
#pragma once

#include <vector>

#include "generate/program.h"
#include "generate/truth_file.h"
#include "roost/generate.h"

namespace roost::generate {

/// Makes all iterations of `options` and publishes their tables in options.output_dir, complete or
/// not at all. Faults that only JSON can hold are an error. `truth` may be null.
Result<GenerateResult> GenerateTables(const GenerateOptions& options,
                                      const std::vector<Program>& programs, TruthFile* truth);

}  // namespace roost::generate
