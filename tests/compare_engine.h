// Runs the same input through the engine and through the reference, for tests.
#pragma once

#include <string>
#include <vector>

#include "roost/roost.h"
#include "shred/reference/reference.h"
#include "tests/case_file.h"

namespace roost::tests {

struct Comparison {
  shred::reference::Result engine, reference;
};

/// The name of a file among the inputs that is the configuration.
constexpr const char* kConfigName = "roost.yaml";
/// What it says, if it is there.
Result<std::vector<shred::Hint>> HintsOf(const std::vector<CaseInput>& files);

/// `options` may set all but inputs and output. The reference is given the root tables and file
/// numbers that the ledger says.
Result<Comparison> RunBoth(const std::vector<CaseInput>& files, IngestOptions options = {});

/// What the engine alone makes of the files.
Result<shred::reference::Result> RunEngine(const std::vector<CaseInput>& files,
                                           IngestOptions options = {});

/// All but the reasons of rejects, which the two word differently.
std::string DumpWithoutReasons(const shred::reference::Result& result);

/// What does not depend on the order of files and on where they were cut: tables, columns, rows
/// without ids and in an order of their own.
std::string DumpWithoutIds(shred::reference::Result result);

/// The lines around the first difference, short enough to read.
std::string FirstDifference(const std::string& a, const std::string& b);

}  // namespace roost::tests
