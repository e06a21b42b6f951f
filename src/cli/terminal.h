// Prints to people: errors, numbers with units, a progress line, and clean stops on Ctrl-C.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/escape.h"
#include "base/figures.h"
#include "roost/roost.h"
#include "roost/status.h"

namespace roost::cli {

/// Prints `roost: message` to standard error and returns the exit code that fits the status.
ExitCode PrintError(const Status& status);

/// Columns aligned by the widest cell; cells of numeric columns are set to the right.
std::string FormatTable(const std::vector<std::string>& header,
                        const std::vector<std::vector<std::string>>& rows,
                        const std::vector<bool>& numeric);

/// Width of the terminal behind standard output, or 0 where there is none.
unsigned TerminalWidth();
/// Whether standard output is a terminal, and NO_COLOR is not set.
bool ShowsColours();

/// "512MB", "2g", "1048576" -> bytes. Decimal units, as everywhere in roost's output; KiB, MiB and
/// GiB are binary.
Result<uint64_t> ParseBytes(const std::string& text);

/// What a progress line says after `seconds`.
using ProgressText = std::string (*)(const Progress& progress, double seconds);
/// 10,000 of 20,000 files  128 MB  310 MB/s  0.41 s left
std::string ReadingText(const Progress& progress, double seconds);
/// [##########          ]  50 %  10,000 of 20,000 files  51,230 files/s  402 MB/s
std::string WritingText(const Progress& progress, double seconds);

/// Shows how far a run has come on one line of standard error; silent if that is no terminal.
class ProgressLine {
 public:
  ProgressLine(bool enabled, ProgressText text);
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine();
  void Show(const Progress& progress);
  /// Shows a text that is made elsewhere, as wide as the terminal at most.
  void ShowText(std::string_view text);
  /// Takes the line away, before something else is printed.
  void Clear();

 private:
  bool enabled_;
  ProgressText text_;
  double started_;
  double shown_ = 0;
};

/// From now on the first SIGINT or SIGTERM only sets a flag; a second one ends the program.
void CatchInterrupts();
bool WasInterrupted();

}  // namespace roost::cli
