// Unpacks gzip and zstd, piece by piece, also where several members or frames stand in a row.
//
// Not thread-safe; one decoder for one file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/status.h"
#include "read/reader.h"

namespace roost::read {

using Compression = FileFacts::Compression;

/// What the first bytes of a file say; four are enough. A format that roost cannot unpack (bzip2,
/// xz, lz4, zip) is an error that names it.
Result<Compression> FindCompression(std::string_view head);
constexpr size_t kMagicBytes = 6;

class Decoder {
 public:
  static std::unique_ptr<Decoder> Make(Compression compression);
  virtual ~Decoder() = default;

  struct Progress {
    size_t consumed = 0, produced = 0;
  };
  /// Unpacks from `packed` to `to` until one of them is used up. Corrupt input is an error, told
  /// only once everything before it has been handed out.
  virtual Result<Progress> Decode(std::string_view packed, char* to, size_t room) = 0;
  /// True where the file may end: between members.
  virtual bool may_end() const = 0;
};

}  // namespace roost::read
