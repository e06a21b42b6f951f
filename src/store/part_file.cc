#include "store/part_file.h"

#include <algorithm>

#include "store/footer.h"

namespace roost::store {

using shred::FinalType;

bool IsList(FinalType type) {
  return type == FinalType::kListInt64 || type == FinalType::kListDouble ||
         type == FinalType::kListBool || type == FinalType::kListText;
}

Physical PhysicalOf(FinalType type) {
  switch (type) {
    case FinalType::kInt64:
    case FinalType::kTimestampUtc:
    case FinalType::kTimestampLocal:
    case FinalType::kListInt64:
      return Physical::kInt64;
    case FinalType::kDecimal38:
      return Physical::kDecimal;
    case FinalType::kDouble:
    case FinalType::kListDouble:
      return Physical::kDouble;
    case FinalType::kBool:
    case FinalType::kListBool:
      return Physical::kBool;
    case FinalType::kDate:
      return Physical::kInt32;
    case FinalType::kNull:
    case FinalType::kText:
    case FinalType::kJson:
    case FinalType::kListText:
      break;
  }
  return Physical::kBytes;
}

Result<PartFile> PartFile::Create(const std::string& path) {
  ROOST_ASSIGN(disk::File file, disk::File::Create(path));
  ROOST_TRY(file.WriteAt(0, "PAR1"));
  return PartFile(std::move(file), 4);
}

Result<PartFile> PartFile::TakeOver(const std::string& path, uint64_t bytes) {
  ROOST_ASSIGN(disk::File file, disk::File::OpenForUpdate(path));
  return PartFile(std::move(file), bytes);
}

Result<ChunkFacts> PartFile::Append(OpenChunk& chunk) {
  ChunkFacts facts = chunk.facts;
  facts.offset = end_;
  for (const Bytes* bytes : {&chunk.dictionary_page, &chunk.data_pages}) {
    ROOST_TRY(file_.WriteAt(end_, {bytes->data(), bytes->size()}));
    end_ += bytes->size();
  }
  return facts;
}

Result<ChunkFacts> PartFile::Copy(const disk::File& from, ChunkFacts facts) {
  constexpr uint64_t kPiece = 1 << 20;
  std::string piece;
  for (uint64_t done = 0; done < facts.bytes; done += piece.size()) {
    piece.resize(std::min(kPiece, facts.bytes - done));
    ROOST_TRY(from.ReadAt(facts.offset + done, piece.data(), piece.size()));
    ROOST_TRY(file_.WriteAt(end_ + done, piece));
  }
  facts.offset = end_;
  end_ += facts.bytes;
  return facts;
}

void PartFile::EndRowGroup(RowGroupFacts group) { row_groups_.push_back(std::move(group)); }

Status PartFile::Finish(const PartFormat& format) {
  std::sort(row_groups_.begin(), row_groups_.end(),
            [](const auto& a, const auto& b) { return a.first_id < b.first_id; });
  ROOST_ASSIGN(std::string footer, MakeFooter(format, row_groups_, end_));
  ROOST_TRY(file_.WriteAt(end_, footer));
  end_ += footer.size();
  file_.StartSync();
  return file_.Close();
}

}  // namespace roost::store
