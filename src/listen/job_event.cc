#include "listen/job_event.h"

#include <charconv>
#include <optional>

namespace roost::listen {
namespace {

constexpr size_t kLongestLine = 1 << 20;  // longer ones are no log's
constexpr int64_t kMostNumber = 999;      // of an event

/// Takes a whole number off the front of `text`, with its sign.
std::optional<int64_t> TakeNumber(std::string_view& text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return value;
}

bool TakeText(std::string_view& text, std::string_view wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(wanted.size());
  return true;
}

}  // namespace

std::vector<JobEvent> EventParser::Take(std::string_view bytes) {
  std::vector<JobEvent> events;
  for (size_t end = 0; (end = bytes.find('\n')) != std::string_view::npos;) {
    std::string_view line = bytes.substr(0, end);
    if (!partial_.empty()) {
      partial_.append(line);
      line = partial_;
    }
    if (line.ends_with('\r')) line.remove_suffix(1);
    TakeLine(line, events);
    partial_.clear();
    bytes.remove_prefix(end + 1);
  }
  partial_.append(bytes);
  if (partial_.size() > kLongestLine) partial_.resize(kLongestLine);
  return events;
}

void EventParser::Restart() {
  if (block_ != Block::kNone) stray_lines_ += event_lines_;
  block_ = Block::kNone;
  partial_.clear();
}

void EventParser::TakeLine(std::string_view line, std::vector<JobEvent>& events) {
  if (block_ != Block::kNone && IsEnd(line)) {
    block_ = Block::kNone;
    return Finish(events);
  }
  const uint64_t unfinished = block_ == Block::kNone ? 0 : event_lines_;
  if (Begin(line)) {
    stray_lines_ += unfinished;
    event_lines_ = 1;
  } else if (block_ != Block::kNone) {
    ++event_lines_;
    TakeField(line);
  } else if (line != "..." && !line.empty()) {
    ++stray_lines_;
  }
}

void EventParser::Finish(std::vector<JobEvent>& events) {
  if (event_.number < 0) return;
  event_.is_normal_end &= event_.number == 5;
  if (cluster_ >= 0 && proc_ >= 0) {
    event_.job = JobId{static_cast<uint64_t>(cluster_), static_cast<uint64_t>(proc_)};
  }
  events.push_back(event_);
}

bool EventParser::Begin(std::string_view line) {
  if (BeginText(line)) return true;
  if (line != "{" && line != "<c>") return false;
  block_ = line == "{" ? Block::kJson : Block::kXml;
  event_ = {};
  cluster_ = proc_ = -1;
  return true;
}

// The date behind the job's number is not looked at.
bool EventParser::BeginText(std::string_view line) {
  if (line.size() < 3 || line[0] < '0' || line[0] > '9') return false;
  const auto number = TakeNumber(line);
  if (!number || *number > kMostNumber || !TakeText(line, " (")) return false;
  const auto cluster = TakeNumber(line);
  if (!cluster || !TakeText(line, ".")) return false;
  const auto proc = TakeNumber(line);
  if (!proc || !TakeText(line, ".")) return false;
  if (!TakeNumber(line) || !TakeText(line, ") ")) return false;
  event_ = {};
  event_.number = static_cast<int>(*number);
  cluster_ = *cluster;
  proc_ = *proc;
  block_ = Block::kText;
  return true;
}

bool EventParser::IsEnd(std::string_view line) const {
  return line == (block_ == Block::kText ? "..." : block_ == Block::kJson ? "}" : "</c>");
}

void EventParser::TakeField(std::string_view line) {
  if (block_ == Block::kText) {
    if (event_.number == 5) event_.is_normal_end |= line.starts_with("\t(1) Normal termination");
    return;
  }
  const size_t form = block_ == Block::kJson ? 0 : 1;
  static constexpr std::string_view kNumber[] = {"  \"EventTypeNumber\": ",
                                                 "    <a n=\"EventTypeNumber\"><i>"};
  static constexpr std::string_view kCluster[] = {"  \"Cluster\": ", "    <a n=\"Cluster\"><i>"};
  static constexpr std::string_view kProc[] = {"  \"Proc\": ", "    <a n=\"Proc\"><i>"};
  if (TakeText(line, kNumber[form])) {
    const int64_t number = TakeNumber(line).value_or(-1);
    event_.number = number <= kMostNumber ? static_cast<int>(number) : -1;
  } else if (TakeText(line, kCluster[form])) {
    cluster_ = TakeNumber(line).value_or(-1);
  } else if (TakeText(line, kProc[form])) {
    proc_ = TakeNumber(line).value_or(-1);
  }
  event_.is_normal_end |= line.starts_with("  \"TerminatedNormally\": true") ||
                          line.starts_with("    <a n=\"TerminatedNormally\"><b v=\"t\"");
}

}  // namespace roost::listen
