#include "export/output_names.h"

#include <algorithm>
#include <vector>

#include "base/byte_text.h"

namespace roost::exporting {

namespace {

constexpr size_t kMaxStepBytes = 255;

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
    std::string& kept = steps.emplace_back(step == ".." ? "__" : step);
    std::ranges::replace(kept, '\0', '_');
  }
  return steps;
}

/// `name` with ".<number>" before its ending, and as much less before that as the file system asks.
std::string Numbered(const std::string& name, int number) {
  size_t base = name.rfind('/') + 1;  // 0 without a slash
  size_t dot = name.rfind('.');
  if (dot == std::string::npos || dot <= base) dot = name.size();
  std::string end = "." + std::to_string(number) + name.substr(dot);
  size_t room = kMaxStepBytes - std::min(end.size(), kMaxStepBytes);
  return name.substr(0, std::min(dot, base + room)) + end;
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
