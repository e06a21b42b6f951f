// Tells what a misspelt word was probably meant to be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace roost {

/// "; did you mean 'x'?" for the other word of `words` with the fewest letters added, left out or
/// replaced (Levenshtein's distance), if these are few; else nothing.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& words);

}  // namespace roost
