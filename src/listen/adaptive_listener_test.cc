#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "base/disk.h"
#include "base/test_folder.h"
#include "roost/listen.h"

namespace roost {
namespace {

class AdaptiveListener : public testing::Test {
 protected:
  void Put(int n) const {
    folder_.Write("in/r_" + std::to_string(n) + ".json", "{\"n\": " + std::to_string(n) + "}");
  }

  TestFolder folder_;
};

TEST_F(AdaptiveListener, TakesWhatIsThereOnce) {
  for (int n = 0; n < 3; ++n) Put(n);
  AdaptiveResultListener listener(folder_ / "in", folder_ / "out", 2, 0.05, 1);
  listener.options().settle_seconds = 0.1;
  const auto result = listener.RunOnce();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->status.counts.files_taken, 3u);
  EXPECT_FALSE(result->stopped);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "out/r.parquet"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "out/schema_documentation.json"));
}

TEST_F(AdaptiveListener, MoreFilesThanAreRememberedAreAllTaken) {
  constexpr int kFiles = 12'000;  // three pieces of a walk
  for (int n = 0; n < kFiles; ++n) Put(n);
  AdaptiveResultListener listener(folder_ / "in", folder_ / "out", 2, 0.05, 1);
  listener.options().settle_seconds = 0;
  listener.options().most_pending = 5000;
  listener.options().batch_seconds = 0.2;
  listener.options().document = false;
  const auto result = listener.RunOnce();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->status.counts.files_taken, static_cast<uint64_t>(kFiles));
}

// While the store is asked slowly, walks over the input folder meet nothing twice.
TEST_F(AdaptiveListener, WhatIsKnownIsLookedAtOnce) {
  for (int n = 0; n < 3; ++n) Put(n);
  AdaptiveResultListener listener(folder_ / "in", folder_ / "out", 2, 0.02, 1);
  listener.options().settle_seconds = 0.05;
  listener.options().document = false;
  ASSERT_TRUE(listener.RunOnce().ok());
  disk::SetFaultHook([](disk::Call call, const std::string& path) {
    if (call == disk::Call::kList && path.ends_with("/delta"))
      std::this_thread::sleep_for(std::chrono::milliseconds(400));
    return disk::Fault{};
  });
  const auto again = listener.RunOnce();
  disk::SetFaultHook({});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->status.counts.files_known, 3u);
}

TEST_F(AdaptiveListener, ListensUntilItIsStopped) {
  Put(0);
  AdaptiveResultListener listener(folder_ / "in", folder_ / "out", 2, 0.05, 1);
  listener.options().settle_seconds = 0.1;
  listener.options().batch_seconds = 0.1;
  listener.options().document = false;
  uint64_t taken = 0;
  listener.options().on_event = [&](const ListenEvent& event) {
    if (event.kind != ListenEvent::Kind::kBatch) return;
    taken += event.batch.files_taken;
    if (taken == 1) Put(1);
    if (taken == 2) listener.Stop();
  };
  const auto result = listener.Run();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(result->stopped);
  EXPECT_EQ(result->status.counts.files_taken, 2u);
}

TEST_F(AdaptiveListener, AMissingInputFolderIsTold) {
  AdaptiveResultListener listener(folder_ / "none", folder_ / "out");
  const auto result = listener.Run();
  ASSERT_TRUE(result.status().IsIOError());
  EXPECT_NE(result.status().message().find("none"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
}

}  // namespace
}  // namespace roost
