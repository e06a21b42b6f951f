#include "store/merge_plan.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <span>

#include "ledger/delta_json.h"
#include "ledger/schema_part.h"
#include "store/part_reader.h"
#include "store/row_order.h"
#include "store/table_change.h"
#include "store/table_rewrite.h"

namespace roost::store {
namespace {

struct PartRange {
  std::string path;  // as the log names it
  uint64_t bytes = 0;
  int64_t first = std::numeric_limits<int64_t>::min();
  int64_t last = std::numeric_limits<int64_t>::max();
  bool has_all_columns = false;
};

PartRange RangeOf(const ledger::Part& part, const std::string& id_name,
                  const std::string& columns) {
  PartRange range{part.path, part.bytes};
  auto tag = part.tags.find(ledger::kColumnsTag);
  range.has_all_columns = tag != part.tags.end() && tag->second == columns;
  const auto stats = nlohmann::json::parse(part.stats, nullptr, false);
  if (!stats.is_object() || !stats.contains("minValues") || !stats.contains("maxValues"))
    return range;
  const auto& least = stats["minValues"];
  const auto& greatest = stats["maxValues"];
  if (stats.value("numRecords", 1) == 0) range.last = range.first;
  if (!least.contains(id_name) || !greatest.contains(id_name)) return range;
  range.first = least[id_name].get<int64_t>();
  range.last = greatest[id_name].get<int64_t>();
  return range;
}

/// By first id.
std::vector<PartRange> OwnParts(const ledger::Snapshot& snapshot, const std::string& order,
                                const std::string& columns) {
  std::vector<PartRange> parts;
  for (const auto& [path, part] : snapshot.live)
    if (IsOwnPart(part)) parts.push_back(RangeOf(part, order, columns));
  std::ranges::stable_sort(parts, {}, &PartRange::first);
  return parts;
}

class Planner {
 public:
  Planner(const shred::FinalTable& table, const std::string& folder, const MergeLimits& limits)
      : table_(table), folder_(folder), limits_(limits) {}

  Result<std::vector<MergeJob>> Run(const std::vector<PartRange>& parts) {
    for (size_t first = 0; first < parts.size();) {
      size_t end = first + 1;
      int64_t last = parts[first].last;
      for (; end < parts.size() && parts[end].first <= last; ++end)
        last = std::max(last, parts[end].last);
      ROOST_TRY(AddCluster(std::span(parts).subspan(first, end - first)));
      first = end;
    }
    ROOST_TRY(EndJob());
    return std::move(jobs_);
  }

 private:
  /// Parts whose ids lie between each other's.
  using Cluster = std::span<const PartRange>;

  Status AddCluster(Cluster cluster) {
    const bool is_large = cluster.size() == 1 && cluster[0].bytes >= limits_.part_bytes / 2;
    ROOST_ASSIGN(bool stays, is_large ? IsInOrder(cluster[0]) : Result(false));
    if (stays) return EndJob();
    // Shapes beyond the limit would make a part for themselves all the same.
    ROOST_ASSIGN(const bool has_room, AddShapes(cluster));
    if (!job_.empty() && (bytes_ >= limits_.job_bytes || !has_room)) {
      ROOST_TRY(EndJob());
      ROOST_TRY(AddShapes(cluster).status());
    }
    for (const PartRange& part : cluster) {
      job_.push_back(part);
      bytes_ += part.bytes;
    }
    return Status::OK();
  }

  Result<bool> IsInOrder(const PartRange& part) const {
    if (!part.has_all_columns) return false;
    ROOST_ASSIGN(auto order, RowOrder::Make({PathOf(part)}, table_.id_name));
    return order.is_sorted();
  }

  std::string PathOf(const PartRange& part) const {
    return folder_ + "/" + ledger::DecodePath(part.path);
  }

  Result<bool> AddShapes(Cluster cluster) {
    for (const PartRange& part : cluster) {
      ROOST_ASSIGN(auto reader, PartReader::Open(PathOf(part)));
      const std::string texts = reader->Metadata("roost.shapes");
      ShapeTexts shapes;
      if (!texts.empty()) ROOST_TRY(ParseShapes(texts, shapes));
      for (const auto& [hash, text] : shapes)
        if (shapes_.insert(hash).second) shape_bytes_ += text.size();
    }
    return shapes_.size() <= ShapeLimits::kShapes && shape_bytes_ <= ShapeLimits::kBytes;
  }

  Status EndJob() {
    bool is_needed = job_.size() > 1;
    if (job_.size() == 1) {
      ROOST_ASSIGN(const bool stays, IsInOrder(job_.front()));
      is_needed = !stays;
    }
    if (is_needed) {
      MergeJob& job = jobs_.emplace_back();
      job.table = table_.name;
      job.bytes = bytes_;
      for (const PartRange& part : job_) job.parts.push_back(part.path);
    }
    job_.clear();
    bytes_ = shape_bytes_ = 0;
    shapes_.clear();
    return Status::OK();
  }

  const shred::FinalTable& table_;
  const std::string& folder_;
  const MergeLimits& limits_;
  std::vector<MergeJob> jobs_;
  std::vector<PartRange> job_;
  uint64_t bytes_ = 0;  // of its parts
  std::set<int64_t> shapes_;
  uint64_t shape_bytes_ = 0;
};

}  // namespace

Result<std::vector<MergeJob>> PlanMerges(const ledger::Snapshot& snapshot,
                                         const shred::FinalTable& table, const std::string& folder,
                                         const MergeLimits& limits) {
  const std::string columns = std::to_string(ColumnsOf(table).size());
  return Planner(table, folder, limits).Run(OwnParts(snapshot, table.id_name, columns));
}

MergeJob PlanSmallMerge(const ledger::Snapshot& snapshot, const std::string& table,
                        const std::string& order, const SmallPartLimits& limits) {
  std::vector<PartRange> small = OwnParts(snapshot, order, "");
  std::erase_if(small, [&](const PartRange& part) { return part.bytes >= limits.small_bytes; });
  MergeJob job;
  job.table = table;
  if (small.size() <= limits.parts) return job;
  // The most parts that fit: these neighbours.
  uint64_t bytes = 0;
  size_t best_first = 0, best_end = 0;
  for (size_t first = 0, end = 0; end < small.size(); ++end) {
    bytes += small[end].bytes;
    while (bytes > limits.job_bytes) bytes -= small[first++].bytes;
    if (end + 1 - first > best_end - best_first)
      std::tie(best_first, best_end) = std::pair(first, end + 1);
  }
  if (best_end - best_first < 2) return job;
  for (size_t i = best_first; i < best_end; ++i) {
    job.parts.push_back(small[i].path);
    job.bytes += small[i].bytes;
  }
  return job;
}

}  // namespace roost::store
