#include "store/plain_file.h"

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <parquet/arrow/writer.h>

#include "base/disk_entry.h"

namespace roost::store {

Status WritePlainFile(const arrow::Table& table, const std::string& path) {
  ROOST_ASSIGN(auto out, arrow::io::BufferOutputStream::Create());
  ROOST_TRY(parquet::arrow::WriteTable(table, arrow::default_memory_pool(), out));
  ROOST_ASSIGN(auto bytes, out->Finish());
  return disk::ReplaceFile(path, std::string_view(reinterpret_cast<const char*>(bytes->data()),
                                                  static_cast<size_t>(bytes->size())));
}

}  // namespace roost::store
