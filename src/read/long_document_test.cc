#include "read/long_document.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/test_folder.h"
#include "read/raw_text.h"
#include "read/test_input.h"

namespace roost::read {
namespace {

using Json = nlohmann::json;

constexpr ReaderOptions kSmall = {.unit_bytes = 64, .max_record_bytes = 512};

std::string Objects(int count, const std::string& gap = "") {
  std::string text = "[";
  for (int i = 0; i < count; ++i)
    text += (i ? "," : "") + gap +
            (i % 9 == 5 ? "null" : R"({"n":)" + std::to_string(i) + R"(,"t":"]}\"["})");
  return text + gap + "]";
}

std::vector<SeenUnit> ReadText(const std::string& text, ReaderOptions options = kSmall,
                               int threads = 1) {
  const TestFolder folder;
  folder.Write("a.json", text);
  const SeenInput seen = ReadAll({{folder.path("a.json"), 0, true}}, options, threads);
  EXPECT_EQ(seen.done.size() + seen.faults.size(), 1u);
  return seen.OfFile(0);
}

// Puts the document together again from its pieces.
Json Rebuild(const std::vector<SeenUnit>& units) {
  Json document;
  std::map<std::string, Json> arrays;
  for (const SeenUnit& seen : units) {
    if (seen.unit.kind == UnitKind::kSkeleton) document = Json::parse(seen.text);
    if (seen.unit.kind != UnitKind::kMember) continue;
    std::string inside = seen.text;
    while (inside.find_last_of(", \n") == inside.size() - 1) inside.pop_back();
    Json& array = arrays[seen.unit.member];
    EXPECT_EQ(seen.unit.first_index, array.size());
    for (const Json& element : Json::parse("[" + inside + "]")) array.push_back(element);
  }
  for (const auto& [key, array] : arrays) {
    EXPECT_EQ(document[key], Json::array());
    document[key] = array;
  }
  return document;
}

TEST(LongDocument, ComesInPiecesThatMakeTheWhole) {
  for (const char* gap : {"", "\n    "}) {
    const std::string text = R"({"a":{"list":[1,2,[3]]},"list":)" + Objects(100, gap) +
                             ",\n\"text\":\"[{,\\\"\",\"few\":[{\"x\":1}]," + R"("again\"":)" +
                             Objects(50, gap) + R"(,"numbers":[1,2,3]})" + "\n";
    const std::vector<SeenUnit> units = ReadText(text);
    ASSERT_EQ(units[0].unit.kind, UnitKind::kStream);
    EXPECT_EQ(Rebuild(units), Json::parse(text));
    // The skeleton begins where the document does, and sorts behind the stream.
    EXPECT_EQ(units[1].unit.kind, UnitKind::kSkeleton);
    EXPECT_EQ(units[1].unit.streamed_members, (std::vector<std::string>{"list", "again\""}));
    EXPECT_EQ(units[1].unit.number, units[0].unit.number);
    for (size_t i = 2; i < units.size(); ++i) {
      EXPECT_GT(units[i].unit.number, units[i == 2 ? 0 : i - 1].unit.number);
      EXPECT_EQ(text.substr(units[i].unit.offset, units[i].text.size()), units[i].text);
      EXPECT_EQ(units[i].unit.line,
                1 + std::count(text.begin(), text.begin() + units[i].unit.offset, '\n'));
    }
  }
}

TEST(LongDocument, WhiteSpaceBetweenElementsMayBeOfAnyLength) {
  std::mt19937_64 random(3);
  const std::string space(2000, ' ');
  for (int round = 0; round < 40; ++round) {
    const auto gap = [&] { return random() % 8 ? "" : "\n" + space.substr(0, random() % 2000); };
    std::string text = R"({"list":[{"n":0})";
    for (int i = 0; i < 60; ++i) text += gap() + "," + gap() + R"({"n":[1,"]"]})";
    text += gap() + R"(],"more":)" + Objects(50) + "}";
    const std::vector<SeenUnit> units = ReadText(text);
    ASSERT_EQ(units[0].unit.kind, UnitKind::kStream);
    EXPECT_EQ(Rebuild(units), Json::parse(text));
    for (const SeenUnit& seen : units) {
      if (seen.unit.kind != UnitKind::kMember) continue;
      EXPECT_LT(seen.text.size(), 300u);
      EXPECT_EQ(text.substr(seen.unit.offset, seen.text.size()), seen.text);
      EXPECT_EQ(seen.unit.line,
                1 + std::count(text.begin(), text.begin() + seen.unit.offset, '\n'));
    }
  }
}

TEST(LongDocument, WhatStandsBehindItIsReadByAnyThread) {
  const std::string document = R"({"list":)" + Objects(60) + "}";
  const std::string text = "{}\n{\n}" + document + " {\"b\":1}\n" + document + document + "  \n";
  for (int threads : {1, 2, 4}) {
    const std::vector<SeenUnit> units = ReadText(text, kSmall, threads);
    std::vector<UnitKind> kinds;
    std::set<uint64_t> numbers;
    for (const SeenUnit& seen : units) {
      if (seen.unit.kind == UnitKind::kMember) continue;
      kinds.push_back(seen.unit.kind);
      const bool is_new = numbers.insert(seen.unit.number).second;
      EXPECT_EQ(is_new, seen.unit.kind != UnitKind::kSkeleton);
    }
    EXPECT_EQ(kinds,
              (std::vector<UnitKind>{UnitKind::kValues, UnitKind::kStream, UnitKind::kSkeleton,
                                     UnitKind::kValues, UnitKind::kStream, UnitKind::kSkeleton,
                                     UnitKind::kStream, UnitKind::kSkeleton}));
  }
}

struct FaultCase {
  const char* what;
  std::string behind;  // what follows {"list":[{...},...
  std::string reason;
};

TEST(LongDocument, FaultsAreToldAtTheEndWithWhereTheDocumentStands) {
  const std::string start = R"({"list":)" + Objects(60);
  const std::string open = start.substr(0, start.size() - 1);
  const std::vector<FaultCase> cases = {
      {"end in an array", "", "the file ends inside array \"list\" of this document"},
      {"end in an element", ",{\"a", "the file ends inside array \"list\" of this document"},
      {"end between members", "],\"b\":1", "the file ends inside this document"},
      {"another element", ",[1]],\"b\":1}",
       "array \"list\" holds other elements than objects and cannot be streamed; raise "
       "--max-record"},
      {"no element", ", ]}", "array \"list\" has no value behind its last comma"},
      {"no comma", std::string(1000, ' ') + "{}]}",
       "expected , or ] behind an element of array \"list\""},
      {"end in white space", std::string(1000, ' '),
       "the file ends inside array \"list\" of this document"},
      {"wrong bracket", "}}", "a } stands where array \"list\" should end"},
      {"key again", "],\"l\\u0069st\":1}",
       "key \"list\" occurs again behind its array, which was too long to be kept in memory; raise "
       "--max-record"},
      {"long element", ",{\"x\":\"" + std::string(1000, 'x') + "\"}]}",
       "array \"list\" has an element longer than --max-record (512 bytes); raise it"},
      {"long skeleton", "],\"x\":\"" + std::string(1000, 'x') + "\"}",
       "document longer than --max-record (512 bytes) even without the arrays that can be "
       "streamed; "
       "raise it"},
  };
  for (const FaultCase& fault : cases) {
    const TestFolder folder;
    const std::string text = open + fault.behind;
    const FileList files = {{folder.Write("a.json", "{} \n" + text + "\n"), 0, true}};
    auto reader = Reader::Make(files, kSmall).ValueOrDie();
    Batch batch;
    std::shared_ptr<DocumentStream> stream;
    while (!stream) {
      ASSERT_TRUE(reader->Next(batch).ok());
      stream = batch.units.at(0).stream;
    }
    do {
      ASSERT_TRUE(stream->Next(batch).ok());
      ASSERT_EQ(batch.units.size(), 1u) << fault.what;
    } while (!batch.units[0].last);
    EXPECT_EQ(batch.units[0].kind, UnitKind::kBroken) << fault.what;
    EXPECT_EQ(batch.units[0].reason, fault.reason) << fault.what;
    EXPECT_EQ(batch.units[0].begin, batch.units[0].end);
    EXPECT_EQ(batch.done.size(), 1u) << fault.what;
    std::string raw;
    ASSERT_TRUE(ReadRawText(files[0], nullptr, stream->raw_offset(), stream->raw_bytes(),
                            [&](std::string_view piece) {
                              raw += piece;
                              return Status::OK();
                            })
                    .ok());
    while (raw.ends_with('\n')) raw.pop_back();  // an open document takes all there is
    EXPECT_EQ(raw, text) << fault.what;
  }
}

TEST(LongDocument, AKeyThatStoodBeforeKeepsItsArrayInTheSkeleton) {
  const std::string text =
      R"({"few":1,"list":)" + Objects(60) + R"(,"fe\u0077":)" + Objects(8) + "}";
  const std::vector<SeenUnit> units = ReadText(text);
  EXPECT_EQ(units.at(1).unit.streamed_members, (std::vector<std::string>{"list"}));
  EXPECT_EQ(Rebuild(units), Json::parse(text));
}

TEST(LongDocument, AnArrayOfScalarsCannotBeStreamed) {
  std::string text = "{\"list\":[0";
  for (int i = 0; i < 1000; ++i) text += "," + std::to_string(i);
  text += "]}\n{}";
  const std::vector<SeenUnit> units = ReadText(text);
  EXPECT_EQ(units[0].unit.kind, UnitKind::kBroken);
  EXPECT_EQ(units[0].unit.reason, "record longer than --max-record (512 bytes)");
  EXPECT_EQ(units.back().text, "\n{}");
  EXPECT_EQ(Join(units), text);
}

TEST(LongDocument, GivenUpEarlyItReleasesTheFile) {
  const TestFolder folder;
  folder.Write("a.json", R"({"list":)" + Objects(100) + "}");
  const FileList files = {{folder.path("a.json"), 0, true}};
  auto reader = Reader::Make(files, kSmall).ValueOrDie();
  Batch batch;
  ASSERT_TRUE(reader->Next(batch).ok());
  ASSERT_EQ(batch.units.at(0).kind, UnitKind::kStream);
  ASSERT_TRUE(reader->Next(batch).ok());
  EXPECT_TRUE(batch.units.empty());
}

TEST(LongDocument, PiecesAreTheSameForRandomDocuments) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 60; ++round) {
    const std::string gap = round % 2 ? "\n  " : "";
    std::string text = "{";
    for (int i = 0; i < 8; ++i) {
      text += (i ? "," : "") + gap + "\"k" + std::to_string(i) + "\":";
      const auto kind = random() % 4;
      text += kind == 0 ? "\"[{\\\\\"" : kind == 1 ? "{\"a\":[{}]}" : Objects(random() % 60, gap);
    }
    text += "}";
    if (text.size() < 600) continue;
    const ReaderOptions options = {.unit_bytes = 32 + random() % 100, .max_record_bytes = 400};
    const std::vector<SeenUnit> units = ReadText(text, options);
    const bool is_whole =
        units[0].unit.kind == UnitKind::kStream && units[1].unit.kind == UnitKind::kSkeleton;
    if (!is_whole) continue;
    EXPECT_EQ(Rebuild(units), Json::parse(text)) << text;
  }
}

}  // namespace
}  // namespace roost::read
