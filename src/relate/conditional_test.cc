#include "relate/conditional.h"

#include <gtest/gtest.h>

#include "relate/naming.h"
#include "relate/test_tables.h"

namespace roost::relate {
namespace {

using Texts = std::vector<std::string>;

/// Notes of students 0, 7, 14... and teachers 0, 11, 22...
Tables Notes(const Texts& kinds, const std::string& kind_name, const std::string& id_name) {
  Tables tables;
  Texts kind, id;
  for (int i = 0; i < 80; ++i) {
    kind.push_back(kinds[static_cast<size_t>(i % 2)]);
    id.push_back(std::to_string(i % 2 ? i % 20 * 11 + 5000 : i % 50 * 7 + 1000));
  }
  tables.Add("notes", {{kind_name, kind}, {id_name, id}});
  Texts students, teachers;
  for (int i = 0; i < 60; ++i) students.push_back(std::to_string(i * 7 + 1000));
  for (int i = 0; i < 20; ++i) teachers.push_back(std::to_string(i * 11 + 5000));
  tables.Add("students", {{"student_id", students}});
  tables.Add("teachers", {{"teacher_id", teachers}});
  NameColumns(tables.database);
  return tables;
}

size_t Found(Tables tables) {
  return FindConditional(tables.database, tables.values).ValueOrDie().size();
}

TEST(Conditional, AKindNamesItsTableInAnyForm) {
  EXPECT_EQ(Found(Notes({"student", "teacher"}, "owner_type", "owner_id")), 2u);
  EXPECT_EQ(Found(Notes({"App\\Models\\Student", "Teacher"}, "owner_type", "owner_id")), 2u);
  EXPECT_EQ(Found(Notes({"students", "TEACHERS"}, "subject_kind", "subject_key")), 2u);
  EXPECT_EQ(Found(Notes({"students", "teachers"}, "owner__ref", "owner__id")), 2u);
  EXPECT_EQ(Found(Notes({"Student", "Teacher"}, "type", "id")), 2u);
}

TEST(Conditional, OtherColumnsAreLeftAlone) {
  EXPECT_EQ(Found(Notes({"open", "closed"}, "owner_type", "owner_id")), 0u);
  EXPECT_EQ(Found(Notes({"student", "teacher"}, "maker_type", "owner_id")), 0u);
  EXPECT_EQ(Found(Notes({"student", "teacher"}, "owner_name", "owner_id")), 0u);
  // The ids of the one kind are not those of the table that it names.
  EXPECT_EQ(Found(Notes({"teacher", "student"}, "owner_type", "owner_id")), 0u);
}

TEST(Conditional, IdsThatAreMissingAreCounted) {
  Tables tables;
  Texts kind(100, "student"), id;
  for (int i = 0; i < 100; ++i) id.push_back(std::to_string(i == 7 ? -1 : 40 + i % 50));
  tables.Add("notes", {{"owner_type", kind}, {"owner_id", id}});
  Texts students;
  for (int i = 0; i < 60; ++i) students.push_back(std::to_string(40 + i));
  tables.Add("students", {{"id", students}});
  NameColumns(tables.database);
  auto found = FindConditional(tables.database, tables.values).ValueOrDie();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].rows, 100u);
  EXPECT_EQ(found[0].contained_rows, 99u);
  EXPECT_EQ(found[0].missing.size(), 1u);
}

}  // namespace
}  // namespace roost::relate
