// Writes a chunk anew from spilled chunks whose type lost, or of which a column takes only a part.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "store/cast.h"
#include "store/compressor.h"
#include "store/page_encoder.h"

namespace roost::store {

/// Encodes `rows` rows into `chunk`, which is new, and finishes it. `path` has the source chunks.
Status Transcode(const std::string& path, Codec codec, std::vector<CastSource> sources,
                 shred::FinalType type, uint64_t rows, PageEncoder& encoder, OpenChunk& chunk);

}  // namespace roost::store
