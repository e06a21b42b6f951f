#include "export/output_names.h"

#include <arrow/util/utf8.h>

#include <vector>

namespace roost::exporting {

namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/// Takes %XX of bytes above ASCII back. Text that would have been UTF-8 all along was not encoded:
/// then the % is a % of the file's own name.
std::string DecodeBytes(std::string_view path) {
  std::string decoded;
  for (size_t i = 0; i < path.size(); ++i) {
    int high = path[i] == '%' && i + 2 < path.size() ? HexDigit(path[i + 1]) : -1;
    int low = high >= 8 ? HexDigit(path[i + 2]) : -1;
    decoded.push_back(low < 0 ? path[i] : static_cast<char>(high << 4 | low));
    if (low >= 0) i += 2;
  }
  arrow::util::InitializeUTF8();
  return arrow::util::ValidateUTF8(decoded) ? std::string(path) : decoded;
}

bool EndsWithoutCase(std::string_view text, std::string_view ending) {
  if (text.size() <= ending.size()) return false;
  for (size_t i = 0; i < ending.size(); ++i) {
    char c = text[text.size() - ending.size() + i];
    if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != ending[i]) return false;
  }
  return true;
}

/// The steps of a path that stay inside whatever folder they start in.
std::vector<std::string> ConfinedSteps(std::string_view path) {
  std::vector<std::string> steps;
  while (!path.empty()) {
    std::string_view step = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), step.size() + 1));
    if (step.empty() || step == ".") continue;
    steps.emplace_back(step == ".." ? "__" : step);
  }
  return steps;
}

/// `name` with ".<number>" before its ending.
std::string Numbered(const std::string& name, int number) {
  size_t base = name.rfind('/') + 1;  // 0 without a slash
  size_t dot = name.rfind('.');
  if (dot == std::string::npos || dot <= base) dot = name.size();
  return name.substr(0, dot) + "." + std::to_string(number) + name.substr(dot);
}

}  // namespace

std::string OutputNames::FreeFolder(const std::string& wanted) {
  std::string name = wanted;
  for (int i = 2; files_.contains(name); ++i) name = wanted + "." + std::to_string(i);
  folders_.insert(name);
  return name;
}

std::string OutputNames::FreeFile(const std::string& wanted) const {
  std::string name = wanted;
  for (int i = 2; files_.contains(name) || folders_.contains(name); ++i) {
    name = Numbered(wanted, i);
  }
  return name;
}

std::string OutputNames::Add(std::string_view ledger_path, bool was_compressed) {
  std::vector<std::string> steps = ConfinedSteps(DecodeBytes(ledger_path));
  if (steps.empty()) steps.push_back("_");
  std::string& last = steps.back();
  if (ledger_path == "-") last = "stdin.json";
  if (was_compressed && EndsWithoutCase(last, ".gz")) last.resize(last.size() - 3);
  if (was_compressed && EndsWithoutCase(last, ".zst")) last.resize(last.size() - 4);
  std::string folder;
  for (size_t i = 0; i + 1 < steps.size(); ++i) folder = FreeFolder(folder + steps[i]) + "/";
  std::string name = FreeFile(folder + last);
  files_.insert(name);
  return name;
}

}  // namespace roost::exporting
