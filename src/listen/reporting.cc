// The part of Listener that tells how things stand.
#include "listen/listener.h"
#include "listen/moment.h"

namespace roost::listen {
namespace {

constexpr double kStatusSeconds = 0.2;
constexpr double kRateSeconds = 5;
constexpr double kToldSeconds = 60;  // the same problem is told again after so long
constexpr size_t kMostTold = 1000;

}  // namespace

void Listener::Tell(ListenEvent::Kind kind, std::string text) {
  if (!options_.on_event) return;
  ListenEvent event;
  event.kind = kind;
  event.text = std::move(text);
  options_.on_event(event);
}

void Listener::Problem(const std::string& text) {
  last_problem_ = text;
  const double now = Now();
  if (told_.size() > kMostTold) told_.clear();
  const auto [told, is_new] = told_.try_emplace(text, now);
  if (!is_new && now < told->second + kToldSeconds) return;
  told->second = now;
  Tell(ListenEvent::Kind::kProblem, text);
}

void Listener::TellBatch(const TakeReport& report) {
  if (!options_.on_event || report.version < 0) return;
  ListenEvent event;
  event.kind = ListenEvent::Kind::kBatch;
  event.version = report.version;
  event.batch = report.counts;
  event.seconds = report.seconds;
  options_.on_event(event);
}

ListenStatus Listener::StatusNow() {
  ListenStatus status;
  status.counts = counts_;
  status.seconds = Now() - started_;
  status.last_problem = last_problem_;
  const std::vector<size_t> pending = readiness_.Counts();
  auto count = [&](Pending kind) { return pending[static_cast<size_t>(kind)]; };
  status.ready = count(Pending::kInHand);
  status.of_others = count(Pending::kHeld);
  status.settling = count(Pending::kSettling);
  status.private_mode = count(Pending::kPrivate);
  status.waiting_for_job = count(Pending::kJob);
  status.torn = count(Pending::kTorn);
  status.unreadable = count(Pending::kUnreadable);
  status.files_per_second = rate_;
  return status;
}

void Listener::ShowStatus() {
  const double now = Now();
  if (!options_.on_status || now < next_status_) return;
  next_status_ = now + kStatusSeconds;
  if (now >= rate_at_ + kRateSeconds) {
    const auto files = static_cast<double>(counts_.files_taken - rate_files_);
    rate_ = rate_at_ > 0 ? files / (now - rate_at_) : 0;
    rate_at_ = now;
    rate_files_ = counts_.files_taken;
  }
  options_.on_status(StatusNow());
}

}  // namespace roost::listen
