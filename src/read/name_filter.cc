#include "read/name_filter.h"

#include <fnmatch.h>

namespace roost::read {
namespace {

bool HasJsonEnding(std::string_view name) {
  for (std::string_view packed : {".gz", ".zst"}) {
    if (name.ends_with(packed)) {
      name.remove_suffix(packed.size());
      break;
    }
  }
  return name.ends_with(".json") || name.ends_with(".jsonl") || name.ends_with(".ndjson");
}

}  // namespace

bool NameFilter::IsHidden(std::string_view name) const {
  return (name[0] == '.' || name[0] == '_') && !(!pattern_.empty() && pattern_[0] == name[0]);
}

bool NameFilter::IsWanted(std::string_view name) const {
  if (pattern_.empty()) return HasJsonEnding(name);
  return ::fnmatch(pattern_.c_str(), std::string(name).c_str(), 0) == 0;
}

}  // namespace roost::read
