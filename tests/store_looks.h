// What a test asks of a store from outside: the documents it gives back, and whether it is well.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace roost::testing {

using Files = std::map<std::string, std::string>;  // name -> bytes

std::string BytesOf(const std::filesystem::path& path);
/// The documents of the store `out`.
Files Exported(const std::string& out);
/// Fails the test for each problem that `roost verify` finds.
void ExpectWell(const std::string& out);

}  // namespace roost::testing
