#include "store/facts_packing.h"

#include <cstring>

#include "store/value_range.h"

namespace roost::store {
namespace {

class Packer {
 public:
  void Number(uint64_t value) {
    for (; value >= 128; value >>= 7) bytes_ += static_cast<char>(value | 128);
    bytes_ += static_cast<char>(value);
  }
  void Text(std::string_view text) {
    Number(text.size());
    bytes_ += text;
  }
  void Address(const void* address) {
    bytes_.append(reinterpret_cast<const char*>(&address), sizeof(address));
  }
  void Of(const Range& range) {
    Number(static_cast<uint64_t>(range.state) | static_cast<uint64_t>(range.min_exact) << 2 |
           static_cast<uint64_t>(range.max_exact) << 3);
    if (range.state != Range::State::kKnown) return;
    Text(range.min);
    Text(range.max);
  }
  std::string Take() {
    bytes_.shrink_to_fit();
    return std::move(bytes_);
  }

 private:
  std::string bytes_;
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}

  uint64_t Number() {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      auto byte = static_cast<uint8_t>(bytes_[at_++]);
      value |= static_cast<uint64_t>(byte & 127) << shift;
      if (byte < 128) return value;
    }
  }
  template <class Value>
  void To(Value& value) {
    value = static_cast<Value>(Number());
  }
  std::string Text() {
    uint64_t size = Number();
    at_ += size;
    return std::string(bytes_.substr(at_ - size, size));
  }
  const void* Address() {
    const void* address;
    std::memcpy(&address, bytes_.data() + at_, sizeof(address));
    at_ += sizeof(address);
    return address;
  }
  Range ToRange() {
    uint64_t flags = Number();
    Range range;
    range.state = static_cast<Range::State>(flags & 3);
    range.min_exact = flags >> 2 & 1;
    range.max_exact = flags >> 3 & 1;
    if (range.state == Range::State::kKnown) {
      range.min = Text();
      range.max = Text();
    }
    return range;
  }
  bool at_end() const { return at_ == bytes_.size(); }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
};

void Pack(Packer& to, const ChunkFacts& facts) {
  to.Address(facts.id);
  to.Number(static_cast<uint64_t>(facts.physical));
  to.Number(static_cast<uint64_t>(facts.layout));
  if (facts.layout == shred::Layout::kTimestamp) {
    to.Number(static_cast<uint8_t>(facts.time.separator));
    to.Number(facts.time.suffix);
    to.Number(facts.time.fraction_digits);
    to.Number(facts.time.saw_bare);
    to.Number(facts.time.saw_zero);
  }
  to.Number(facts.is_list);
  if (facts.is_list) {
    to.Number(facts.lists);
    to.Number(facts.empty_lists);
    to.Number(facts.hollow_lists);
  }
  to.Number(facts.dictionary_bytes);
  to.Number(facts.plain_bytes);
  for (uint32_t pages : facts.pages_by_encoding) to.Number(pages);
  to.Number(facts.pages.size());
  uint64_t first_row = 0;
  for (const PageFacts& page : facts.pages) {
    to.Number(page.bytes);
    to.Number(page.first_row - first_row);
    first_row = page.first_row;
    to.Number(page.levels);
    to.Number(page.nulls);
    to.Of(page.range);
  }
}

ChunkFacts Unpack(Unpacker& from, uint64_t offset, uint64_t rows) {
  ChunkFacts facts;
  facts.offset = offset;
  facts.rows = rows;
  facts.id = static_cast<const shred::ColumnId*>(from.Address());
  from.To(facts.physical);
  from.To(facts.layout);
  if (facts.layout == shred::Layout::kTimestamp) {
    from.To(facts.time.separator);
    from.To(facts.time.suffix);
    from.To(facts.time.fraction_digits);
    from.To(facts.time.saw_bare);
    from.To(facts.time.saw_zero);
  }
  from.To(facts.is_list);
  if (facts.is_list) {
    from.To(facts.lists);
    from.To(facts.empty_lists);
    from.To(facts.hollow_lists);
  }
  from.To(facts.dictionary_bytes);
  from.To(facts.plain_bytes);
  for (uint32_t& pages : facts.pages_by_encoding) from.To(pages);
  facts.pages.resize(from.Number());
  uint64_t first_row = 0, page_offset = 0;
  for (PageFacts& page : facts.pages) {
    page.offset = page_offset;
    from.To(page.bytes);
    page_offset += page.bytes;
    page.first_row = first_row += from.Number();
    from.To(page.levels);
    from.To(page.nulls);
    page.range = from.ToRange();
  }
  facts.bytes = facts.dictionary_bytes + page_offset;
  SumUpPages(facts);
  return facts;
}

}  // namespace

std::string PackFacts(uint64_t rows, int64_t first_id, std::span<const ChunkFacts* const> chunks) {
  Packer to;
  to.Number(rows);
  to.Number(static_cast<uint64_t>(first_id));
  for (const ChunkFacts* chunk : chunks) Pack(to, *chunk);
  return to.Take();
}

RowGroupFacts UnpackFacts(std::string_view packed, uint64_t offset) {
  Unpacker from(packed);
  RowGroupFacts group;
  from.To(group.rows);
  from.To(group.first_id);
  while (!from.at_end()) {
    group.chunks.push_back(Unpack(from, offset, group.rows));
    offset += group.chunks.back().bytes;
  }
  return group;
}

void SumUpPages(ChunkFacts& facts) {
  facts.levels = facts.nulls = 0;
  facts.range = {};
  for (const PageFacts& page : facts.pages) {
    facts.levels += page.levels;
    facts.nulls += page.nulls;
    Widen(facts.range, page.range, facts.physical);
  }
}

}  // namespace roost::store
