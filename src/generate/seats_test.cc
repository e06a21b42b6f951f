#include "generate/seats.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "generate/world_for_tests.h"

namespace roost::generate {
namespace {

struct School {
  int classes, students, most, low, high, window;
  double utilization, earlier, popularity;
};

std::string TextOf(const School& s) {
  return "world: test\ntables:\n"
         "  classes:\n    rows: " +
         std::to_string(s.classes) +
         "\n    key: id\n    fields:\n"
         "      id: {sequence: {}}\n      capacity: {int: {between: [" +
         std::to_string(s.low) + ", " + std::to_string(s.high) +
         "], dealt: true}}\n"
         "  students:\n    rows: " +
         std::to_string(s.students) +
         "\n    key: id\n    fields: {id: {sequence: {}}}\n"
         "  enrollments:\n    per: students\n    count: {between: [1, " +
         std::to_string(s.most) +
         "]}\n"
         "    unique: [student, class]\n    fields:\n      student: {from: students.id}\n"
         "      class: {ref: {table: classes, capacity: capacity, utilization: " +
         std::to_string(s.utilization) + ", window: " + std::to_string(s.window) +
         ", earlier: " + std::to_string(s.earlier) +
         ", popularity: " + std::to_string(s.popularity) + "}}\n";
}

constexpr int kClasses = 1, kEnrollments = 3;

// Capacities of one document's classes.
std::vector<int64_t> CapacitiesOf(const Program& program, uint64_t document) {
  RowSet classes(program, kClasses);
  for (uint64_t i = 0; i < program.table(kClasses).max_count; ++i) {
    classes.rows().push_back(document * program.table(kClasses).max_count + i);
  }
  return classes.Get(program.FindColumn(kClasses, "capacity")).numbers;
}

class SeatLaws : public testing::TestWithParam<School> {};

// Every law at once, over enough documents that windows open and close.
TEST_P(SeatLaws, HoldForEveryDocument) {
  const School& school = GetParam();
  Result<TestWorld> made = MakeTestWorld(TextOf(school));
  ASSERT_TRUE(made.ok()) << made.status().message();
  const Program& program = made->programs[0];
  SeatDealer dealer(program, kEnrollments);
  SeatDeal deal;
  std::map<uint64_t, int64_t> taken;
  auto per_document = static_cast<uint64_t>(school.classes);
  for (uint64_t document = 0; document < 300; ++document) {
    dealer.Deal(document, &deal);
    for (const auto& owner : deal.owners) {
      std::set<uint64_t> different(owner.classes.begin(), owner.classes.end());
      ASSERT_EQ(different.size(), owner.classes.size());
      if (owner.wish <= per_document) {
        ASSERT_EQ(owner.classes.size(), owner.wish) << document;
      }
      for (uint64_t row : owner.classes) {
        ASSERT_LE(row / per_document, document);
        ASSERT_GE(row / per_document + static_cast<uint64_t>(school.window), document);
        ++taken[row];
      }
    }
  }
  for (auto [row, count] : taken) {
    int64_t capacity = CapacitiesOf(program, row / per_document)[row % per_document];
    ASSERT_LE(static_cast<double>(count),
              std::floor(static_cast<double>(capacity) * school.utilization));
  }
}

TEST_P(SeatLaws, AnyDocumentIsComputedAlone) {
  Result<TestWorld> made = MakeTestWorld(TextOf(GetParam()));
  ASSERT_TRUE(made.ok()) << made.status().message();
  const Program& program = made->programs[0];
  SeatDealer in_order(program, kEnrollments);
  SeatDeal deal, alone;
  for (uint64_t document = 0; document < 150; ++document) {
    in_order.Deal(document, &deal);
    if (document % 13 != 0) continue;
    SeatDealer(program, kEnrollments).Deal(document, &alone);
    ASSERT_EQ(deal.owners.size(), alone.owners.size());
    for (size_t i = 0; i < deal.owners.size(); ++i)
      ASSERT_EQ(deal.owners[i].classes, alone.owners[i].classes);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Schools, SeatLaws,
    testing::Values(School{4, 20, 4, 20, 36, 64, 0.8, 0.4, 3},
                    School{4, 20, 4, 20, 36, 64, 1.0, 1.0, 1},
                    School{4, 20, 5, 20, 36, 8, 0.8, 0.9, 10},
                    School{6, 40, 6, 24, 25, 100, 1.0, 0.5, 3},  // hardly enough
                    School{5, 10, 5, 6, 8, 3, 1.0, 0.5, 2},
                    School{1, 9, 1, 9, 9, 64, 1.0, 1.0, 5},       // just enough
                    School{3, 20, 7, 30, 60, 64, 1.0, 0.7, 3}));  // more wishes than classes

TEST(Seats, FillAllThereAreWhenWishesMatchThem) {
  Result<TestWorld> made = MakeTestWorld(TextOf({1, 9, 1, 9, 9, 64, 1.0, 1.0, 5}));
  ASSERT_TRUE(made.ok());
  SeatDealer dealer(made->programs[0], kEnrollments);
  SeatDeal deal;
  dealer.Deal(500, &deal);
  EXPECT_EQ(deal.own_used, std::vector<uint32_t>{9});
}

TEST(Seats, GoToEarlierClassesAsOftenAsAsked) {
  School school{4, 20, 4, 30, 40, 64, 1.0, 0.4, 2};
  Result<TestWorld> made = MakeTestWorld(TextOf(school));
  ASSERT_TRUE(made.ok());
  SeatDealer dealer(made->programs[0], kEnrollments);
  SeatDeal deal;
  int all = 0, earlier = 0;
  for (uint64_t document = 100; document < 400; ++document) {
    dealer.Deal(document, &deal);
    for (const auto& owner : deal.owners) {
      for (uint64_t row : owner.classes) {
        ++all;
        earlier += row / 4 < document;
      }
    }
  }
  EXPECT_NEAR(earlier / double(all), 0.4, 0.06);
}

}  // namespace
}  // namespace roost::generate
