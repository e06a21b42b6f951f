#include "cli/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace roost::cli {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void OnInterrupt(int signal_number) {
  if (interrupted) {
    std::signal(signal_number, SIG_DFL);
    std::raise(signal_number);
  }
  interrupted = 1;
}

constexpr double kPauseSeconds = 0.1;  // between two looks of a progress line

uint64_t PerSecond(uint64_t count, double seconds) {
  return static_cast<uint64_t>(static_cast<double>(count) / seconds);
}

double Now() {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

/// Columns that a UTF-8 text takes, each code point counted as one.
size_t Width(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace

ExitCode PrintError(const Status& status) {
  // Line by line: DuckDB points into a query.
  const std::string& message = status.message();
  std::string text = "roost: ";
  for (size_t at = 0, end = 0; at <= message.size(); at = end + 1) {
    end = std::min(message.find('\n', at), message.size());
    text += Printable(std::string_view(message).substr(at, end - at)) + "\n";
  }
  std::fputs(text.c_str(), stderr);
  if (status.IsCancelled()) return ExitCode::kInterrupted;
  if (status.IsInvalid() || status.IsKeyError() || status.IsTypeError()) return ExitCode::kUsage;
  return status.IsUnknownError() ? ExitCode::kBug : ExitCode::kUnreadable;
}

std::string FormatTable(const std::vector<std::string>& header,
                        const std::vector<std::vector<std::string>>& rows,
                        const std::vector<bool>& numeric) {
  std::vector<size_t> widths;
  for (const std::string& cell : header) widths.push_back(Width(cell));
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  std::string out;
  auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (size_t i = 0; i < cells.size(); ++i) {
      std::string padding(widths[i] - Width(cells[i]), ' ');
      text += "  ";
      text += numeric[i] ? padding + cells[i] : cells[i] + padding;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  };
  line(header);
  for (const auto& row : rows) line(row);
  return out;
}

unsigned TerminalWidth() {
  winsize size{};
  if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

bool ShowsColours() {
  const char* refused = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) && (refused == nullptr || *refused == '\0');
}

Result<uint64_t> ParseBytes(const std::string& text) {
  size_t used = 0;
  double value = -1;
  try {
    value = std::stod(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  std::string unit = text.substr(used);
  for (char& c : unit) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  double factor = -1;
  for (auto [name, size] : {std::pair{"", 1.0},
                            {"b", 1.0},
                            {"k", 1e3},
                            {"kb", 1e3},
                            {"m", 1e6},
                            {"mb", 1e6},
                            {"g", 1e9},
                            {"gb", 1e9},
                            {"t", 1e12},
                            {"tb", 1e12},
                            {"kib", 1024.0},
                            {"mib", 1048576.0},
                            {"gib", 1073741824.0}}) {
    if (unit == name) factor = size;
  }
  if (used == 0 || !(value >= 0) || factor < 0 || value * factor > 9e18) {
    return Status::Invalid("'", text, "' is no size: write it like 512MB, 2GB or 1048576");
  }
  return static_cast<uint64_t>(value * factor);
}

std::string ReadingText(const Progress& progress, double seconds) {
  std::string line =
      fmt::format("{} of {} files  {}  {}/s", FormatCount(progress.files_done),
                  FormatCount(progress.files_total), FormatBytes(progress.bytes_done),
                  FormatBytes(PerSecond(progress.bytes_done, seconds)));
  if (progress.bytes_total > progress.bytes_done && progress.bytes_done > 0) {
    auto done = static_cast<double>(progress.bytes_done);
    double left = seconds * (static_cast<double>(progress.bytes_total) - done) / done;
    line += "  " + FormatSeconds(left) + " left";
  }
  return line;
}

std::string WritingText(const Progress& progress, double seconds) {
  constexpr size_t kBarCells = 20;
  uint64_t total = std::max<uint64_t>(progress.files_total, 1);
  double share = static_cast<double>(progress.files_done) / static_cast<double>(total);
  auto cells = std::min(kBarCells, static_cast<size_t>(share * static_cast<double>(kBarCells)));
  std::string line = fmt::format(
      "[{}{}] {:3.0f} %  {} of {} files  {} files/s", std::string(cells, '#'),
      std::string(kBarCells - cells, ' '), share * 100, FormatCount(progress.files_done),
      FormatCount(progress.files_total), FormatCount(PerSecond(progress.files_done, seconds)));
  if (progress.bytes_done == 0) {
    return line + "  " + FormatCount(PerSecond(progress.rows, seconds)) + " rows/s";
  }
  return line + "  " + FormatBytes(PerSecond(progress.bytes_done, seconds)) + "/s";
}

ProgressLine::ProgressLine(bool enabled, ProgressText text)
    : enabled_(enabled && isatty(STDERR_FILENO)), text_(text), started_(Now()) {}

ProgressLine::~ProgressLine() { Clear(); }

void ProgressLine::Clear() {
  if (enabled_ && shown_ > 0) std::fputs("\r\x1b[K", stderr);
  shown_ = 0;
}

void ProgressLine::ShowText(std::string_view text) {
  double now = Now();
  if (!enabled_ || now - shown_ < kPauseSeconds) return;
  shown_ = now;
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1) {
    text = text.substr(0, size.ws_col - 1u);
  }
  std::fprintf(stderr, "\r\x1b[K%.*s", static_cast<int>(text.size()), text.data());
  std::fflush(stderr);
}

void ProgressLine::Show(const Progress& progress) {
  double now = Now();
  if (!enabled_ || now - shown_ < kPauseSeconds) return;
  shown_ = now;
  std::fprintf(stderr, "\r\x1b[K%s", text_(progress, std::max(now - started_, 1e-3)).c_str());
  std::fflush(stderr);
}

void CatchInterrupts() {
  struct sigaction action{};
  action.sa_handler = OnInterrupt;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // A reader that left, or a file that grew too large, is an error of the call that writes.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

bool WasInterrupted() { return interrupted != 0; }

}  // namespace roost::cli
