#include "roost/relate.h"

#include <chrono>
#include <thread>

#include "relate/candidates.h"
#include "relate/choice.h"
#include "relate/evidence_file.h"
#include "relate/naming.h"
#include "relate/profile.h"
#include "relate/verdict.h"

namespace roost {

namespace {

using namespace relate;

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Result<RelateResult> Relate(const RelateOptions& options) {
  auto start = std::chrono::steady_clock::now();
  unsigned threads = options.threads ? options.threads : std::thread::hardware_concurrency();
  ValueStore values;
  ROOST_ASSIGN(Database database,
               ReadDatabase({options.folder, threads, options.memory_bytes}, values));
  double read_seconds = SecondsSince(start);
  NameColumns(database);
  ROOST_ASSIGN(Verdict verdict, Decide(database, values));
  if (!options.evidence_file.empty()) {
    ROOST_TRY(WriteEvidence(database, verdict, options.evidence_file));
  }
  ROOST_ASSIGN(RelateResult result, Describe(database, verdict, values));
  result.read_seconds = read_seconds;
  result.seconds = SecondsSince(start);
  return result;
}

}  // namespace roost
