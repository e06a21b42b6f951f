#include "ingest/root_names.h"

#include <algorithm>
#include <filesystem>
#include <unordered_map>

#include "shred/path.h"

namespace roost::ingest {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWord(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::string_view DropEndings(std::string_view name) {
  for (bool dropped = true; dropped;) {
    dropped = false;
    for (std::string_view ending : {".gz", ".zst", ".json", ".jsonl", ".ndjson"}) {
      if (name.size() > ending.size() && name.ends_with(ending)) {
        name.remove_suffix(ending.size());
        dropped = true;
      }
    }
  }
  return name;
}

/// What stands before the first token with a digit, without the separators that end it.
std::string_view BeforeDigits(std::string_view stem) {
  size_t token = 0;
  for (size_t i = 0; i < stem.size(); ++i) {
    if (!IsWord(stem[i])) token = i + 1;
    if (IsDigit(stem[i])) {
      stem = stem.substr(0, token);
      break;
    }
  }
  while (!stem.empty() && !IsWord(stem.back())) stem.remove_suffix(1);
  return stem;
}

std::string FolderName(std::string_view path) {
  std::error_code ignored;
  auto folder = std::filesystem::absolute(std::filesystem::path(path), ignored).parent_path();
  return folder.filename().string();
}

}  // namespace

std::string RootNameOf(std::string_view path) {
  if (path == "-") return "document";
  size_t slash = path.rfind('/');
  std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  std::string_view stem = BeforeDigits(DropEndings(name));
  if (!stem.empty()) return shred::SanitizeName(stem);
  std::string folder = FolderName(path);
  return folder.empty() ? "document" : shred::SanitizeName(folder);
}

Result<RootNames> RootNames::Make(const read::FileList& files, const std::string& fixed) {
  RootNames roots;
  if (!fixed.empty()) {
    roots.names_.push_back(shred::SanitizeName(fixed));
    return roots;
  }
  std::unordered_map<std::string, uint32_t> numbers;
  roots.index_.reserve(files.size());
  for (const read::InputFile& file : files) {
    const std::string name = RootNameOf(file.path);
    auto found = numbers.find(name);
    if (found == numbers.end()) {
      if (numbers.size() == kMaxRoots) {
        return Status::Invalid("the names of the input files make more than ", kMaxRoots,
                               " root tables (", roots.names_.front(), ", ", roots.names_[1],
                               ", ..., ", name, "): give one name for all with --table NAME");
      }
      found = numbers.emplace(name, static_cast<uint32_t>(roots.names_.size())).first;
      roots.names_.push_back(name);
    }
    roots.index_.push_back(found->second);
  }
  if (roots.names_.size() <= 1) roots.index_.clear();
  if (roots.names_.empty()) roots.names_.push_back("document");
  return roots;
}

RootNames RootNames::Of(const std::vector<std::string>& names) {
  RootNames roots;
  std::unordered_map<std::string, uint32_t> numbers;
  for (const std::string& name : names) {
    auto [place, is_new] = numbers.emplace(name, static_cast<uint32_t>(roots.names_.size()));
    if (is_new) roots.names_.push_back(name);
    roots.index_.push_back(place->second);
  }
  return roots;
}

}  // namespace roost::ingest
