#include "listen/documentation.h"

#include "roost/relate.h"
#include "roost/roost.h"

namespace roost::listen {
namespace {

constexpr uint64_t kBytesPerCell = 1;  // measured: 70 million values took 95 MB when 64 were given
constexpr uint64_t kMostColumns = 5000;  // the time grows with their square

}  // namespace

Status DocumentStore(const std::string& output_dir, uint64_t memory_bytes, unsigned threads,
                     const std::function<bool()>& should_stop) {
  ROOST_ASSIGN(const auto tables, DescribeSchema(output_dir));
  uint64_t cells = 0, columns = 0;
  for (const TableDescription& table : tables) {
    cells += table.rows * table.columns.size();
    columns += table.columns.size();
  }
  if (cells > memory_bytes / kBytesPerCell || columns > kMostColumns) {
    return Status::CapacityError(
        "relations and documentation are left out: looking for them in so many values or columns "
        "could take long, or more than --memory; run roost describe ",
        output_dir);
  }
  DescribeOptions options;
  options.folder = output_dir;
  options.threads = threads;
  options.memory_bytes = memory_bytes;
  options.should_stop = should_stop;
  return Document(options).status();
}

}  // namespace roost::listen
