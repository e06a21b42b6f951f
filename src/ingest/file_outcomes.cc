#include "ingest/file_outcomes.h"

#include <algorithm>
#include <utility>

namespace roost::ingest {
namespace {

/// Puts the number into fewer bits; false if it does not fit.
template <typename To>
bool Fit(uint64_t from, To& to) {
  to = static_cast<To>(from);
  return to == from;
}

}  // namespace

std::optional<uint8_t> FileOutcomes::PlaceOfDevice(uint64_t device) {
  const auto found = std::find(devices_.begin(), devices_.end(), device);
  const auto place = static_cast<size_t>(found - devices_.begin());
  if (place > UINT8_MAX) return std::nullopt;
  if (found == devices_.end()) devices_.push_back(device);
  return static_cast<uint8_t>(place);
}

std::optional<FileOutcomes::Packed> FileOutcomes::Pack(size_t file, const FileOutcome& outcome) {
  const read::FileFacts& facts = outcome.facts;
  if (outcome.fault || outcome.first_reject || facts.numbers > 1) return std::nullopt;
  Packed packed;
  packed.has_number = facts.numbers == 1;
  if (packed.has_number && !first_number_ && facts.first_number >= file)
    first_number_ = facts.first_number - file;
  const uint64_t number = packed.has_number ? first_number_.value_or(0) + file : 0;
  const auto device = PlaceOfDevice(facts.device);
  const bool fits = device && facts.first_number == number && Fit(facts.bytes, packed.bytes) &&
                    Fit(facts.decoded_bytes, packed.decoded_bytes) &&
                    Fit(outcome.records, packed.records) && Fit(outcome.values, packed.values) &&
                    Fit(outcome.nulls, packed.nulls) && Fit(outcome.rejects, packed.rejects);
  if (!fits) return std::nullopt;
  packed.device = *device;
  packed.hash_low = facts.hash_low;
  packed.hash_high = facts.hash_high;
  packed.inode = facts.inode;
  packed.modified_ns = facts.modified_ns;
  packed.born_ns = facts.born_ns;
  packed.is_lines = facts.is_lines;
  packed.is_array = facts.is_array;
  packed.compression = static_cast<uint8_t>(facts.compression) & 3;
  packed.framing = static_cast<uint8_t>(outcome.framing) & 3;
  return packed;
}

void FileOutcomes::Set(size_t file, FileOutcome outcome) {
  auto packed = Pack(file, outcome);
  if (packed) {
    if (packed_[file].is_apart) apart_.erase(file);
    packed_[file] = *packed;
  } else {
    packed_[file].is_apart = 1;
    apart_[file] = std::move(outcome);
  }
}

FileOutcome FileOutcomes::operator[](size_t file) const {
  const Packed& packed = packed_[file];
  if (packed.is_apart) return apart_.at(file);
  FileOutcome outcome;
  read::FileFacts& facts = outcome.facts;
  facts.file = static_cast<uint32_t>(file);
  facts.bytes = packed.bytes;
  facts.decoded_bytes = packed.decoded_bytes;
  facts.hash_low = packed.hash_low;
  facts.hash_high = packed.hash_high;
  facts.modified_ns = packed.modified_ns;
  facts.device = devices_[packed.device];
  facts.inode = packed.inode;
  facts.born_ns = packed.born_ns;
  facts.compression = static_cast<read::FileFacts::Compression>(packed.compression);
  facts.numbers = packed.has_number;
  if (packed.has_number) facts.first_number = *first_number_ + file;
  facts.is_lines = packed.is_lines;
  facts.is_array = packed.is_array;
  outcome.records = packed.records;
  outcome.rejects = packed.rejects;
  outcome.values = packed.values;
  outcome.nulls = packed.nulls;
  outcome.framing = static_cast<shred::Framing>(packed.framing);
  return outcome;
}

std::optional<size_t> FileOutcomes::FileOfNumber(uint64_t number) const {
  if (first_number_ && number >= *first_number_ && number - *first_number_ < size()) {
    const size_t file = number - *first_number_;
    if (!packed_[file].is_apart && packed_[file].has_number) return file;
  }
  for (const auto& [file, outcome] : apart_)
    if (number - outcome.facts.first_number < outcome.facts.numbers) return file;
  return std::nullopt;
}

}  // namespace roost::ingest
