#include "read/raw_text.h"

#include <algorithm>
#include <atomic>
#include <memory>

#include "base/buffer.h"
#include "read/source.h"

namespace roost::read {

Status ReadRawText(const InputFile& file, Spools* spools, uint64_t offset, uint64_t bytes,
                   const std::function<Status(std::string_view)>& take) {
  std::atomic<uint64_t> bytes_read = 0;
  ROOST_ASSIGN(const std::unique_ptr<Source> source, Source::Open(file, &bytes_read, spools));
  constexpr uint64_t kPiece = 1 << 20;
  Buffer<char> piece;
  piece.Reserve(kPiece);
  const uint64_t end = offset + bytes;
  for (uint64_t at = 0; at < end;) {
    // Up to where the part begins everything is only passed over.
    const uint64_t wanted = std::min(kPiece, (at < offset ? offset : end) - at);
    const size_t count = source->Read(piece.data(), wanted);
    if (count == 0) {
      ROOST_TRY(source->fault());
      return Status::Invalid("'", file.path, "' has become shorter: it ends at byte ", at,
                             ", before byte ", end);
    }
    if (at >= offset) ROOST_TRY(take({piece.data(), count}));
    at += count;
  }
  return Status::OK();
}

}  // namespace roost::read
