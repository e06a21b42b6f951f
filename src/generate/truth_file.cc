#include "generate/truth_file.h"

#include <algorithm>

#include "base/disk.h"
#include "base/json_text.h"
#include "generate/sink.h"
#include "generate/text_file.h"

namespace roost::generate {

namespace {

constexpr std::string_view kEnd = "\n]}\n";

std::string FirstLine(const TruthFile::Header& header) {
  std::string line = "{\"world\":";
  AppendJsonString(line, header.world);
  line += ",\"seed\":" + std::to_string(header.seed) + ",\"inject\":";
  AppendJsonString(line, header.inject);
  return line + ",\"faults\":[\n";
}

// The faults of a file's text, one on each line, without the commas between.
std::string WithoutCommas(std::string_view lines) {
  std::string out;
  while (!lines.empty()) {
    size_t end = std::min(lines.find(",\n"), lines.size());
    out.append(lines.substr(0, end)) += '\n';
    lines.remove_prefix(std::min(end + 2, lines.size()));
  }
  return out;
}

}  // namespace

Result<TruthFile> TruthFile::Make(const std::string& path, const Header& header, bool continues) {
  TruthFile truth(path, FirstLine(header));
  if (!continues) return truth;
  ROOST_ASSIGN(disk::EntryKind kind, disk::Look(path));
  if (kind == disk::EntryKind::kMissing) return truth;
  ROOST_ASSIGN(std::string before, ReadTextFile(path));
  if (!before.starts_with(truth.header_) || !before.ends_with(kEnd)) {
    return Status::Invalid(
        path,
        " is of a run with another world, seed or --inject; go on with those, or choose "
        "another --output-dir");
  }
  if (before.size() > truth.header_.size() + kEnd.size()) {
    size_t begin = truth.header_.size(), end = before.size() - kEnd.size();
    truth.lines_ = WithoutCommas(std::string_view(before).substr(begin, end - begin));
  }
  return truth;
}

Status TruthFile::Finish() {
  std::string text = header_;
  for (size_t at = 0; at < lines_.size();) {
    size_t end = lines_.find('\n', at);
    if (at > 0) text += ",\n";
    text.append(lines_, at, end - at);
    at = end + 1;
  }
  text += kEnd;
  return WriteWholeFile(path_, text);
}

}  // namespace roost::generate
