#include "store/encoding.h"

#include <gtest/gtest.h>
#include <parquet/encoding.h>
#include <parquet/schema.h>
#include <parquet/types.h>

#include <random>
#include <string>
#include <vector>

#include "shred/column.h"
#include "store/column_values.h"
#include "store/level_packer.h"

// Everything is decoded by Arrow's decoders, which were written by others from the specification.
namespace roost::store {
namespace {

template <class Type>
std::vector<typename Type::c_type> Decode(const Bytes& bytes, size_t count,
                                          parquet::Encoding::type encoding) {
  auto node =
      parquet::schema::PrimitiveNode::Make("c", parquet::Repetition::REQUIRED, Type::type_num);
  parquet::ColumnDescriptor column(node, 0, 0);
  auto decoder = parquet::MakeTypedDecoder<Type>(encoding, &column);
  decoder->SetData(static_cast<int>(count), reinterpret_cast<const uint8_t*>(bytes.data()),
                   static_cast<int>(bytes.size()));
  std::vector<typename Type::c_type> values(count);
  int got = decoder->Decode(values.data(), static_cast<int>(count));
  EXPECT_EQ(static_cast<size_t>(got), count);
  return values;
}

// A reader of the hybrid of runs and bit-packed groups, as the specification words it.
std::vector<uint32_t> DecodeHybrid(const Bytes& bytes, size_t count, int width) {
  std::vector<uint32_t> values;
  const auto* at = reinterpret_cast<const uint8_t*>(bytes.data());
  const auto* end = at + bytes.size();
  while (at < end) {
    uint64_t header = 0;
    for (int shift = 0;; shift += 7) {
      header |= static_cast<uint64_t>(*at & 0x7f) << shift;
      if ((*at++ & 0x80) == 0) break;
    }
    if (header & 1) {
      for (uint64_t bit = 0; bit < (header >> 1) * 8 * static_cast<uint64_t>(width);
           bit += static_cast<uint64_t>(width)) {
        uint32_t value = 0;
        for (uint64_t i = 0; i < static_cast<uint64_t>(width); ++i)
          value |= static_cast<uint32_t>(at[(bit + i) / 8] >> ((bit + i) % 8) & 1) << i;
        values.push_back(value);
      }
      at += (header >> 1) * static_cast<uint64_t>(width);
    } else {
      uint32_t value = 0;
      for (int i = 0; i < (width + 7) / 8; ++i) value |= static_cast<uint32_t>(*at++) << (8 * i);
      values.insert(values.end(), header >> 1, value);
    }
  }
  EXPECT_GE(values.size(), count);
  EXPECT_LT(values.size(), count + 8);
  values.resize(count);
  return values;
}

constexpr size_t kCounts[] = {0, 1, 7, 8, 9, 31, 32, 33, 127, 128, 129, 130, 1000, 16384};

TEST(Encoding, DeltaOfIntegersOfEveryWidth) {
  std::mt19937_64 random(1);
  for (size_t count : kCounts) {
    for (int bits = 0; bits <= 64; ++bits) {
      std::vector<int64_t> values(count);
      for (int64_t& value : values)
        value = bits == 0 ? -5 : static_cast<int64_t>(random() >> (64 - bits));
      values.resize(count + 8);
      Bytes bytes;
      AppendDelta(bytes, values.data(), count);
      values.resize(count);
      ASSERT_EQ(Decode<parquet::Int64Type>(bytes, count, parquet::Encoding::DELTA_BINARY_PACKED),
                values)
          << count << " values of " << bits << " bits";
    }
  }
}

TEST(Encoding, DeltaOfExtremesWrapsAround) {
  std::vector<int64_t> values;
  for (int i = 0; i < 200; ++i)
    values.push_back(i % 2 ? std::numeric_limits<int64_t>::min()
                           : std::numeric_limits<int64_t>::max());
  Bytes bytes;
  AppendDelta(bytes, values.data(), values.size());
  EXPECT_EQ(Decode<parquet::Int64Type>(bytes, 200, parquet::Encoding::DELTA_BINARY_PACKED), values);
  std::vector<int32_t> small;
  for (int i = 0; i < 200; ++i)
    small.push_back(i % 2 ? std::numeric_limits<int32_t>::min()
                          : std::numeric_limits<int32_t>::max());
  bytes.Clear();
  AppendDelta(bytes, small.data(), small.size());
  EXPECT_EQ(Decode<parquet::Int32Type>(bytes, 200, parquet::Encoding::DELTA_BINARY_PACKED), small);
}

TEST(Encoding, HybridOfEveryWidthWithRunsAndWithout) {
  std::mt19937 random(2);
  for (size_t count : kCounts) {
    for (int width = 1; width <= 20; ++width) {
      for (uint32_t longest : {1u, 5u, 40u, 300u}) {
        std::vector<uint32_t> values;
        while (values.size() < count)
          values.insert(values.end(), 1 + random() % longest, random() & ((1u << width) - 1));
        values.resize(count + 16);
        Bytes bytes;
        AppendHybrid(bytes, values.data(), count, width);
        values.resize(count);
        ASSERT_EQ(DecodeHybrid(bytes, count, width), values)
            << count << " values of " << width << " bits, runs up to " << longest;
      }
    }
  }
}

// Pieces end inside of packed groups, at runs and inside of runs.
TEST(Encoding, LevelsInPiecesAreTheSameLevels) {
  std::mt19937 random(7);
  for (size_t first_run : {0u, 33u, 40u, 65503u, 65535u, 65536u, 70000u}) {
    for (uint32_t longest : {1u, 5u, 100u, 100'000u}) {
      LevelPacker packer(2);
      packer.Push(3);  // of an earlier page
      packer.Clear();
      std::vector<uint32_t> levels(first_run, 1);
      while (levels.size() < 3 * LevelPacker::kPiece + 5)
        levels.insert(levels.end(), 1 + random() % longest, random() & 3);
      for (uint32_t level : levels) packer.Push(level);
      const Bytes& packed = packer.Finish();
      ASSERT_EQ(DecodeHybrid(packed, levels.size(), 2), levels)
          << "a run of " << first_run << ", then runs up to " << longest;
    }
  }
}

TEST(Encoding, LongRunsTakeFewBytes) {
  std::vector<uint32_t> values(10000, 3);
  Bytes bytes;
  AppendHybrid(bytes, values.data(), values.size(), 7);
  EXPECT_LE(bytes.size(), 4u);
}

TEST(Encoding, HybridOfBits) {
  std::mt19937 random(3);
  for (size_t count : kCounts) {
    for (uint32_t longest : {1u, 3u, 100u, 1000u}) {
      std::vector<uint64_t> words(count / 64 + 2);
      std::vector<uint32_t> values;
      while (values.size() < count)
        values.insert(values.end(), 1 + random() % longest, random() & 1);
      values.resize(count);
      for (size_t i = 0; i < count; ++i) words[i / 64] |= uint64_t{values[i]} << (i % 64);
      Bytes bytes;
      AppendHybridBits(bytes, words.data(), count);
      ASSERT_EQ(DecodeHybrid(bytes, count, 1), values) << count << " runs up to " << longest;
    }
  }
}

std::vector<std::string> Texts(size_t count, std::mt19937& random) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < count; ++i) {
    std::string text = i % 3 ? "shared/prefix/" + std::to_string(i) : "";
    text.append(random() % 5 ? random() % 30 : random() % 400, static_cast<char>(random()));
    texts.push_back(std::move(text));
  }
  return texts;
}

TEST(Encoding, TextsInEveryEncoding) {
  std::mt19937 random(4);
  TextScratch scratch;
  for (size_t count : kCounts) {
    auto texts = Texts(count, random);
    shred::Column column;
    for (const std::string& text : texts) AddText(column, text);
    for (auto encoding :
         {parquet::Encoding::DELTA_BYTE_ARRAY, parquet::Encoding::DELTA_LENGTH_BYTE_ARRAY}) {
      if (count == 0) continue;
      Bytes bytes;
      auto append = encoding == parquet::Encoding::DELTA_BYTE_ARRAY ? AppendDeltaByteArray
                                                                    : AppendDeltaLength;
      append(bytes, column.text.data(), column.text.size(), count, scratch);
      // The decoder owns what its values point to, so they are compared while it lives.
      auto node = parquet::schema::PrimitiveNode::Make("c", parquet::Repetition::REQUIRED,
                                                       parquet::Type::BYTE_ARRAY);
      parquet::ColumnDescriptor descriptor(node, 0, 0);
      auto decoder = parquet::MakeTypedDecoder<parquet::ByteArrayType>(encoding, &descriptor);
      decoder->SetData(static_cast<int>(count), reinterpret_cast<const uint8_t*>(bytes.data()),
                       static_cast<int>(bytes.size()));
      std::vector<parquet::ByteArray> values(count);
      ASSERT_EQ(decoder->Decode(values.data(), static_cast<int>(count)), static_cast<int>(count));
      for (size_t i = 0; i < count; ++i)
        ASSERT_EQ(std::string(std::string_view(values[i])), texts[i]) << i << " of " << count;
    }
  }
}

TEST(Encoding, BoolsAreBitsInOrder) {
  std::mt19937 random(5);
  for (size_t count : kCounts) {
    Buffer<uint8_t> values;
    for (size_t i = 0; i < count; ++i) values.Push(random() & 1);
    Bytes bytes;
    AppendBools(bytes, values.data(), count);
    ASSERT_EQ(bytes.size(), (count + 7) / 8);
    for (size_t i = 0; i < count; ++i) ASSERT_EQ(bytes[i / 8] >> (i % 8) & 1, values[i]) << i;
  }
}

}  // namespace
}  // namespace roost::store
