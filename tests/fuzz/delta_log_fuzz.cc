// Any text is a commit of a Delta log, or a schema, or an error; these are the same when they are
// written and read again.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/delta_json.h"
#include "ledger/delta_schema.h"
#include "tests/fuzz/law.h"

namespace {

using namespace roost::ledger;
using roost::fuzz::Ensure;

constexpr std::string_view kSchema = "{\"fields\"";

// Features are of the versions that have lists of them; elsewhere they are refused, not written.
Protocol WithoutStrayFeatures(Protocol protocol) {
  if (protocol.reader < 3) protocol.reader_features.clear();
  if (protocol.writer < 7) protocol.writer_features.clear();
  return protocol;
}

bool AreSame(const Commit& a, Commit b) {
  if (a.protocol && b.protocol && WithoutStrayFeatures(*a.protocol) == *b.protocol)
    b.protocol = a.protocol;
  return a.info == b.info && a.protocol == b.protocol && a.metadata == b.metadata &&
         a.transactions == b.transactions && a.added == b.added && a.removed == b.removed;
}

void CheckSchema(std::string_view schema, const Metadata& metadata) {
  const auto columns = ReadSchema(schema, "here");
  if (!columns.ok()) return;
  const std::string written = WriteSchema(*columns);
  const auto again = ReadSchema(written, "here");
  Ensure(again.ok() && *again == *columns, "a schema reads as it was written");
  (void)CheckSupport(ProtocolFor(*columns), metadata, "here");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.starts_with(kSchema)) CheckSchema(text, {});
  const auto commit = ReadCommit(text, "here");
  if (!commit.ok()) return 0;
  const std::string written = WriteCommit(*commit);
  const auto again = ReadCommit(written, "here");
  Ensure(again.ok() && AreSame(*commit, *again), "a commit reads as it was written");
  Ensure(WriteCommit(*again) == written, "and is written again alike");
  Snapshot snapshot;
  snapshot.Apply(0, *commit);
  for (const Part& part : commit->added) {
    Ensure(snapshot.live.contains(part.path), "what a commit adds is live");
    const std::string name = DecodePath(part.path);
    Ensure(DecodePath(EncodePath(name)) == name, "a name comes back from its path");
  }
  if (commit->metadata) CheckSchema(commit->metadata->schema, *commit->metadata);
  return 0;
}
