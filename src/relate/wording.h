// Says in words why a reference is believed, strongest reason first.
#pragma once

#include "relate/composites.h"
#include "relate/conditional.h"
#include "relate/copies.h"
#include "relate/pair.h"

namespace roost::relate {

std::vector<std::string> EvidenceInWords(const Database& database, const Pair& pair);
std::vector<std::string> EvidenceInWords(const Database& database, const WideReference& wide);

std::vector<std::string> EvidenceInWords(const Database& database,
                                         const ConditionalReference& reference);
std::string CopyInWords(const Database& database, const Copy& copy);

}  // namespace roost::relate
