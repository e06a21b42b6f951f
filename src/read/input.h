// Finds the input files of a run.
//
// Files, folders (recursively) and globs become one list, sorted by path bytes and without
// repeats, so that the order of arguments changes nothing. Folder discovery takes
// *.json|jsonl|ndjson[.gz|.zst], leaves out names that begin with _ or . and counts what it left
// out; a file or glob that was named is taken whatever its name. "-" is standard input.
//
// Files in folders are listed, not looked at: a look costs a fifth of reading a small file. Linked
// folders are followed after all others, each only if nothing else led to it, so that links cannot
// lead in circles.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"
#include "read/file_list.h"

namespace roost::read {

struct DiscoveryOptions {
  std::string pattern;  // glob on the file's name instead of the default list of endings
};

struct Discovery {
  FileList files;
  bool knows_sizes = true;                    // all files were named and are regular
  uint64_t ignored_files = 0;                 // in folders, by name; a folder left out counts once
  std::vector<std::string> ignored_examples;  // the first 3
};

/// Lists the input. A name that does not exist, a glob that finds nothing, or a folder that cannot
/// be read is an error that names it; an empty folder is an empty list.
/// In globs * and ? do not match a slash or a first dot; ** stands for any number of folders.
Result<Discovery> Discover(const std::vector<std::string>& inputs, const DiscoveryOptions& options);

}  // namespace roost::read
