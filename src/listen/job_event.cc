#include "listen/job_event.h"

#include <charconv>
#include <optional>

namespace roost::listen {
namespace {

constexpr size_t kLongestLine = 1 << 20;  // longer ones are no log's

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

/// The value of a field if the line is this field's: `begin` is all that stands before the value.
std::optional<std::string_view> FieldOf(std::string_view line, std::string_view begin) {
  if (!TakeText(line, begin)) return std::nullopt;
  return line;
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
    event_.is_normal_end &= event_.number == 5;
    if (event_.number >= 0) events.push_back(event_);
    return;
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

bool EventParser::Begin(std::string_view line) {
  if (BeginText(line)) return true;
  if (line != "{" && line != "<c>") return false;
  block_ = line == "{" ? Block::kJson : Block::kXml;
  event_ = {};
  return true;
}

// The date behind the job's number is not looked at.
bool EventParser::BeginText(std::string_view line) {
  if (line.size() < 3 || line[0] < '0' || line[0] > '9') return false;
  JobEvent event;
  const auto number = TakeNumber(line);
  if (!number || *number > 999 || !TakeText(line, " (")) return false;
  const auto cluster = TakeNumber(line);
  if (!cluster || !TakeText(line, ".")) return false;
  const auto proc = TakeNumber(line);
  if (!proc || !TakeText(line, ".")) return false;
  if (!TakeNumber(line) || !TakeText(line, ") ")) return false;
  event.number = static_cast<int>(*number);
  event.job = {*cluster, *proc};
  event_ = event;
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
  struct Field {
    std::string_view json, xml;
    void (*set)(JobEvent& event, int64_t value);
  };
  static constexpr Field kFields[] = {
      {"  \"EventTypeNumber\": ", "    <a n=\"EventTypeNumber\"><i>",
       [](JobEvent& event, int64_t value) { event.number = static_cast<int>(value); }},
      {"  \"Cluster\": ", "    <a n=\"Cluster\"><i>",
       [](JobEvent& event, int64_t value) { event.job.cluster = value; }},
      {"  \"Proc\": ", "    <a n=\"Proc\"><i>",
       [](JobEvent& event, int64_t value) { event.job.proc = value; }},
  };
  for (const Field& field : kFields) {
    auto text = FieldOf(line, block_ == Block::kJson ? field.json : field.xml);
    if (!text) continue;
    if (const auto value = TakeNumber(*text)) field.set(event_, *value);
    return;
  }
  event_.is_normal_end |= line.starts_with("  \"TerminatedNormally\": true") ||
                          line.starts_with("    <a n=\"TerminatedNormally\"><b v=\"t\"");
}

}  // namespace roost::listen
