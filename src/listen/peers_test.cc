#include "listen/peers.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

#include "base/disk.h"
#include "base/test_folder.h"

namespace roost::listen {
namespace {

class ListeningPeers : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directory(folder_ / "_roost"); }
  Peers Join() const { return Peers::Join(folder_.path()).ValueOrDie(); }
  static std::string Path(int i) { return "in/result_" + std::to_string(i) + ".json"; }

  TestFolder folder_;
};

TEST_F(ListeningPeers, OneAloneHasAll) {
  Peers one = Join();
  ASSERT_TRUE(one.Refresh().ok());
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(one.IsMine(Path(i)));
}

TEST_F(ListeningPeers, EachPathHasOneOwner) {
  std::vector<Peers> peers;
  for (int i = 0; i < 4; ++i) peers.push_back(Join());
  std::vector<int> shares(4);
  for (Peers& each : peers) {
    ASSERT_TRUE(each.Refresh().ok());
    EXPECT_EQ(each.count(), 4u);
  }
  for (int i = 0; i < 1000; ++i) {
    int owners = 0;
    for (size_t p = 0; p < 4; ++p) {
      if (!peers[p].IsMine(Path(i))) continue;
      ++owners;
      ++shares[p];
    }
    ASSERT_EQ(owners, 1);
  }
  for (int share : shares) EXPECT_GT(share, 150);
}

TEST_F(ListeningPeers, WhoDiedOrLeftHasNoShare) {
  Peers one = Join();
  {
    Peers dead = Join();  // its lock goes, its file stays
    Peers gone = Join();
    ASSERT_TRUE(one.Refresh().ok());
    EXPECT_EQ(one.count(), 3u);
    ASSERT_TRUE(gone.Leave().ok());
  }
  ASSERT_TRUE(one.Refresh().ok());
  EXPECT_EQ(one.count(), 1u);
  EXPECT_TRUE(one.IsMine(Path(1)));
  const auto names = disk::ListFolder(folder_ / "_roost/listeners").ValueOrDie();
  EXPECT_EQ(names.size(), 1u);
}

}  // namespace
}  // namespace roost::listen
