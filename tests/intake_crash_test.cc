// Kills, fails and cuts the power of a whole ingest at every call that changes the disk, over
// batches that append, add columns, widen, replace and go to quarantine; then opens the store
// again: the last batch is in, or not, as a whole, and all earlier ones are.
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/disk.h"
#include "base/test_folder.h"
#include "roost/intake.h"
#include "roost/roost.h"
#include "tests/crash_points.h"
#include "tests/ledger_store.h"
#include "tests/power_loss.h"
#include "tests/stop_and_go.h"

namespace roost::testing {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Documents = std::map<std::string, std::string>;  // file -> what it holds
using Values = std::map<std::string, Json>;            // 1 and 1.0 are the same

// What each step writes into the inbox, before it is ingested.
const std::vector<Documents> kSteps = {
    {{"t_0.json", R"({"a":1,"s":[{"x":1}]})"}, {"t_1.json", R"({"a":2})"}},
    {{"t_2.json", R"({"a":3,"s":[{"x":5},{"x":6}]})"}},         // appends
    {{"t_3.json", R"({"a":4,"n":"new"})"}},                     // a new column
    {{"t_4.json", R"({"a":2.5,"s":[{"x":"text"},{"x":2}]})"}},  // a wider one, and a sibling
    {{"t_0.json", R"({"a":7,"s":[{"x":9},{"x":8}]})"}},         // replaces
    {{"t_5.json", "{\"a\":6}\n{\"a\":"}},                       // a record goes to quarantine
    {{"t_2.json", R"({"a":"word","n":5,"u":[{"v":[1]}]})"},     // replaces, widens, new tables
     {"t_5.json", R"({"a":6,"n":"2020-01-01"})"}},              // and what was in quarantine
};

/// What the store holds of the inbox after so many steps.
Documents After(int steps) {
  Documents all;
  for (int i = 0; i < steps; ++i)
    for (const auto& [name, text] : kSteps[static_cast<size_t>(i)]) all[name] = text;
  for (auto& [name, text] : all) text = text.substr(0, text.find('\n'));
  return all;
}

struct Places {
  std::string in, out;
};

Status IngestOnce(const Places& places) {
  IngestOptions options;
  options.inputs = {places.in};
  options.output_dir = places.out;
  options.threads = 1;
  return Ingest(options).status();
}

/// Goes on from `from`; `step` is where it is. Files that are there already are as they were.
Status RunSteps(const Places& places, int from, int* step) {
  fs::create_directories(places.in);
  for (int i = from; i < static_cast<int>(kSteps.size()); ++i) {
    *step = i;
    for (const auto& [name, text] : kSteps[static_cast<size_t>(i)])
      std::ofstream(places.in + "/" + name) << text;
    ROOST_TRY(IngestOnce(places));
  }
  *step = static_cast<int>(kSteps.size());
  return Status::OK();
}

std::string BytesOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

/// The documents that a store gives back, by file name. Nothing where there is no store.
Result<Values> Exported(const std::string& out) {
  Values documents;
  if (!fs::exists(out)) return documents;
  TestFolder back;
  ROOST_TRY(Export({out, back / "back", false}).status());
  for (const auto& entry : fs::recursive_directory_iterator(back / "back"))
    if (entry.is_regular_file())
      documents[entry.path().filename()] = Json::parse(BytesOf(entry.path()));
  return documents;
}

/// Rows that the documents make in the tables t and s.
std::map<std::string, size_t> RowsOf(const Documents& documents) {
  std::map<std::string, size_t> rows = {{"t", documents.size()}, {"s", 0}};
  for (const auto& [name, text] : documents)
    if (const Json json = Json::parse(text); json.contains("s")) rows["s"] += json["s"].size();
  return rows;
}

/// Of a view, each row once.
Result<size_t> RowsOfView(const std::string& out, const std::string& table) {
  std::set<int64_t> ids;
  const std::string view = out + "/" + table + ".parquet";
  if (!fs::exists(view)) return ids.size();
  for (const auto& part : fs::directory_iterator(view)) {
    if (part.path().filename().string().find("-schema-") != std::string::npos) continue;
    ROOST_ASSIGN(auto more, ledger::testing::ReadIds(part.path()));
    for (int64_t id : more)
      if (!ids.insert(id).second) return Status::Invalid("row ", id, " is twice in ", view);
  }
  return ids.size();
}

/// What readers find who come before anybody has recovered: of each table one commit.
void CheckViews(const std::string& out, int step) {
  for (const char* table : {"t", "s"}) {
    auto rows = RowsOfView(out, table);
    ASSERT_TRUE(rows.ok()) << rows.status().ToString();
    EXPECT_TRUE(*rows == RowsOf(After(step))[table] || *rows == RowsOf(After(step + 1))[table])
        << table << " has " << *rows << " rows";
  }
}

Values ValuesOf(const Documents& documents) {
  Values values;
  for (const auto& [name, text] : documents) values[name] = Json::parse(text);
  return values;
}

/// Opens the store as the next process would, looks at it, goes on to the end, and looks again.
void Recover(const Places& places, int step) {
  const int steps = static_cast<int>(kSteps.size());
  if (fs::exists(places.out)) {
    ASSERT_NO_FATAL_FAILURE(CheckViews(places.out, step));
    IngestOptions options;
    options.output_dir = places.out;
    auto intake = Intake::Open(options);
    ASSERT_TRUE(intake.ok()) << intake.status().ToString();
    Status closed = (*intake)->Close();
    ASSERT_TRUE(closed.ok()) << closed.ToString();
  }
  auto found = Exported(places.out);
  ASSERT_TRUE(found.ok()) << found.status().ToString();
  const bool is_whole =
      *found == ValuesOf(After(step)) || *found == ValuesOf(After(std::min(step + 1, steps)));
  ASSERT_TRUE(is_whole) << "in step " << step << ": " << Json(*found).dump();
  int ended = 0;
  Status status = RunSteps(places, std::min(step, steps - 1), &ended);
  ASSERT_TRUE(status.ok()) << status.ToString();
  auto all = Exported(places.out);
  ASSERT_TRUE(all.ok()) << all.status().ToString();
  EXPECT_EQ(*all, ValuesOf(After(steps)));
  ASSERT_NO_FATAL_FAILURE(CheckViews(places.out, steps));
  Status clean = ledger::testing::CheckNoGarbage(places.out);
  EXPECT_TRUE(clean.ok()) << clean.ToString();
}

int CountCalls() {
  TestFolder scratch;
  int step = 0;
  return CountCallsOf([&] { return RunSteps({scratch / "in", scratch / "out"}, 0, &step); });
}

/// The step it was in.
int RunStepsAndKill(const Places& places, int at) {
  auto* step = static_cast<int*>(
      ::mmap(nullptr, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  *step = 0;
  RunAndKill(at, [&] { return RunSteps(places, 0, step); });
  const int reached = *step;
  ::munmap(step, sizeof(int));
  return reached;
}

void KillEverywhere(int first, int points) {
  const int calls = CountCalls();
  ASSERT_GT(calls, 300);
  for (int i = 0; i < points; ++i) {
    const int at = (first + i * calls / points) % calls;
    SCOPED_TRACE("killed before call " + std::to_string(at) + " of " + std::to_string(calls));
    TestFolder scratch;
    const Places places{scratch / "in", scratch / "out"};
    const int step = RunStepsAndKill(places, at);
    ASSERT_NO_FATAL_FAILURE(Recover(places, step));
  }
}

TEST(IntakeCrash, ABatchIsWholeOrNotThereWhereverAProcessIsKilled) { KillEverywhere(0, 60); }
TEST(IntakeCrashSlow, ABatchIsWholeOrNotThereWhereverAProcessIsKilled) {
  KillEverywhere(0, CountCalls());
}

/// One call fails, before or after it was done; the run may end with an error or go on.
void FailEverywhere(int error, bool after, int first, int points) {
  const int calls = CountCalls();
  for (int i = 0; i < points; ++i) {
    const int at = (first + i * calls / points) % calls;
    SCOPED_TRACE("errno " + std::to_string(error) + (after ? " after" : " at") + " call " +
                 std::to_string(at));
    TestFolder scratch;
    const Places places{scratch / "in", scratch / "out"};
    int step = 0;
    {
      AtCalls fail([&](int call, disk::Call, const std::string&) {
        return call == at ? disk::Fault{error, SIZE_MAX, after} : disk::Fault{};
      });
      std::ignore = RunSteps(places, 0, &step);
    }
    ASSERT_NO_FATAL_FAILURE(Recover(places, step));
  }
}

TEST(IntakeCrash, AFailedCallLeavesTheBatchWholeOrNotThere) {
  FailEverywhere(ENOSPC, false, 1, 30);
  FailEverywhere(EIO, true, 2, 20);
}
TEST(IntakeCrashSlow, AFailedCallLeavesTheBatchWholeOrNotThere) {
  FailEverywhere(ENOSPC, false, 0, CountCalls());
  FailEverywhere(EIO, true, 0, CountCalls());
}

/// What was not synced when the power failed is there or not, by chance.
void CutThePower(int points, uint64_t seed) {
  const int calls = CountCalls();
  std::mt19937_64 random(seed);
  for (int i = 0; i < points; ++i) {
    const int end = static_cast<int>(random() % static_cast<uint64_t>(calls));
    const uint64_t loss = random();
    SCOPED_TRACE("power cut before call " + std::to_string(end) + ", chance " +
                 std::to_string(loss));
    TestFolder inbox, before, after;
    int step = 0;
    {
      PowerLoss power(before.path());
      AtCalls cut([&](int call, disk::Call what, const std::string& path) {
        if (call >= end) return disk::Fault{EIO};
        power.See(what, path);
        return disk::Fault{};
      });
      std::ignore = RunSteps({inbox / "in", before / "out"}, 0, &step);
      power.Leave(after / "left", loss);
    }
    ASSERT_NO_FATAL_FAILURE(Recover({inbox / "in", after / "left/out"}, step));
  }
}

TEST(IntakeCrash, APowerCutLosesNoBatchThatWasDone) { CutThePower(30, 1); }
TEST(IntakeCrashSlow, APowerCutLosesNoBatchThatWasDone) { CutThePower(1000, 2); }

// Both make the same columns wider, in another way each, and replace a file.
const Documents kFirst = {{"t_0.json", R"({"a":1,"s":[{"x":1}]})"}, {"t_1.json", R"({"a":2})"}};
const Documents kOfOne = {{"t_0.json", R"({"a":1.5,"s":[{"x":2},{"x":3}]})"},
                          {"t_8.json", R"({"a":9007199254740993,"n":1})"}};
const Documents kOfOther = {{"t_1.json", R"({"a":2,"s":[{"x":"y"}]})"},
                            {"t_9.json", R"({"a":1000000000000000000000,"m":"2020-01-01"})"}};

void Write(const std::string& folder, const Documents& documents) {
  fs::create_directories(folder);
  for (const auto& [name, text] : documents) std::ofstream(folder + "/" + name) << text;
}

/// Ingests only these files of the inbox.
Status IngestFiles(const Places& places, const Documents& documents) {
  IngestOptions options;
  for (const auto& [name, text] : documents) options.inputs.push_back(places.in + "/" + name);
  options.output_dir = places.out;
  options.threads = 1;
  return Ingest(options).status();
}

void PrepareTwo(const Places& places) {
  Write(places.in, kFirst);
  Status first = IngestFiles(places, kFirst);
  ASSERT_TRUE(first.ok()) << first.ToString();
  Write(places.in, kOfOne);
  Write(places.in, kOfOther);
}

int CountCallsOfOne() {
  TestFolder scratch;
  const Places places{scratch / "in", scratch / "out"};
  PrepareTwo(places);
  AtCalls nothing([](int, disk::Call, const std::string&) { return disk::Fault{}; });
  EXPECT_TRUE(IngestFiles(places, kOfOne).ok());
  return nothing.count();
}

void StopEverywhere(int stride) {
  const int calls = CountCallsOfOne();
  ASSERT_GT(calls, 60);
  Documents all = kFirst;
  for (const Documents& more : {kOfOne, kOfOther})
    for (const auto& [name, text] : more) all[name] = text;
  for (int at = 0; at < calls; at += stride) {
    SCOPED_TRACE("stopped before call " + std::to_string(at) + " of " + std::to_string(calls));
    TestFolder scratch;
    const Places places{scratch / "in", scratch / "out"};
    ASSERT_NO_FATAL_FAILURE(PrepareTwo(places));
    Status one, other;
    StopAndGo(
        at, [&] { one = IngestFiles(places, kOfOne); },
        [&] { other = IngestFiles(places, kOfOther); });
    ASSERT_TRUE(one.ok()) << one.ToString();
    ASSERT_TRUE(other.ok()) << other.ToString();
    auto found = Exported(places.out);
    ASSERT_TRUE(found.ok()) << found.status().ToString();
    EXPECT_EQ(*found, ValuesOf(all));
    for (const auto& [table, rows] : RowsOf(all))
      EXPECT_EQ(RowsOfView(places.out, table).ValueOrDie(), rows) << table;
    Status clean = ledger::testing::CheckNoGarbage(places.out);
    EXPECT_TRUE(clean.ok()) << clean.ToString();
  }
}

TEST(IntakeCrash, AStoppedWriterHoldsNobodyUpAndDoesNoHarm) { StopEverywhere(7); }
TEST(IntakeCrashSlow, AStoppedWriterHoldsNobodyUpAndDoesNoHarm) { StopEverywhere(1); }

}  // namespace
}  // namespace roost::testing
