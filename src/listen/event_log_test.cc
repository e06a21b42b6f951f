#include "listen/event_log.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/test_folder.h"

namespace roost::listen {
namespace {

std::string Submit(int cluster) {
  return "000 (" + std::to_string(cluster) + ".0.0) 11/22 15:31:02 Job submitted\n...\n";
}

class EventLogOnDisk : public testing::Test {
 protected:
  void Append(const std::string& text) const { std::ofstream(path_, std::ios::app) << text; }
  void Rotate(const std::string& to) const { std::filesystem::rename(path_, path_ + to); }
  std::vector<uint64_t> Clusters() {
    std::vector<uint64_t> clusters;
    for (const JobEvent& event : log_.Read().ValueOrDie()) clusters.push_back(event.job->cluster);
    return clusters;
  }
  using Numbers = std::vector<uint64_t>;

  TestFolder folder_;
  const std::string path_ = folder_ / "jobs.log";
  EventLog log_{path_};
};

TEST_F(EventLogOnDisk, ALogThatIsNotThereYetIsEmpty) {
  EXPECT_EQ(Clusters(), Numbers{});
  Append(Submit(1));
  EXPECT_EQ(Clusters(), Numbers{1});
}

TEST_F(EventLogOnDisk, EachEventComesOnce) {
  Append(Submit(1) + Submit(2));
  EXPECT_EQ(Clusters(), (Numbers{1, 2}));
  EXPECT_EQ(Clusters(), Numbers{});
  Append(Submit(3).substr(0, 20));
  EXPECT_EQ(Clusters(), Numbers{});
  Append(Submit(3).substr(20) + Submit(4));
  EXPECT_EQ(Clusters(), (Numbers{3, 4}));
}

TEST_F(EventLogOnDisk, WhatWasWrittenBeforeARotationIsRead) {
  Append(Submit(1));
  EXPECT_EQ(Clusters(), Numbers{1});
  Append(Submit(2));
  Rotate(".old");
  EXPECT_EQ(Clusters(), Numbers{2});
  Append(Submit(3));
  EXPECT_EQ(Clusters(), Numbers{3});
}

TEST_F(EventLogOnDisk, SeveralRotationsBetweenTwoCallsLoseNothing) {
  Append(Submit(1));
  EXPECT_EQ(Clusters(), Numbers{1});
  Append(Submit(2));
  Rotate(".3");
  Append(Submit(3));
  Rotate(".2");
  Append(Submit(4));
  Rotate(".1");
  Append(Submit(5));
  EXPECT_EQ(Clusters(), (Numbers{2, 3, 4, 5}));
  EXPECT_EQ(Clusters(), Numbers{});
}

TEST_F(EventLogOnDisk, AtFirstRotatedLogsAreReadToo) {
  Append(Submit(1));
  Rotate(".old");
  Append(Submit(2));
  EXPECT_EQ(Clusters(), (Numbers{1, 2}));
}

TEST_F(EventLogOnDisk, ATruncatedLogBeginsAnew) {
  Append(Submit(1) + Submit(2));
  EXPECT_EQ(Clusters(), (Numbers{1, 2}));
  std::ofstream(path_, std::ios::trunc) << Submit(7);
  EXPECT_EQ(Clusters(), Numbers{7});
}

TEST_F(EventLogOnDisk, ATornEventDoesNotSpoilTheNextLog) {
  Append(Submit(1) + "005 (2.0.0) 11/22 15:31:02 Job termi");
  EXPECT_EQ(Clusters(), Numbers{1});
  Rotate(".old");
  Append(Submit(3));
  EXPECT_EQ(Clusters(), Numbers{3});
}

TEST_F(EventLogOnDisk, ALogThatCannotBeReadIsAnError) {
  std::filesystem::create_directory(path_);
  const auto events = log_.Read();
  ASSERT_FALSE(events.ok());
  EXPECT_NE(events.status().message().find("jobs.log"), std::string::npos);
}

}  // namespace
}  // namespace roost::listen
