// Holds what the steps of a demo measured, before it is put into words.
#pragma once

#include <array>
#include <string_view>

#include "demo/documents.h"
#include "roost/demo.h"
#include "roost/original.h"
#include "roost/relate.h"
#include "roost/roost.h"
#include "roost/validate.h"

namespace roost::demo {

/// The way of one folder of documents through roost.
struct Passage {
  IngestResult ingest;
  Documentation documentation;
  ValidationReport validation;
};

struct Measured {
  Passage clean, faulty, racing, shop;
  OriginalListenResult original, equal, shop_original;
  ValidationReport original_validation;  // the same rules as `racing`, on the first system's tables
  References clean_references, racing_references;
  Losses equal_losses, export_losses, shop_losses, shop_original_losses;
  uint64_t documents_exported = 0, documents_same = 0;
  uint64_t documentation_files = 0, original_other_files = 0;  // beside tables
};

/// The lines of "Enhanced vs Original".
std::vector<DemoComparison> Compared(const Measured& measured, const DemoResult& result);

/// Where a stage of the result stands; it must be there.
const DemoStage& StageOf(const DemoResult& result, std::string_view name, std::string_view about);

/// How many files claims are measured with: 50,000 records, the claim about 1,000 files, the most.
inline constexpr std::array<uint64_t, 3> kScales = {650, 1000, 10'000};
inline constexpr std::string_view kLargestScale = "10,000 files";

/// A size at which the first system's claims are measured.
struct ScaleRun {
  uint64_t files = 0, rows = 0;
  double generate_seconds = 0, ingest_seconds = 0, describe_seconds = 0, validate_seconds = 0;
  uint64_t peak_memory_bytes = 0;  // of ingest, describe and validate
};
std::vector<DemoClaim> ClaimsOf(const Measured& measured,
                                const std::vector<ScaleRun>& runs);  // one of each of kScales

}  // namespace roost::demo
