#include "cli/generate_progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "cli/terminal.h"

namespace roost::cli {

namespace {

constexpr double kPauseSeconds = 0.1;  // between two looks of the line
constexpr size_t kBarCells = 20;

double Now() {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

std::string Rate(uint64_t count, double seconds) {
  return FormatCount(static_cast<uint64_t>(static_cast<double>(count) / seconds));
}

}  // namespace

std::string GenerateProgressText(const Progress& progress, double seconds) {
  seconds = std::max(seconds, 1e-3);
  uint64_t total = std::max<uint64_t>(progress.files_total, 1);
  double share = static_cast<double>(progress.files_done) / static_cast<double>(total);
  auto cells = std::min(kBarCells, static_cast<size_t>(share * static_cast<double>(kBarCells)));
  std::string line = fmt::format(
      "[{}{}] {:3.0f} %  {} of {} files  {} files/s", std::string(cells, '#'),
      std::string(kBarCells - cells, ' '), share * 100, FormatCount(progress.files_done),
      FormatCount(progress.files_total), Rate(progress.files_done, seconds));
  if (progress.bytes_done == 0) return line + "  " + Rate(progress.rows, seconds) + " rows/s";
  auto rate = static_cast<uint64_t>(static_cast<double>(progress.bytes_done) / seconds);
  return line + "  " + FormatBytes(rate) + "/s";
}

GenerateProgress::GenerateProgress(bool enabled)
    : enabled_(enabled && isatty(STDERR_FILENO)), started_(Now()) {}

GenerateProgress::~GenerateProgress() {
  if (enabled_ && shown_ > 0) std::fputs("\r\x1b[K", stderr);
}

void GenerateProgress::Show(const Progress& progress) {
  double now = Now();
  if (!enabled_ || now - shown_ < kPauseSeconds) return;
  shown_ = now;
  std::fprintf(stderr, "\r\x1b[K%s", GenerateProgressText(progress, now - started_).c_str());
  std::fflush(stderr);
}

}  // namespace roost::cli
