#include "ingest/hints_file.h"

#include <gtest/gtest.h>

namespace roost::ingest {
namespace {

TEST(HintsFile, SaysWhereAFaultStandsAndWhatWasMeant) {
  const std::pair<const char*, const char*> cases[] = {
      {"columns:\n  $.a: txt",
       "r.yaml:2:8: expected a hint (text, list, json, {timestamp: FORMAT} "
       "or {reject_unless: KIND}), found 'txt'; did you mean 'text'?"},
      {"columns:\n  $.a: {reject: int64}", "found 'reject'; did you mean 'reject_unless'?"},
      {"columns:\n  $.a: timestamp", "r.yaml:2:8: timestamp needs a format"},
      {"columns:\n  $.a: {text: true}", "r.yaml:2:9: 'text' stands alone"},
      {"columns:\n  $.a: {timestamp: '%Y'}", "r.yaml:2:20: '%Y': it must tell the month"},
      {"columns:\n  $.a: {timestamp: [1]}", "r.yaml:2:20: expected a format"},
      {"columns:\n  $.a: {reject_unless: integer}", "r.yaml:2:24: expected a kind (one of int64"},
      {"columns:\n  $.a: [text]", "r.yaml:2:8: expected a hint"},
      {"columns:\n  $.a:", "r.yaml:2:3: '$.a' lacks a hint"},
      {"columns:\n  $.a: {timestamp: '%Y', text: 1}", "expected one hint for a path"},
      {"column: {}", "r.yaml:1:1: unknown key 'column' in the file; did you mean 'columns'?"},
      {"columns: [1]", "r.yaml:1:10: expected `columns`"},
      {"columns:\n  a.b: text", "r.yaml:2:3: 'a.b': a JSON path begins with $"},
      {"columns:\n  $a: text", "begins with . or ["},
      {"columns:\n  $.a b: text", "begins with . or ["},
      {"columns:\n  $.1a: text", "['a key']"},
      {"columns:\n  $.: text", "['a key']"},
      {"columns:\n  $.a[0]: text", "in brackets stands *"},
      {"columns:\n  $.a[*: text", "the bracket is not closed"},
      {"columns:\n  \"$['a]\": text", "the quote is not closed"},
      {"columns:\n  $.a: text\n  $.a: list", "r.yaml:3:3: '$.a' stands here twice"},
      {"columns:\n  $.a: text\n  \"$['a']\": list",
       "r.yaml:3:3: $['a'] has a hint already (r.yaml:2:3)"},
      {"columns:\n  $.a: json\n  $.a.b: text", "r.yaml:3:3: $.a.b lies in $.a"},
      {"columns:\n  $.a.b: text\n  $.a: json", "r.yaml:3:3: $.a is asked to be JSON"},
      {"columns:\n  $.a.*: text\n  $.a.b: text", "r.yaml:3:3: a key of the same object"},
      {"columns:\n  t:\n    $.a[*].b: text", "r.yaml:3:5: these rows lie in a table"},
      {"columns:\n  t:\n    b: text", "r.yaml:3:5"},
      {"columns: {", "this is no YAML"},
      {"- columns", "r.yaml:1:1: expected the file"},
  };
  for (auto [text, expected] : cases) {
    Status status = ParseHints(text, "r.yaml").status();
    ASSERT_FALSE(status.ok()) << text;
    EXPECT_NE(status.message().find(expected), std::string::npos) << text << "\n"
                                                                  << status.message();
  }
}

TEST(HintsFile, OtherEntriesBelongToOthers) {
  for (const char* text : {"", "# nothing", "columns:", "keys: {a: b}",
                           "relations: {confirmed: []}", "columns: {}\nkeys: [x]"}) {
    auto hints = ParseHints(text, "r.yaml");
    ASSERT_TRUE(hints.ok()) << text << hints.status().ToString();
    EXPECT_TRUE(hints->all().empty());
    EXPECT_EQ(hints->Of("any"), nullptr);
  }
}

TEST(HintsFile, OneForARootGoesBeforeOneForAll) {
  auto hints = ParseHints("columns: {$.a: text, r: {$.a: json}, $.b.c: list}", "r.yaml");
  ASSERT_TRUE(hints.ok()) << hints.status().ToString();
  EXPECT_EQ(hints->Of("x")->Find("a")->treatment(), shred::Treatment::kText);
  EXPECT_EQ(hints->Of("r")->Find("a")->treatment(), shred::Treatment::kJson);
  EXPECT_EQ(hints->Of("r")->Find("b")->Find("c")->treatment(), shred::Treatment::kList);
  EXPECT_EQ(hints->Of("r")->Find("c"), nullptr);
}

TEST(HintsFile, UnusedHintsNameThePathThatMayBeMeant) {
  auto hints = ParseHints("columns: {$.naem: text, $.used: list}", "r.yaml");
  ASSERT_TRUE(hints.ok()) << hints.status().ToString();
  shred::FinalSchema schema;
  schema.tables.emplace_back().columns.emplace_back().json_path = "$.name";
  auto lines = UnusedHints(*hints, {&hints->all()[1]}, schema, nullptr);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0],
            "r.yaml:1:11: no value was found at $.naem that this hint is for; did you "
            "mean '$.name'?");
}

TEST(HintsFile, WhatTheStoreKnowsIsNoUnusedHint) {
  const std::string text =
      "columns: {\"$['zip']\": text, $.tags: list, $.zi: text, r: {$.zip: text}}";
  auto hints = ParseHints(text, "r.yaml");
  ASSERT_TRUE(hints.ok()) << hints.status().ToString();
  shred::PublishedTables published;
  published["x"].identity = "x";
  published["x"].columns.emplace_back().json_path = "$.zip";
  published["/tags[]"].json_path = "$.tags[*]";
  auto lines = UnusedHints(*hints, {}, {}, &published);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(lines[0].starts_with("r.yaml:1:43: no value was found at $.zi "));
  EXPECT_TRUE(lines[1].starts_with("r.yaml:1:59: no value was found at $.zip in records of r "));
}

}  // namespace
}  // namespace roost::ingest
