// Writes and reads numbers as bytes in one order on every machine: little-endian.
//
// The form of all sketches on disk. Reading checks the ends and reports what is short.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace roost::sketch {

class ByteWriter {
 public:
  void U8(uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void U64(uint64_t value) {
    char bytes[8];
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(value >> (8 * i));
    bytes_.append(bytes, sizeof bytes);
  }
  /// Seven bits a byte, the lowest first; the last byte is below 128.
  void Varint(uint64_t value) {
    for (; value >= 128; value >>= 7) U8(static_cast<uint8_t>(value | 128));
    U8(static_cast<uint8_t>(value));
  }
  void Double(double value) { U64(std::bit_cast<uint64_t>(value)); }
  void Text(std::string_view text) {
    U64(text.size());
    bytes_.append(text);
  }
  void Raw(std::string_view bytes) { bytes_.append(bytes); }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  Result<uint8_t> U8() {
    ROOST_ASSIGN(std::string_view byte, Raw(1));
    return static_cast<uint8_t>(byte[0]);
  }
  Result<uint64_t> U64() {
    ROOST_ASSIGN(std::string_view bytes, Raw(8));
    uint64_t value = 0;
    for (int i = 7; i >= 0; --i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
    return value;
  }
  Result<uint64_t> Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      ROOST_ASSIGN(uint8_t byte, U8());
      value |= static_cast<uint64_t>(byte & 127) << shift;
      if (byte < 128) return value;
    }
    return Status::Invalid("a number in a sketch is too long");
  }
  Result<double> Double() {
    ROOST_ASSIGN(uint64_t bits, U64());
    return std::bit_cast<double>(bits);
  }
  Result<std::string> Text() {
    ROOST_ASSIGN(uint64_t size, U64());
    ROOST_ASSIGN(std::string_view text, Raw(size));
    return std::string(text);
  }
  Result<std::string_view> Raw(uint64_t size) {
    if (size > bytes_.size()) {
      return Status::Invalid("a sketch ends too early; make it again from its data");
    }
    std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  /// A count of items of `item_bytes` each that are yet to come.
  Result<uint64_t> Count(uint64_t item_bytes) {
    ROOST_ASSIGN(uint64_t count, U64());
    if (count > bytes_.size() / item_bytes) {
      return Status::Invalid("a sketch ends too early; make it again from its data");
    }
    return count;
  }
  bool AtEnd() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

}  // namespace roost::sketch
