#include "export/output_file.h"

#include <unistd.h>

#include <atomic>

namespace roost::exporting {

Result<OutputFile> OutputFile::Create(const std::string& path) {
  static std::atomic<uint64_t> count{0};
  // Short whatever the name is: names may be as long as the file system takes.
  std::string temporary = path.substr(0, path.rfind('/') + 1) + ".roost-" +
                          std::to_string(::getpid()) + "-" + std::to_string(count++);
  ROOST_ASSIGN(disk::File file, disk::File::Create(temporary));
  return OutputFile(path, std::move(temporary), std::move(file));
}

OutputFile::~OutputFile() {
  // A moved-from object has no names left; a finished one no file.
  if (file_ && !temporary_.empty()) {
    (void)file_->Close();
    (void)disk::RemoveFile(temporary_);
  }
}

Status OutputFile::WriteOut() {
  ROOST_TRY(file_->Write(text_));
  bytes_ += text_.size();
  text_.clear();
  return Status::OK();
}

Status OutputFile::Finish() {
  ROOST_TRY(WriteOut());
  ROOST_TRY(file_->Close());
  ROOST_TRY(disk::Rename(temporary_, path_));
  file_.reset();
  return Status::OK();
}

}  // namespace roost::exporting
