#include "read/path_text.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

namespace roost::read {
namespace {

std::vector<std::string_view> Steps(std::string_view path) {
  std::vector<std::string_view> steps;
  while (!path.empty()) {
    const std::string_view step = path.substr(0, path.find('/'));
    if (!step.empty() && step != ".") steps.push_back(step);
    path.remove_prefix(std::min(path.size(), step.size() + 1));
  }
  return steps;
}

std::string Text(const std::vector<std::string_view>& steps, bool is_absolute) {
  std::string text = is_absolute ? "/" : "";
  for (std::string_view step : steps) {
    if (!text.empty() && text.back() != '/') text.push_back('/');
    text.append(step);
  }
  if (text.empty()) return ".";
  return text == "-" ? "./-" : text;
}

bool LeadToOnePlace(const std::string& a, const std::string& b) {
  struct stat one, other;
  return ::stat(a.c_str(), &one) == 0 && ::stat(b.c_str(), &other) == 0 &&
         one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

}  // namespace

std::string NormalPath(const std::string& path) {
  const bool is_absolute = path.starts_with('/');
  const std::vector<std::string_view> steps = Steps(path);
  std::vector<std::string_view> shorter;
  for (std::string_view step : steps) {
    const bool goes_back = step == ".." && !shorter.empty() && shorter.back() != "..";
    if (goes_back)
      shorter.pop_back();
    else
      shorter.push_back(step);
  }
  std::string text = Text(steps, is_absolute);
  if (shorter.size() == steps.size()) return text;
  std::string short_text = Text(shorter, is_absolute);
  return LeadToOnePlace(text, short_text) ? short_text : text;
}

// Called for very many files: the system's answer is taken as text, and most are as they should be.
std::string AbsolutePath(const std::string& path) {
  std::string absolute = path;
  if (!path.starts_with('/')) {
    char here[PATH_MAX];
    if (!::getcwd(here, sizeof here)) return path;
    absolute = here;
    absolute += '/';
    absolute += path;
  }
  const bool is_normal = absolute.find("//") == absolute.npos &&
                         absolute.find("/.") == absolute.npos && !absolute.ends_with('/');
  return is_normal ? absolute : std::filesystem::path(absolute).lexically_normal().string();
}

std::string JoinPath(std::string_view folder, std::string_view name) {
  std::string path;
  if (folder != ".") path.append(folder);
  if (!path.empty() && path.back() != '/') path.push_back('/');
  path.append(name);
  return path == "-" ? "./-" : path;
}

bool IsGlob(std::string_view path) { return path.find_first_of("*?[") != std::string_view::npos; }

}  // namespace roost::read
