#include "read/document_scan.h"

namespace roost::read {

// One byte at the first level, outside of brackets; true where the key at hand becomes known.
bool MemberScan::StepMember(std::string_view text) {
  const char byte = text[at_];
  const bool was_in_string = scan_.in_string();
  scan_.Step(byte);
  ++at_;
  if (scan_.in_string() != was_in_string) {
    if (was_in_string)
      string_end_ = at_;
    else
      string_begin_ = at_ - 1;
  }
  if (byte != ':' || was_in_string || string_end_ <= string_begin_) return false;
  key_begin_ = string_begin_;
  key_end_ = string_end_;
  return true;
}

MemberScan::Event MemberScan::Next(std::string_view text) {
  while (at_ < text.size()) {
    if (scan_.depth() > 1) {
      at_ = scan_.Skip(text.data(), at_, text.size(), 2);
      continue;
    }
    const bool was_inside = scan_.depth() == 1;
    if (StepMember(text)) return Event::kKey;
    if (was_inside && scan_.depth() == 0) return Event::kEnd;
    if (was_inside && scan_.depth() == 2 && text[at_ - 1] == '[') return Event::kArray;
  }
  return Event::kMore;
}

void MemberScan::LeaveArray() {
  scan_.set_depth(1);
  ++at_;
}

ElementLook LookAtElements(std::string_view text) {
  ElementLook look;
  StructureScan scan;
  scan.set_depth(1);
  bool is_between = true;
  for (size_t at = 0; at < text.size();) {
    if (scan.depth() > 1) {
      at = scan.Skip(text.data(), at, text.size(), 2);
      continue;
    }
    const char byte = text[at++];
    const bool was_in_string = scan.in_string();
    scan.Step(byte);
    look.is_closed = scan.depth() == 0;
    if (look.is_closed) break;
    if (was_in_string || IsSpace(byte)) continue;
    if (is_between) {
      ++look.elements;
      look.has_objects |= byte == '{';
      look.has_others |= byte != '{' && byte != 'n';
    }
    is_between = byte == ',';
  }
  return look;
}

bool CanStreamArray(std::string_view elements, uint64_t unit_bytes) {
  if (elements.size() < unit_bytes) return false;
  const ElementLook look = LookAtElements(elements.substr(0, unit_bytes));
  return look.has_objects && !look.has_others && !look.is_closed;
}

bool CanStream(std::string_view start, uint64_t unit_bytes) {
  MemberScan scan;
  for (;;) {
    const MemberScan::Event event = scan.Next(start);
    if (event == MemberScan::Event::kArray && CanStreamArray(start.substr(scan.at()), unit_bytes))
      return true;
    if (event == MemberScan::Event::kMore || event == MemberScan::Event::kEnd) return false;
  }
}

}  // namespace roost::read
