// Names what a demo makes in its folder.
#pragma once

#include <array>

namespace roost::demo {

constexpr const char* kInput = "input";                     // documents without faults
constexpr const char* kOutput = "output";                   // their tables; all reports
constexpr const char* kFaultyInput = "faulty_input";        // documents with planted faults
constexpr const char* kFaultyOutput = "faulty_output";      // their tables
constexpr const char* kOriginalInput = "original_input";    // the racing generator's documents
constexpr const char* kOriginalOutput = "original_output";  // the fixed listener's tables of them
constexpr const char* kRacingOutput = "racing_output";      // roost's tables of the same
constexpr const char* kEqualOutput = "original_equal_output";  // the listener's tables of kInput
constexpr const char* kShopInput = "shop_input";               // documents of another kind
constexpr const char* kShopOutput = "shop_output";
constexpr const char* kShopOriginal = "original_shop_output";
constexpr const char* kBack = "exported";  // kOutput as documents again
constexpr const char* kScale = "scale";    // for the claims; removed at the end

inline constexpr std::array kDemoFolders = {
    kInput,          kOutput,       kFaultyInput, kFaultyOutput, kOriginalInput,
    kOriginalOutput, kRacingOutput, kEqualOutput, kShopInput,    kShopOutput,
    kShopOriginal,   kBack,         kScale};

}  // namespace roost::demo
