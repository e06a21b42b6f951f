#include "store/place.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "base/disk.h"
#include "base/test_folder.h"
#include "store/rows_for_tests.h"

namespace roost::store {
namespace {

namespace fs = std::filesystem;

void Touch(const std::string& path) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path) << "x";
}

TEST(Place, TakesItsNameAtTheEnd) {
  TestFolder folder;
  std::string wanted = folder.path() + "/a/b/out/";
  {
    Place place = Place::Make(wanted, false).ValueOrDie();
    EXPECT_EQ(fs::path(place.folder()).parent_path(), folder.path() + "/a/b");
    EXPECT_EQ(place.folder().find(folder.path() + "/a/b/.out.roost-"), 0u);
    Touch(place.folder() + "/part");
    EXPECT_FALSE(fs::exists(wanted));
    ASSERT_TRUE(place.Take().ok());
  }
  EXPECT_TRUE(fs::exists(wanted + "part"));
}

TEST(Place, LeavesNothingWhenItWasNotTaken) {
  TestFolder folder;
  {
    Place place = Place::Make(folder.path() + "/a/b/out", false).ValueOrDie();
    Touch(place.folder() + "/x/part");
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(Place, AFolderWithNothingButAConfigIsNoObstacleAndKeepsIt) {
  TestFolder folder;
  const std::string wanted = folder.path() + "/out";
  Touch(wanted + "/roost.yaml");
  Place place = Place::Make(wanted, false).ValueOrDie();
  Touch(place.folder() + "/part");
  ASSERT_TRUE(place.Take().ok());
  EXPECT_TRUE(fs::exists(wanted + "/part"));
  EXPECT_TRUE(fs::exists(wanted + "/roost.yaml"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1) << "nothing else is left";
}

TEST(Place, RefusesWhatIsInTheWay) {
  TestFolder folder;
  std::string wanted = folder.path() + "/out";
  fs::create_directory(wanted);
  EXPECT_TRUE(Place::Make(wanted, false).ok()) << "an empty folder is no obstacle";
  Touch(wanted + "/mine");
  Status refused = Place::Make(wanted, false).status();
  EXPECT_TRUE(refused.IsInvalid());
  EXPECT_NE(refused.message().find("is not empty"), std::string::npos);
  refused = Place::Make(wanted, true).status();
  EXPECT_NE(refused.message().find("was not written by roost"), std::string::npos);
  refused = Place::Make(wanted + "/mine", true).status();
  EXPECT_NE(refused.message().find("is a file"), std::string::npos);
  EXPECT_TRUE(Place::Make("", true).status().IsInvalid());
  EXPECT_TRUE(Place::Make("/", true).status().IsInvalid());
  EXPECT_TRUE(fs::exists(wanted + "/mine"));
}

TEST(Place, ReplacesAnOldOutput) {
  for (bool can_exchange : {true, false}) {
    TestFolder folder;
    std::string wanted = folder.path() + "/out";
    Touch(wanted + "/_roost/ledger/part");
    Touch(wanted + "/old");
    {
      Place place = Place::Make(wanted, true).ValueOrDie();
      Touch(place.folder() + "/new");
      if (!can_exchange)
        disk::SetFaultHook([](disk::Call call, const std::string&) {
          return disk::Fault{call == disk::Call::kExchange ? ENOSYS : 0, SIZE_MAX};
        });
      Status taken = place.Take();
      disk::SetFaultHook({});
      ASSERT_TRUE(taken.ok()) << taken.ToString();
    }
    EXPECT_EQ(disk::ListFolder(folder.path()).ValueOrDie(), std::vector<std::string>{"out"});
    EXPECT_EQ(disk::ListFolder(wanted).ValueOrDie(), std::vector<std::string>{"new"});
  }
}

TEST(Place, DoesNotReplaceWhatCameMeanwhile) {
  TestFolder folder;
  std::string wanted = folder.path() + "/out";
  Place place = Place::Make(wanted, false).ValueOrDie();
  Touch(wanted + "/theirs");
  EXPECT_TRUE(place.Take().IsInvalid());
  EXPECT_TRUE(fs::exists(wanted + "/theirs"));
}

TEST(Place, ARightThatIsMissingIsSaid) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  TestFolder folder;
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
  Status refused = Place::Make(folder.path() + "/out", false).status();
  EXPECT_NE(refused.message().find("Permission denied"), std::string::npos);
}

TEST(Place, SweepsWhatKilledRunsLeftAndNothingElse) {
  TestFolder folder;
  const std::string wanted = folder.path() + "/out";
  const std::string dead = folder.path() + "/.out.roost-17-abcdefgh";
  const std::vector<std::string> others = {
      folder.path() + "/.out.roost-17-abcdefgh-old", folder.path() + "/.other.roost-17-abcdefgh",
      folder.path() + "/.out.roost-17-abc", folder.path() + "/.out.roost-x-abcdefgh",
      folder.path() + "/out.roost-17-abcdefgh"};
  Touch(dead + "/delta/t/part");
  for (const std::string& other : others) Touch(other + "/part");
  Place alive = Place::Make(wanted, false).ValueOrDie();
  EXPECT_FALSE(fs::exists(dead));
  for (const std::string& other : others) EXPECT_TRUE(fs::exists(other + "/part")) << other;
  Touch(alive.folder() + "/part");
  Place::Sweep(wanted);
  EXPECT_TRUE(fs::exists(alive.folder() + "/part")) << "its maker is alive";
  ASSERT_TRUE(alive.Take().ok());
  Place::Sweep(wanted);
  EXPECT_TRUE(fs::exists(wanted + "/part"));
}

}  // namespace
}  // namespace roost::store
