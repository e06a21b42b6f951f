// A user log of HTCondor says the same however its bytes come.
// Input: how large the first and the other pieces are; then the log.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "listen/job_event.h"

namespace {

using roost::listen::EventParser;
using roost::listen::JobEvent;

bool AreSame(const JobEvent& a, const JobEvent& b) {
  const bool has_same_job =
      a.job.has_value() == b.job.has_value() &&
      (!a.job || (a.job->cluster == b.job->cluster && a.job->process == b.job->process));
  return a.number == b.number && a.is_normal_end == b.is_normal_end && has_same_job;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  std::string_view log(reinterpret_cast<const char*>(data) + 2, size - 2);
  EventParser whole, cut;
  const std::vector<JobEvent> events = whole.Take(log);
  std::vector<JobEvent> others;
  for (size_t bytes = data[0]; !log.empty(); bytes = 1u + data[1]) {
    for (const JobEvent& event : cut.Take(log.substr(0, bytes))) others.push_back(event);
    log.remove_prefix(std::min(bytes, log.size()));
  }
  bool holds = std::equal(events.begin(), events.end(), others.begin(), others.end(), AreSame) &&
               whole.stray_lines() == cut.stray_lines();
  whole.Restart();
  cut.Restart();
  holds &= whole.stray_lines() == cut.stray_lines();
  for (const JobEvent& event : events) holds &= event.number >= 0;
  if (holds) return 0;
  std::fprintf(stderr, "%zu events in one piece, %zu in several; or others, or other stray lines\n",
               events.size(), others.size());
  std::abort();
}
