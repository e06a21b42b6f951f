// Any commit of the ledger is an entry, none or an error; an entry is the same when it is written
// and read again. A text that does not begin with a commitInfo is what stands in one under `roost`.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/delta_json.h"
#include "ledger/entry.h"
#include "tests/fuzz/law.h"

namespace {

using namespace roost::ledger;
using roost::fuzz::Ensure;

std::string Written(const Entry& entry) { return WriteCommit(CommitOf(entry, 7)); }

roost::Result<std::optional<Entry>> Read(std::string_view text) {
  const auto commit = ReadCommit(text, "here");
  if (!commit.ok()) return commit.status();
  return EntryOf(*commit, "here");
}

bool AreSame(const Take& a, const Take& b) {
  const InputFile &x = a.file, &y = b.file;
  return x.path == y.path && x.device == y.device && x.inode == y.inode && x.bytes == y.bytes &&
         x.born_ns == y.born_ns && x.modified_ns == y.modified_ns && a.by == b.by &&
         a.hash_low == b.hash_low && a.hash_high == b.hash_high &&
         a.first_number == b.first_number && a.numbers == b.numbers;
}

// They are written by folder, in the order in which they stand there.
bool AreSame(const std::vector<Take>& a, const std::vector<Take>& b) {
  std::map<std::string_view, std::vector<const Take*>> folders;
  for (const Take& take : a)
    folders[std::string_view(take.file.path).substr(0, take.file.path.rfind('/') + 1)].push_back(
        &take);
  auto other = b.begin();
  for (const auto& [folder, takes] : folders)
    for (const Take* take : takes)
      if (other == b.end() || !AreSame(*take, *other++)) return false;
  return other == b.end();
}

bool AreSame(const TableChange& a, const TableChange& b) {
  const bool has_same_schema =
      a.schema.has_value() == b.schema.has_value() &&
      (!a.schema || (a.schema->id == b.schema->id && a.schema->columns == b.schema->columns &&
                     a.schema->properties == b.schema->properties));
  return a.table == b.table && a.added == b.added && a.removed == b.removed && has_same_schema &&
         a.rewrites == b.rewrites && a.rearranges == b.rearranges;
}

bool AreSame(const Entry& a, const Entry& b) {
  bool are_same = a.writer == b.writer && a.operation == b.operation && a.versions == b.versions &&
                  a.note == b.note && a.ledger_parts == b.ledger_parts &&
                  a.tables.size() == b.tables.size() &&
                  a.ledger_removed.size() == b.ledger_removed.size();
  for (size_t i = 0; are_same && i < a.tables.size(); ++i)
    are_same = AreSame(a.tables[i], b.tables[i]);
  are_same &= a.takes_file.has_value() == b.takes_file.has_value();
  if (are_same && a.takes_file)
    are_same =
        a.takes_file->name == b.takes_file->name && a.takes_file->files == b.takes_file->files;
  return are_same && AreSame(a.takes, b.takes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  if (!text.starts_with("{\"commitInfo\"")) {
    std::erase(text, '\n');
    text = "{\"commitInfo\":{\"operation\":\"INGEST\",\"roost\":" + text + "}}";
  }
  const auto entry = Read(text);
  if (!entry.ok() || !*entry) return 0;
  const std::string written = Written(**entry);
  const auto again = Read(written);
  Ensure(again.ok() && *again && AreSame(**entry, **again), "an entry reads as it was written");
  Ensure(Written(**again) == written, "and is written again alike");
  return 0;
}
