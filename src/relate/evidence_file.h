// Writes all evidence as lines of JSON, for scripts that fit weights.
#pragma once

#include "relate/verdict.h"

namespace roost::relate {

Status WriteEvidence(const Database& database, const Verdict& verdict, const std::string& path);

}  // namespace roost::relate
