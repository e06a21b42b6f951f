// Puts made documents where they belong: a file each, or one stream.
//
// Files get their names when they are complete, unless they are to be grown in place. What was not
// finished leaves nothing behind.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "generate/document_maker.h"

namespace roost::generate {

struct SinkOptions {
  std::string folder;
  const world::World* world = nullptr;
  uint64_t start = 0;
  bool in_place = false;
  std::function<Status(std::string_view)> write;  // streams: in place of files
};

class Sink {
 public:
  virtual ~Sink() = default;
  /// For streams: called in the order of the documents; finds the places for Write. Not by two
  /// threads at once.
  virtual Status Reserve(const MadeDocuments& made, std::vector<uint64_t>* places) = 0;
  /// Writes the documents; by any thread.
  virtual Status Write(const Program& program, const MadeDocuments& made,
                       const std::vector<uint64_t>& places) = 0;
  /// Gives streams their names.
  virtual Status Finish() = 0;
  virtual uint64_t files() const = 0;
};

Result<std::unique_ptr<Sink>> MakeFileSink(SinkOptions options);
Result<std::unique_ptr<Sink>> MakeStreamSink(SinkOptions options);

/// Makes the folder and those above it.
Status MakeFolders(const std::string& folder);

/// Writes a whole small file, which has its name only once it is complete.
Status WriteWholeFile(const std::string& path, std::string_view bytes);

}  // namespace roost::generate
