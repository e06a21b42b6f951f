#include "read/spool.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <thread>

#include "base/test_folder.h"
#include "read/raw_text.h"
#include "read/test_input.h"

namespace roost::read {
namespace {

/// A named pipe to which a thread of its own writes `text`.
class TestPipe {
 public:
  explicit TestPipe(std::string text) {
    path_ = folder_.path("pipe");
    ::mkfifo(path_.c_str(), 0600);
    writer_ = std::thread([this, text = std::move(text)] { std::ofstream(path_) << text; });
  }
  ~TestPipe() { writer_.join(); }
  InputFile file() const { return {path_, 0, false}; }
  std::string folder() const { return folder_.path(); }

 private:
  const TestFolder folder_;
  std::string path_;
  std::thread writer_;
};

std::string ReadAll(Spool& spool, size_t piece) {
  std::string text;
  for (std::string some(piece, 0);;) {
    const size_t count = spool.Read(text.size(), some.data(), piece).ValueOrDie();
    if (count == 0) return text;
    text.append(some, 0, count);
  }
}

TEST(Spool, APipeCanBeReadAgainInOtherPieces) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i) + " ";
  const TestPipe pipe(text);
  Spools spools(pipe.folder(), nullptr);
  Spool* const spool = spools.Of(pipe.file()).ValueOrDie();
  for (size_t piece : {1000, 4096, 1 << 20}) EXPECT_EQ(ReadAll(*spool, piece), text);
  EXPECT_EQ(spools.Of(pipe.file()).ValueOrDie(), spool);
  std::string part;
  auto take = [&](std::string_view bytes) { return part += bytes, Status::OK(); };
  ASSERT_TRUE(ReadRawText(pipe.file(), &spools, 7, 70'000, take).ok());
  EXPECT_EQ(part, text.substr(7, 70'000));
}

TEST(Spool, AFullDiskIsToldWithTheFolder) {
  const TestPipe pipe("some text");
  disk::SetFaultHook([](disk::Call call, const std::string&) {
    return disk::Fault{call == disk::Call::kWrite ? ENOSPC : 0};
  });
  Spools spools(pipe.folder(), nullptr);
  Spool* const spool = spools.Of(pipe.file()).ValueOrDie();
  char bytes[100];
  EXPECT_FALSE(spool->Read(0, bytes, sizeof bytes).ok());
  disk::SetFaultHook(nullptr);
  const std::string message = spools.failure().message();
  EXPECT_NE(message.find("'" + pipe.file().path + "', which can be read only once"),
            std::string::npos);
  EXPECT_NE(message.find(pipe.folder() + "/(temporary file): No space left"), std::string::npos);
}

TEST(Spool, WaitingForAWriterCanBeStopped) {
  const TestFolder folder;
  const std::string path = folder.path("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  int asked = 0;
  Spools spools(folder.path(), [&] { return ++asked == 2; });
  char byte;
  const auto count = spools.Of({path, 0, false}).ValueOrDie()->Read(0, &byte, 1);
  EXPECT_TRUE(count.status().IsCancelled());
  EXPECT_TRUE(spools.failure().ok());
}

}  // namespace
}  // namespace roost::read
