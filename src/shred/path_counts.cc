#include "shred/path_counts.h"

#include "shred/tape.h"

namespace roost::shred {
namespace {

/// Reads one shape text from left to right; a shape is what Emitter wrote, so it is well formed.
class ShapeReader {
 public:
  ShapeReader(std::string_view shape, uint64_t times) : shape_(shape), times_(times) {}

  void Value(Node& node) {
    PathCounts& counts = node.counts;
    switch (shape_[at_++]) {
      case 's':
      case 'S':
        counts.scalars += times_;
        break;
      case 'e':
        counts.empties += times_;
        break;
      case 't':
      case 'T':
        counts.tables += times_;
        break;
      case 'l':
      case 'L':
        counts.lists += times_;
        break;
      case 'j':
      case 'J':
        counts.jsons += times_;
        break;
      case 'm':
        counts.maps += times_;
        break;
      case '{':
        counts.objects += times_;
        Members(node);
        break;
      default:
        ROOST_CHECK(false);
    }
  }

 private:
  void Members(Node& node) {
    size_t place = 0;
    while (shape_[at_] != '}') {
      if (shape_[at_] == ',') ++at_;
      std::string_view quoted = Quoted();
      Unescape(quoted, key_);
      ++at_;  // the colon
      Node* child = node.Find(key_, place++);
      ROOST_CHECK(child);
      uint64_t position = position_++;
      if (shape_[at_] == 'd') {
        ++at_;
        continue;
      }
      child->counts.positions += position * times_;
      Value(*child);
    }
    ++at_;
  }

  std::string_view Quoted() {
    size_t first = ++at_;
    while (shape_[at_] != '"') at_ += shape_[at_] == '\\' ? 2 : 1;
    return shape_.substr(first, at_++ - first);
  }

  std::string_view shape_;
  uint64_t times_;
  size_t at_ = 0;
  uint64_t position_ = 0;
  std::string key_;
};

}  // namespace

void CountPaths(Node& root, std::string_view shape, uint64_t times) {
  ShapeReader(shape, times).Value(root);
}

void CountShapes(Table& table) {
  for (uint32_t number = 0; number < table.shapes.size(); ++number) {
    uint64_t count = table.shapes.count(number);
    if (count) CountPaths(table.root, table.shapes.text(number), count);
  }
}

}  // namespace roost::shred
