// Reads dates and timestamps, and says whether all texts of a column can be written back from them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shred/published.h"

namespace roost::shred::reference {

struct TextType {
  FinalType type = FinalType::kText;  // or kDate, kTimestampUtc, kTimestampLocal
  TimeFormat format;
};

/// The type of a column that holds exactly these texts.
TextType TypeOfTexts(const std::vector<std::string_view>& texts);

/// A text of a date or timestamp column, with all six digits of its fraction and `T`:
/// 2024-01-31, 2024-01-31T23:59:59.000000Z, 2024-01-31T23:59:59.000000.
std::string CanonicalTime(std::string_view text, const TextType& type);

/// The type that a format (time_pattern.h) gives.
FinalType TypeOfPattern(const std::string& pattern);

/// Microseconds since 1970 of a text that is written exactly by the format, or nothing.
std::optional<int64_t> ReadByPattern(const std::string& text, const std::string& pattern);

/// As CanonicalTime, of such a text.
std::string CanonicalTimeOf(const std::string& text, const std::string& pattern);

}  // namespace roost::shred::reference
