#include "generate/sink.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <thread>

#include "base/disk.h"
#include "generate/file_names.h"

namespace roost::generate {

namespace {

// Names that begin with a dot are left out by whoever looks for input.
std::string PrivateName(const std::string& path) {
  size_t slash = path.rfind('/') + 1;
  return path.substr(0, slash) + "." + path.substr(slash) + "." + std::to_string(::getpid()) +
         ".part";
}

class FileSink : public Sink {
 public:
  FileSink(SinkOptions options, disk::Folder folder)
      : options_(std::move(options)), folder_(std::move(folder)) {}

  Status Reserve(const MadeDocuments&, std::vector<uint64_t>*) override { return Status::OK(); }

  Status Write(const Program& program, const MadeDocuments& made,
               const std::vector<uint64_t>&) override {
    for (const Piece& piece : made.pieces) {
      std::string name = piece.is_copy ? CopyFileName(program, piece.iteration, piece.table)
                                       : DocumentFileName(program, piece.iteration, piece.table);
      std::string_view bytes(made.bytes.data() + piece.begin, piece.end - piece.begin);
      ROOST_TRY(options_.in_place ? GrowInPlace(options_.folder + "/" + name, bytes)
                                  : folder_.Put(name, bytes));
      files_.fetch_add(1, std::memory_order_relaxed);
    }
    return Status::OK();
  }

  Status Finish() override { return Status::OK(); }
  uint64_t files() const override { return files_; }

 private:
  // As HTCondor delivers: the final name at once with mode 0600, a few pieces, then 0644.
  static Status GrowInPlace(const std::string& path, std::string_view bytes) {
    constexpr size_t kPieces = 3;
    int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) {
      return Status::IOError("cannot create ", path, ": ", std::strerror(errno),
                             "; check the folder and its rights");
    }
    ::close(descriptor);
    Status status = AppendPieces(path, bytes, (bytes.size() + kPieces - 1) / kPieces);
    if (status.ok() && ::chmod(path.c_str(), 0644) == 0) return status;
    if (status.ok())
      status = Status::IOError("cannot make ", path, " readable: ", std::strerror(errno));
    return WithoutFile(path, status);
  }

  static Status AppendPieces(const std::string& path, std::string_view bytes, size_t piece_bytes) {
    ROOST_ASSIGN(disk::File file, disk::File::OpenForUpdate(path));
    while (!bytes.empty()) {
      size_t size = std::min(piece_bytes, bytes.size());
      ROOST_TRY(file.Write(bytes.substr(0, size)));
      bytes.remove_prefix(size);
      if (!bytes.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return file.Close();
  }

  static Status WithoutFile(const std::string& path, const Status& status) {
    Status removed = disk::RemoveFile(path);
    return removed.ok() ? status
                        : Status::IOError(status.message(),
                                          "; it could not be removed: ", removed.message());
  }

  SinkOptions options_;
  disk::Folder folder_;
  std::atomic<uint64_t> files_{0};
};

class StreamSink : public Sink {
 public:
  explicit StreamSink(SinkOptions options) : options_(std::move(options)) {}
  ~StreamSink() override {
    for (auto& [table, stream] : streams_) {
      if (!stream.finished) std::ignore = disk::RemoveFile(stream.file.path());
    }
  }

  Status Reserve(const MadeDocuments& made, std::vector<uint64_t>* places) override {
    places->clear();
    for (const Piece& piece : made.pieces) {
      if (options_.write) {
        std::string_view bytes(made.bytes.data() + piece.begin, piece.end - piece.begin);
        ROOST_TRY(options_.write(bytes));
        continue;
      }
      ROOST_ASSIGN(Stream * stream, Open(piece.table));
      places->push_back(stream->end);
      stream->end += piece.end - piece.begin;
    }
    return Status::OK();
  }

  // Places were handed out in order, so neighbours in memory are neighbours in the file.
  Status Write(const Program&, const MadeDocuments& made,
               const std::vector<uint64_t>& places) override {
    for (size_t first = 0, last = 0; first < places.size(); first = last) {
      const Piece& piece = made.pieces[first];
      size_t end = piece.end;
      for (last = first + 1; last < places.size(); ++last) {
        const Piece& next = made.pieces[last];
        if (next.table != piece.table || next.begin != end) break;
        end = next.end;
      }
      std::string_view bytes(made.bytes.data() + piece.begin, end - piece.begin);
      ROOST_TRY(Find(piece.table)->file.WriteAt(places[first], bytes));
    }
    return Status::OK();
  }

  Status Finish() override {
    for (auto& [table, stream] : streams_) {
      ROOST_TRY(stream.file.Close());
      ROOST_TRY(disk::Rename(stream.file.path(), stream.path));
      stream.finished = true;
    }
    return Status::OK();
  }
  uint64_t files() const override { return streams_.size(); }

 private:
  struct Stream {
    disk::File file;
    std::string path;
    uint64_t end = 0;
    bool finished = false;
  };

  Result<Stream*> Open(int table) {
    std::lock_guard lock(mutex_);
    auto found = streams_.find(table);
    if (found != streams_.end()) return &found->second;
    const world::World& world = *options_.world;
    const world::Table& named =
        table == kDocument ? world.document : world.tables[static_cast<size_t>(table) - 1];
    std::string path = options_.folder + "/" + StreamFileName(world, named.name, options_.start);
    ROOST_ASSIGN(disk::File file, disk::File::Create(PrivateName(path)));
    return &streams_.emplace(table, Stream{std::move(file), path}).first->second;
  }

  Stream* Find(int table) {
    std::lock_guard lock(mutex_);
    return &streams_.at(table);
  }

  SinkOptions options_;
  std::mutex mutex_;
  std::map<int, Stream> streams_;
};

}  // namespace

Status MakeFolders(const std::string& folder) {
  for (size_t slash = folder.find('/', 1); slash != std::string::npos;
       slash = folder.find('/', slash + 1)) {
    std::string above = folder.substr(0, slash);
    ROOST_ASSIGN(disk::EntryKind kind, disk::Look(above));
    if (kind == disk::EntryKind::kMissing) ROOST_TRY(disk::MakeFolder(above));
  }
  ROOST_ASSIGN(disk::EntryKind kind, disk::Look(folder));
  if (kind == disk::EntryKind::kMissing) return disk::MakeFolder(folder);
  if (kind == disk::EntryKind::kFolder) return Status::OK();
  return Status::IOError(folder, " is a file; choose another --output-dir");
}

Status WriteWholeFile(const std::string& path, std::string_view bytes) {
  size_t slash = path.rfind('/');
  ROOST_ASSIGN(disk::Folder folder, disk::Folder::Open(path.substr(0, slash)));
  return folder.Put(path.substr(slash + 1), bytes);
}

Result<std::unique_ptr<Sink>> MakeFileSink(SinkOptions options) {
  ROOST_TRY(MakeFolders(options.folder));
  ROOST_ASSIGN(disk::Folder folder, disk::Folder::Open(options.folder));
  return std::make_unique<FileSink>(std::move(options), std::move(folder));
}

Result<std::unique_ptr<Sink>> MakeStreamSink(SinkOptions options) {
  if (!options.write) ROOST_TRY(MakeFolders(options.folder));
  return std::make_unique<StreamSink>(std::move(options));
}

}  // namespace roost::generate
