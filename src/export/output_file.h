// Writes one file of an export: under another name beside its own, and renamed when it is whole.
//
// Text is collected in `text` and goes to disk when Drain is called and there is enough of it. The
// destructor removes what was not finished. Belongs to one thread.
#pragma once

#include <optional>
#include <string>

#include "base/disk.h"
#include "base/status.h"

namespace roost::exporting {

class OutputFile {
 public:
  static Result<OutputFile> Create(const std::string& path);
  OutputFile(OutputFile&& other) noexcept = default;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  std::string& text() { return text_; }
  /// Call it often: writes once 1 MB has come together.
  Status Drain() { return text_.size() < kEnough ? Status::OK() : WriteOut(); }
  /// Writes the rest and gives the file its name.
  Status Finish();
  /// Bytes written to disk so far.
  uint64_t bytes() const { return bytes_; }

 private:
  static constexpr size_t kEnough = 1 << 20;

  OutputFile(std::string path, std::string temporary, disk::File file)
      : path_(std::move(path)), temporary_(std::move(temporary)), file_(std::move(file)) {}
  Status WriteOut();

  std::string path_, temporary_;
  std::optional<disk::File> file_;  // none once finished
  std::string text_;
  uint64_t bytes_ = 0;
};

}  // namespace roost::exporting
