// Rewrites paths as text, so that one file has one spelling.
#pragma once

#include <string>
#include <string_view>

namespace roost::read {

/// The same path without repeated slashes, `.` steps and a slash at the end; `x/..` goes too where
/// that leads to the same place (behind a link it may not). "./-" stays, as "-" is standard input.
std::string NormalPath(const std::string& path);

/// What a file is known by, wherever a run is started.
std::string AbsolutePath(const std::string& path);

/// `folder` and `name` as one path, in the form NormalPath gives.
std::string JoinPath(std::string_view folder, std::string_view name);

/// Has a * or ? or [ in it.
bool IsGlob(std::string_view path);

}  // namespace roost::read
