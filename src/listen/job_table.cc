#include "listen/job_table.h"

#include <algorithm>
#include <charconv>

namespace roost::listen {
namespace {

constexpr int kSubmit = 0, kTerminated = 5, kAborted = 9;
constexpr size_t kMostDigits = 18;

}  // namespace

Result<JobTemplate> JobTemplate::Parse(const std::string& text) {
  JobTemplate made;
  made.has_slash_ = text.find('/') != std::string::npos;
  bool has_cluster = false;
  for (size_t at = 0; at < text.size();) {
    const char first = text[at];
    if (first == '{') {
      const size_t end = text.find('}', at);
      if (end == std::string::npos) {
        return Status::Invalid("--job-from '", text, "': a { has no }");
      }
      const std::string name = text.substr(at + 1, end - at - 1);
      ROOST_TRY(made.AddName(name, text));
      has_cluster |= name == "cluster";
      at = end + 1;
    } else if (first == '*') {
      made.pieces_.push_back({Kind::kAny, ""});
      ++at;
    } else {
      const size_t end = std::min(text.find_first_of("{*", at), text.size());
      made.pieces_.push_back({Kind::kText, text.substr(at, end - at)});
      at = end;
    }
  }
  if (has_cluster) return made;
  return Status::Invalid("--job-from '", text,
                         "' does not say where the cluster is; write it like "
                         "'result_{cluster}_{proc}.json'");
}

Status JobTemplate::AddName(std::string_view name, const std::string& text) {
  if (name != "cluster" && name != "proc") {
    return Status::Invalid("--job-from '", text, "': {", std::string(name),
                           "} is unknown; there are {cluster}, {proc} and *");
  }
  const Kind kind = name == "cluster" ? Kind::kCluster : Kind::kProc;
  for (const Piece& piece : pieces_) {
    if (piece.kind != kind) continue;
    return Status::Invalid("--job-from '", text, "' has {", std::string(name), "} twice");
  }
  pieces_.push_back({kind, ""});
  return Status::OK();
}

std::optional<JobId> JobTemplate::Match(std::string_view path) const {
  if (!has_slash_) path = path.substr(path.rfind('/') + 1);
  JobId job;
  if (MatchFrom(0, path, job)) return job;
  return std::nullopt;
}

bool JobTemplate::MatchFrom(size_t piece, std::string_view rest, JobId& job) const {
  if (piece == pieces_.size()) return rest.empty();
  const Piece& wanted = pieces_[piece];
  if (wanted.kind == Kind::kText) {
    return rest.starts_with(wanted.text) &&
           MatchFrom(piece + 1, rest.substr(wanted.text.size()), job);
  }
  if (wanted.kind != Kind::kAny) return MatchNumber(piece, rest, job);
  const size_t most = std::min(rest.find('/'), rest.size());
  for (size_t count = 0; count <= most; ++count) {
    if (MatchFrom(piece + 1, rest.substr(count), job)) return true;
  }
  return false;
}

bool JobTemplate::MatchNumber(size_t piece, std::string_view rest, JobId& job) const {
  const size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  uint64_t& number = pieces_[piece].kind == Kind::kCluster ? job.cluster : job.process;
  for (size_t count = std::min(digits, kMostDigits); count > 0; --count) {
    std::from_chars(rest.data(), rest.data() + count, number);
    if (MatchFrom(piece + 1, rest.substr(count), job)) return true;
  }
  return false;
}

// Late events of a job that is over (a POST script, an image size) leave it so; only a submission
// makes a new job of the number, as in a pool that was set up anew.
void JobTable::Note(const std::vector<JobEvent>& events) {
  for (const JobEvent& event : events) {
    if (!event.job) continue;
    JobStanding& standing = jobs_[*event.job];
    if (event.number == kTerminated) {
      standing = event.is_normal_end ? JobStanding::kDone : JobStanding::kKilled;
    } else if (event.number == kAborted) {
      standing = JobStanding::kAborted;
    } else if (event.number == kSubmit || standing == JobStanding::kUnknown) {
      standing = JobStanding::kRunning;
    }
  }
}

JobStanding JobTable::Of(const JobId& job) const {
  const auto found = jobs_.find(job);
  return found == jobs_.end() ? JobStanding::kUnknown : found->second;
}

}  // namespace roost::listen
