// How a command has malloc keep memory. To be called before there are threads.
#pragma once

namespace roost::cli {

/// For commands that run for ever. A batch a second leaves holes in what malloc keeps for its
/// threads, hundreds of megabytes after some minutes. Fewer arenas, and large pieces that go back
/// to the system, keep it flat.
void KeepMemoryFlat();

/// For commands that read whole tables once: buffers of megabytes come and go with each batch, and
/// pages that went back to the system would have to be cleared anew for the next one.
void KeepMemoryAtHand();

}  // namespace roost::cli
