// Hands out a document too long for memory: arrays of objects at its first level in pieces, then
// the rest of it as a skeleton in which those arrays are empty.
//
// An array is taken apart if it is longer than unit_bytes and, so far, holds objects and nulls, at
// least one object. Whether the whole can be kept is known at the end only. After a fault the
// document is followed to its end, so that what stands behind it can be read.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/buffer.h"
#include "read/document_scan.h"
#include "read/file_text.h"
#include "read/reader.h"
#include "read/record_finder.h"

namespace roost::read {

class LongDocument : public DocumentStream, public std::enable_shared_from_this<LongDocument> {
 public:
  /// Gets the text behind the document with its offset and line.
  using Leave = std::function<void(Buffer<char> rest, uint64_t offset, uint64_t line)>;

  /// `start` is the document's kStream unit, `text` what has been read of it, its { first. `leave`
  /// is called once: at the end, or when the document is given up before.
  LongDocument(FileText* file, const Unit& start, Buffer<char> text, Leave leave);
  ~LongDocument() override;

  Status Next(Batch& batch) override;
  uint64_t raw_offset() const override { return offset_; }
  uint64_t raw_bytes() const override { return raw_bytes_; }

 private:
  enum class Mode : uint8_t { kMembers, kElements, kSeparator, kDone };

  void FillMembers(Batch& batch);
  bool WantsApart();
  void BeginArray();
  void FillElements(Batch& batch);
  void EmitElements(Batch& batch, const Boundary& found);
  void FillSeparator(Batch& batch);
  void Advance(size_t bytes);
  void DropElements();
  void LeaveArray();
  Unit WholeUnit(UnitKind kind) const;
  void EmitSkeleton(Batch& batch);
  void Fail(Batch& batch, const std::string& reason);
  void FailAsTooLong(Batch& batch);
  void Finish(Batch& batch, Buffer<char> rest, uint64_t line);

  std::string key() const;
  bool WasStreamed(const std::string& key) const;
  bool StandsInSkeleton(const std::string& key) const;
  std::string_view skeleton() const { return {skeleton_.data(), skeleton_.size()}; }
  std::string_view elements() const {
    return {elements_.data() + elements_begin_, elements_.size() - elements_begin_};
  }

  FileText* const file_;
  const uint64_t offset_, line_, number_;  // of the document
  uint64_t raw_bytes_ = 0;                 // of the document, once its end is known
  Leave leave_;
  Mode mode_ = Mode::kMembers;

  Buffer<char> skeleton_;  // scanned, and behind that text still to be scanned
  MemberScan members_;
  uint64_t taken_bytes_ = 0, taken_lines_ = 0;  // of arrays, that skeleton_ lacks
  std::vector<std::string> streamed_;           // keys of arrays taken apart, decoded

  Buffer<char> elements_;  // of the array at hand: behind elements_begin_ not handed out yet
  size_t elements_begin_ = 0;
  uint64_t elements_offset_ = 0, elements_line_ = 0, first_index_ = 0;
  std::unique_ptr<RecordFinder> finder_;
};

}  // namespace roost::read
