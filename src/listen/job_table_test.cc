#include "listen/job_table.h"

#include <gtest/gtest.h>

namespace roost::listen {
namespace {

std::string Match(const std::string& pattern, const std::string& path) {
  const auto job = JobTemplate::Parse(pattern).ValueOrDie().Match(path);
  return job ? std::to_string(job->cluster) + "." + std::to_string(job->process) : "none";
}

TEST(JobTemplate, FindsClusterAndProcInNames) {
  struct {
    std::string pattern, path, job;
  } const cases[] = {
      {"result_{cluster}_{proc}.json", "result_12_3.json", "12.3"},
      {"result_{cluster}_{proc}.json", "a/b/result_012_003.json", "12.3"},
      {"result_{cluster}_{proc}.json", "result_12_3.json.gz", "none"},
      {"result_{cluster}_{proc}.json", "result_12_.json", "none"},
      {"result_{cluster}_{proc}.json", "other_12_3.json", "none"},
      {"{proc}-of-{cluster}*", "7-of-99.ndjson", "99.7"},
      {"*-{cluster}.{proc}.json", "node-17-4711.2.json", "4711.2"},
      {"run{cluster}.json", "run5.json", "5.0"},
      {"{cluster}/{proc}.json", "5/6.json", "5.6"},
      {"{cluster}/{proc}.json", "x/5/6.json", "none"},
      {"{cluster}/*/{proc}.json", "5/x/6.json", "5.6"},
      {"{cluster}/*.{proc}.json", "5/x/y.6.json", "none"},
      {"{cluster}{proc}.json", "123.json", "12.3"},
      {"r{cluster}.json", "r9999999999999999999999.json", "none"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(Match(each.pattern, each.path), each.job) << each.pattern << " " << each.path;
  }
}

TEST(JobTemplate, WhatMakesNoSenseIsRefused) {
  for (const char* pattern : {"result_{proc}.json", "{cluster}_{Proc}", "{cluster}{cluster}", "",
                              "{cluster", "{cluster}{}"}) {
    EXPECT_TRUE(JobTemplate::Parse(pattern).status().IsInvalid()) << pattern;
  }
}

JobEvent Event(int number, bool is_normal_end = false) {
  return {number, JobId{1, 2}, is_normal_end};
}

TEST(JobTable, AJobIsOverWithItsTerminationOrAbortion) {
  JobTable jobs;
  const JobId job{1, 2};
  EXPECT_EQ(jobs.Of(job), JobStanding::kUnknown);
  for (int number : {0, 40, 1, 6, 40, 4, 12, 13, 22}) {
    jobs.Note({Event(number)});
    EXPECT_EQ(jobs.Of(job), JobStanding::kRunning) << number;
  }
  jobs.Note({Event(5, true), Event(16)});
  EXPECT_EQ(jobs.Of(job), JobStanding::kDone);
  jobs.Note({Event(0)});
  EXPECT_EQ(jobs.Of(job), JobStanding::kRunning);
  jobs.Note({Event(5, false)});
  EXPECT_EQ(jobs.Of(job), JobStanding::kKilled);
  jobs.Note({Event(0), Event(9), Event(6)});
  EXPECT_EQ(jobs.Of(job), JobStanding::kAborted);
}

TEST(JobTable, AFileTransferAloneEndsNoJob) {
  JobTable jobs;
  jobs.Note({Event(40)});
  EXPECT_EQ(jobs.Of({1, 2}), JobStanding::kRunning);
}

TEST(JobTable, WholeClustersAndTheLogItselfAreNoJobs) {
  JobTable jobs;
  jobs.Note({{35, std::nullopt, false}, {8, std::nullopt, false}});
  EXPECT_EQ(jobs.size(), 0u);
}

}  // namespace
}  // namespace roost::listen
