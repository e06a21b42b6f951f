#include "store/row_order.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace roost::store {
namespace {

struct Later {
  template <class Open>
  bool operator()(const Open& a, const Open& b) const {
    return a.id() > b.id();
  }
};

}  // namespace

Result<RowOrder> RowOrder::Make(std::vector<std::string> parts, std::string id_name) {
  RowOrder order(std::move(parts), std::move(id_name));
  for (size_t part = 0; part < order.paths_.size(); ++part) ROOST_TRY(order.Scan(part));
  std::ranges::stable_sort(order.pieces_, {}, &RowPiece::first_id);
  return order;
}

Result<std::shared_ptr<PartReader>> RowOrder::OpenPart(size_t part) {
  if (auto open = parts_[part].lock()) return open;
  ROOST_ASSIGN(auto opened, PartReader::Open(paths_[part]));
  parts_[part] = opened;
  return opened;
}

Result<std::shared_ptr<PartReader>> RowOrder::PartOf(size_t piece) {
  return OpenPart(pieces_[piece].part);
}

Status RowOrder::Scan(size_t part) {
  ROOST_ASSIGN(auto reader, OpenPart(part));
  if (const std::string texts = reader->Metadata("roost.shapes"); !texts.empty())
    ROOST_TRY(ParseShapes(texts, shapes_));
  for (int group = 0; group < reader->row_groups(); ++group) {
    ROOST_ASSIGN(auto ids, reader->Required(group, id_name_));
    const uint64_t bytes = reader->RowGroupBytes(group);
    for (size_t first = 0; first < ids.size();) {
      const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(first);
      const auto end = std::adjacent_find(begin, ids.end(), std::ranges::greater());
      const size_t rows =
          end == ids.end() ? ids.size() - first : static_cast<size_t>(end - begin) + 1;
      is_sorted_ &= last_id_ <= ids[first];
      last_id_ = ids[first + rows - 1];
      pieces_.push_back({part, group, first, rows, bytes * rows / ids.size(), ids[first]});
      first += rows;
    }
  }
  return Status::OK();
}

Status RowOrder::OpenDue() {
  while (next_ < pieces_.size() &&
         (open_.empty() || pieces_[next_].first_id <= open_.front().id())) {
    const RowPiece& piece = pieces_[next_];
    Open open{next_, nullptr, {}, 0};
    ROOST_ASSIGN(open.part, PartOf(next_));
    ROOST_ASSIGN(auto ids, open.part->Required(piece.row_group, id_name_));
    const auto first = ids.begin() + static_cast<std::ptrdiff_t>(piece.first_row);
    open.ids.assign(first, first + static_cast<std::ptrdiff_t>(piece.rows));
    open_.push_back(std::move(open));
    std::ranges::push_heap(open_, Later());
    ++next_;
  }
  return Status::OK();
}

Result<std::vector<RowSlice>> RowOrder::Next(const GroupLimits& limits) {
  std::vector<RowSlice> slices;
  std::unordered_set<size_t> parts;
  uint64_t rows = 0, bytes = 0;
  while (rows < limits.rows && bytes < limits.bytes) {
    ROOST_TRY(OpenDue());
    if (open_.empty()) break;
    const size_t number = open_.front().piece;
    const RowPiece& piece = pieces_[number];
    if (!parts.contains(piece.part) && parts.size() == limits.parts) break;
    parts.insert(piece.part);
    std::ranges::pop_heap(open_, Later());
    Open& least = open_.back();
    // As far as no other piece comes in between, and the limits allow.
    int64_t until = INT64_MAX;
    if (open_.size() > 1) until = open_.front().id();
    if (next_ < pieces_.size()) until = std::min(until, pieces_[next_].first_id);
    const uint64_t row_bytes = std::max<uint64_t>(piece.bytes / piece.rows, 1);
    const uint64_t most = std::min(
        {least.ids.size() - least.at, limits.rows - rows, (limits.bytes - bytes) / row_bytes + 1});
    const auto begin = least.ids.begin() + static_cast<std::ptrdiff_t>(least.at);
    const auto end = std::upper_bound(begin, begin + static_cast<std::ptrdiff_t>(most), until);
    const uint64_t count = std::max<uint64_t>(static_cast<uint64_t>(end - begin), 1);
    if (!slices.empty() && slices.back().piece == number) {
      slices.back().rows += count;
    } else {
      slices.push_back({number, count});
    }
    rows += count;
    bytes += count * row_bytes;
    least.at += count;
    if (least.at == least.ids.size()) {
      open_.pop_back();
    } else {
      std::ranges::push_heap(open_, Later());
    }
  }
  std::unordered_set<size_t> seen;
  for (auto slice = slices.rbegin(); slice != slices.rend(); ++slice)
    slice->is_last = seen.insert(slice->piece).second;
  return slices;
}

}  // namespace roost::store
