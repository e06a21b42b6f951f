// The fields that name a job are found in any text or not; what a torn file says of its job, it
// still says when it is whole.
// Input: a mark before which the text is torn; then the text.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "listen/job_fields.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto kFields = roost::listen::JobFields::Parse("$.job.cluster, $.proc").ValueOrDie();
  static const auto kCluster = roost::listen::JobFields::Parse("$.job.cluster").ValueOrDie();
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto torn = kFields.FindIn(text.substr(0, data[0]));
  const auto whole = kFields.FindIn(text);
  const auto cluster = kCluster.FindIn(text);
  bool holds = !torn || (whole && *torn == *whole);
  holds &= !whole || (cluster && cluster->cluster == whole->cluster && cluster->process == 0);
  (void)roost::listen::JobFields::Parse(text);
  if (holds) return 0;
  std::fprintf(stderr, "a job is known of the torn text or of two fields, and not of the other\n");
  std::abort();
}
