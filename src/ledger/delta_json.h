// Reads and writes the JSON of a Delta log: one action a line.
//
// What roost does not know is skipped, as the protocol asks of readers; what it must know and
// cannot read is an error. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "ledger/delta_action.h"

namespace roost::ledger {

/// The text of a log file, commitInfo first.
std::string WriteCommit(const Commit& commit);

/// `where` is named in errors.
Result<Commit> ReadCommit(std::string_view text, const std::string& where);

/// The bare objects, without the name of the action around them.
void AppendPart(std::string& out, const Part& part, bool data_change = true);
void AppendMetadata(std::string& out, const Metadata& metadata);
void AppendProtocol(std::string& out, const Protocol& protocol);

/// A file name as a log's path, and back.
std::string EncodePath(std::string_view name);
std::string DecodePath(std::string_view path);
/// An error if a path leads out of the table's folder, or is none: what a log says is removed
/// later.
Status CheckPath(std::string_view path, const std::string& where);

}  // namespace roost::ledger
