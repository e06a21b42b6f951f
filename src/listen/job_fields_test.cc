#include "listen/job_fields.h"

#include <gtest/gtest.h>

#include "base/test_folder.h"

namespace roost::listen {
namespace {

std::string Found(const std::string& fields, const std::string& text) {
  const auto job = JobFields::Parse(fields).ValueOrDie().FindIn(text);
  return job ? std::to_string(job->cluster) + "." + std::to_string(job->process) : "none";
}

TEST(JobFields, AreFoundWhereTheyAreNamed) {
  const std::string fields = "$.job.cluster, $.job.proc";
  const struct {
    const char *text, *job;
  } cases[] = {
      {R"({"job":{"cluster":17,"proc":3}})", "17.3"},
      {R"({"a":[{"job":{"cluster":1,"proc":1}}],"job":{"proc":"3","x":{},"cluster":"17"}})",
       "17.3"},
      {R"({"job":{"cluster":17,"proc":3}})"
       "\n"
       R"({"job":{"cluster":18,"proc":4}})",
       "17.3"},
      {R"([{"job":{"cluster":17,"proc":3}},{"job":{"cluster":18,"proc":4}}])", "17.3"},
      {R"( {"job":{"cluster":17,"proc":3},"torn":[1,)", "17.3"},
      {R"({"job":{"cluster":17,"pr)", "none"},
      {R"({"job":{"proc":3,"cluster":17)", "none"},  // it may become 170
      {R"({"job":{"cluster":17}})", "none"},
      {R"({"job":[{"cluster":17,"proc":3}]})", "none"},
      {R"({"job":{"cluster":-1,"proc":3}})", "none"},
      {R"({"job":{"cluster":1.5,"proc":"x3"}})", "none"},
      {R"({"cluster":17,"proc":3})", "none"},
      {R"([[{"job":{"cluster":17,"proc":3}}]])", "none"},
      {R"([{"a":1},{"job":{"cluster":17,"proc":3}}])", "none"},
      {R"({"a":1}{"job":{"cluster":17,"proc":3}})", "none"},
      {"17", "none"},
      {"", "none"},
  };
  for (const auto& each : cases) EXPECT_EQ(Found(fields, each.text), each.job) << each.text;
  EXPECT_EQ(Found("$.cluster", R"({"cluster":5})"), "5.0");
}

TEST(JobFields, OfAFileTheBeginIsRead) {
  TestFolder folder;
  const auto fields = JobFields::Parse("$.c,$.p").ValueOrDie();
  const std::string filler(1 << 20, 'x');
  const auto job = fields.Find(folder.Write("a.json", R"({"c":1,"p":2,"x":")" + filler));
  ASSERT_TRUE(job);
  EXPECT_EQ(job->process, 2u);
  EXPECT_FALSE(fields.Find(folder.Write("b.json", R"({"x":")" + filler + R"(","c":1,"p":2})")));
  EXPECT_FALSE(fields.Find(folder.path() + "/none.json"));
}

TEST(JobFields, WhatIsNoFieldIsRefused) {
  for (const char* text : {"$", "$.", "$.a..b", "$.a,b", "$.a,$.b,$.c", "$a", "$.a,"})
    EXPECT_TRUE(JobFields::Parse(text).status().IsInvalid()) << text;
}

}  // namespace
}  // namespace roost::listen
