#include "generate/document_maker.h"

#include <algorithm>

#include "base/json_text.h"
#include "generate/damage.h"
#include "generate/file_names.h"

namespace roost::generate {

namespace {

// Columns are computed for so many documents at a time: long enough to be done in straight loops,
// short enough for the second-level cache.
constexpr uint64_t kChunk = 32;

std::string NameInStream(const Program& program, uint64_t, int table) {
  bool by_table = program.world->pack == world::World::Pack::kTables;
  return StreamFileName(*program.world, program.table(by_table ? table : kDocument).name, 0);
}

std::string Quoted(std::string_view text) {
  std::string json;
  AppendJsonString(json, text);
  return json;
}

}  // namespace

void MadeDocuments::Clear() {
  bytes.Clear();
  pieces.clear();
  truth.clear();
  rows = faults = 0;
}

DocumentMaker::DocumentMaker(const Program& program, bool streamed)
    : program_(program),
      file_of_(streamed ? NameInStream : DocumentFileName),
      chunk_(program),
      writer_(program),
      planter_(program, writer_) {}

void DocumentMaker::Make(uint64_t first, uint64_t count, MadeDocuments* made) {
  for (uint64_t done = 0; done < count; done += kChunk) {
    MakeChunk(first + done, std::min(kChunk, count - done), made);
  }
}

void DocumentMaker::MakeChunk(uint64_t first, uint64_t count, MadeDocuments* made) {
  chunk_.Fill(first, count);
  writer_.Begin(chunk_);
  truth_.assign(count, "");
  if (!program_.validation) planter_.ForgetRules(chunk_);
  if (program_.faults) planter_.Plant(chunk_, file_of_, &truth_);
  if (program_.faults || !program_.validation) writer_.Begin(chunk_);
  bool documents = program_.world->pack == world::World::Pack::kDocuments;
  for (size_t d = 0; d < count; ++d) {
    documents ? AddDocument(d, made) : AddLines(d, made);
    made->truth += truth_[d];
    made->faults += static_cast<uint64_t>(std::count(truth_[d].begin(), truth_[d].end(), '\n'));
  }
  for (size_t t = 0; t < program_.tables.size(); ++t) {
    made->rows += chunk_.rows(static_cast<int>(t)).set->rows().size();
  }
}

void DocumentMaker::AddDocument(size_t d, MadeDocuments* made) {
  uint64_t iteration = chunk_.first() + d;
  size_t begin = made->bytes.size();
  writer_.WriteDocument(d, made->bytes);
  auto tell = [&](const std::string& members, const std::string& file) {
    truth_[d] += "{\"iteration\":" + std::to_string(iteration) + ",\"file\":" + Quoted(file) + "," +
                 members + "}\n";
  };
  std::string file = file_of_(program_, iteration, kDocument);
  if (program_.faults) {
    std::string damage = DamageDocument(program_, iteration, begin, made->bytes);
    if (!damage.empty()) tell(damage, file);
  }
  made->bytes.Push('\n');
  size_t end = made->bytes.size();
  made->pieces.push_back({iteration, kDocument, false, begin, end});
  if (!program_.faults || !program_.faults->Hits(Fault::kDuplicateFile, kDocument, iteration))
    return;
  made->pieces.push_back({iteration, kDocument, true, begin, end});
  bool streamed = file_of_ == NameInStream;
  tell("\"kind\":\"duplicate_file\",\"path\":\"$\",\"before\":null,\"after\":{\"copy_of\":" +
           Quoted(file) + "}",
       streamed ? file : CopyFileName(program_, iteration, kDocument));
}

void DocumentMaker::AddLines(size_t d, MadeDocuments* made) {
  for (size_t t = 0; t < program_.tables.size(); ++t) {
    int table = static_cast<int>(t);
    size_t begin = made->bytes.size();
    writer_.WriteLines(table, d, made->bytes);
    bool nothing_to_say = program_.table(table).columns.empty() || begin == made->bytes.size();
    if (table == kDocument && program_.table(table).columns.empty()) made->bytes.SetSize(begin);
    if (!nothing_to_say)
      made->pieces.push_back({chunk_.first() + d, table, false, begin, made->bytes.size()});
  }
}

}  // namespace roost::generate
