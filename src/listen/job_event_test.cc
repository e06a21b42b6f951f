#include "listen/job_event.h"

#include <gtest/gtest.h>

#include <ostream>

namespace roost::listen {
namespace {

// The layout of HTCondor 23.9 and 25.14.
constexpr std::string_view kText =
    "000 (001.000.000) 2026-11-22 15:48:25.285 Job submitted from host: <127.0.0.1:9618?noUDP>\n"
    "...\n"
    "040 (001.000.000) 2026-11-22 15:48:25.338 Started transferring input files\n"
    "\tTransferring to host: <127.0.0.1:9618?sock=slot1_1>\n"
    "...\n"
    "005 (001.000.000) 2026-11-22 15:48:27.396 Job terminated.\n"
    "\t(1) Normal termination (return value 7)\n"
    "\t\tUsr 0 00:00:00, Sys 0 00:00:00  -  Run Remote Usage\n"
    "\n"
    "\tJob terminated of its own accord at 2026-11-22T15:48:27Z with exit-code 7.\n"
    "...\n"
    "005 (012.345.000) 11/22 15:31:02.034Z Job terminated.\n"
    "\t(0) Abnormal termination (signal 9)\n"
    "\t(0) No core file\n"
    "...\n"
    "009 (1000000.2.000) 2026-11-22 15:49:37.065Z Job was aborted.\n"
    "\tvia condor_rm (by user roost)\n"
    "...\n"
    "035 (038.-01.000) 2026-11-22 16:27:18.041Z Cluster submitted from host: <127.0.0.1>\n"
    "...\n";

struct Seen {
  int number;
  int64_t cluster, proc;
  bool is_normal_end;
  bool operator==(const Seen&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Seen& seen) {
    return out << seen.number << " (" << seen.cluster << "." << seen.proc << ")"
               << (seen.is_normal_end ? " normal" : "");
  }
};

void Note(const std::vector<JobEvent>& events, std::vector<Seen>& seen) {
  for (const JobEvent& event : events) {
    const auto cluster = event.job ? static_cast<int64_t>(event.job->cluster) : -1;
    const auto proc = event.job ? static_cast<int64_t>(event.job->process) : -1;
    seen.push_back({event.number, cluster, proc, event.is_normal_end});
  }
}

const std::vector<Seen> kSeen = {{0, 1, 0, false},    {40, 1, 0, false},      {5, 1, 0, true},
                                 {5, 12, 345, false}, {9, 1000000, 2, false}, {35, -1, -1, false}};

TEST(JobEvent, TextEventsAreRead) {
  EventParser parser;
  std::vector<Seen> seen;
  Note(parser.Take(kText), seen);
  EXPECT_EQ(seen, kSeen);
  EXPECT_EQ(parser.stray_lines(), 0u);
}

TEST(JobEvent, ALogMayComeInPiecesOfAnySize) {
  for (size_t size : {1, 2, 3, 7, 64, 199}) {
    EventParser parser;
    std::vector<Seen> seen;
    for (size_t at = 0; at < kText.size(); at += size)
      Note(parser.Take(kText.substr(at, size)), seen);
    EXPECT_EQ(seen, kSeen) << size;
  }
}

TEST(JobEvent, AnEventCountsWhenItsLastLineIsThere) {
  EventParser parser;
  EXPECT_TRUE(parser
                  .Take("005 (1.0.0) 11/22 15:31:02 Job terminated.\n"
                        "\t(1) Normal termination (return value 0)\n..")
                  .empty());
  const auto events = parser.Take(".\n");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_TRUE(events[0].is_normal_end);
}

TEST(JobEvent, JsonEventsMayStandInATextLog) {
  EventParser parser;
  std::vector<Seen> seen;
  Note(parser.Take("001 (35.0.0) 2026-11-22 16:25:48.200Z Job executing on host: <127.0.0.1>\n"
                   "...\n"
                   "{\n  \"Proc\": 0,\n  \"MyType\": \"JobTerminatedEvent\",\n  \"Cluster\": 35,\n"
                   "  \"ToE\": {\n    \"Cluster\": 99,\n    \"ExitCode\": 0\n  },\n"
                   "  \"EventTypeNumber\": 5,\n  \"TerminatedNormally\": true\n}\n"
                   "{\n  \"Proc\": 1,\n  \"Cluster\": 36,\n  \"EventTypeNumber\": 16,\n"
                   "  \"TerminatedNormally\": true\n}\n"),
       seen);
  EXPECT_EQ(seen, (std::vector<Seen>{{1, 35, 0, false}, {5, 35, 0, true}, {16, 36, 1, false}}));
}

TEST(JobEvent, XmlEventsAreRead) {
  EventParser parser;
  std::vector<Seen> seen;
  Note(parser.Take(
           "<c>\n    <a n=\"ToE\"><c>\n        <a n=\"ExitCode\"><i>0</i></a>\n    </c></a>\n"
           "    <a n=\"Proc\"><i>3</i></a>\n    <a n=\"Cluster\"><i>2</i></a>\n"
           "    <a n=\"EventTypeNumber\"><i>5</i></a>\n"
           "    <a n=\"TerminatedNormally\"><b v=\"t\"/></a>\n</c>\n"),
       seen);
  EXPECT_EQ(seen, (std::vector<Seen>{{5, 2, 3, true}}));
}

TEST(JobEvent, BehindATornEventTheLogIsReadOn) {
  EventParser parser;
  std::vector<Seen> seen;
  Note(parser.Take("005 (1.0.0) 11/22 15:31:02 Job terminated.\n"
                   "009 (1.1.0) 11/22 15:31:02 Job was aborted.\n...\n"
                   "\nnonsense\n005 (1.2.x) torn\n000 (1.3.0) 11/22 15:31:02 Job submitted\n...\n"),
       seen);
  EXPECT_EQ(seen, (std::vector<Seen>{{9, 1, 1, false}, {0, 1, 3, false}}));
  EXPECT_EQ(parser.stray_lines(), 3u);
}

TEST(JobEvent, ANumberBeyondAllEventsIsNone) {
  EventParser parser;
  const auto events = parser.Take(
      "{\n  \"EventTypeNumber\": 4294967301,\n  \"Cluster\": 1,\n  \"Proc\": 2,\n"
      "  \"TerminatedNormally\": true\n}\n");
  EXPECT_TRUE(events.empty());
}

TEST(JobEvent, AnotherLogBeginsAfresh) {
  EventParser parser;
  EXPECT_TRUE(parser.Take("005 (1.0.0) 11/22 15:31:02 Job terminated.\n\t(1) Norm").empty());
  parser.Restart();
  const auto events = parser.Take("000 (2.0.0) 11/22 15:31:02 Job submitted\n...\n");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].job, (JobId{2, 0}));
}

}  // namespace
}  // namespace roost::listen
