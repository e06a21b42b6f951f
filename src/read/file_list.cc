#include "read/file_list.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace roost::read {
namespace {

constexpr uint64_t kFolderText = uint64_t{1} << 31;  // of names, before its text stands again

}  // namespace

FileList::FileList(std::initializer_list<InputFile> files) {
  for (const InputFile& file : files) Add(file);
}

void FileList::Add(const InputFile& file) {
  const std::string_view path = file.path;
  const size_t slash = path.rfind('/');
  const std::string_view folder = path.substr(0, slash == std::string_view::npos ? 0 : slash + 1);
  const auto is_last = [&](const Folder& last) {
    return std::string_view(texts_).substr(last.begin, last.bytes) == folder &&
           texts_.size() - last.begin < kFolderText;
  };
  if (folders_.empty() || !is_last(folders_.back())) {
    folders_.push_back(
        {texts_.size(), static_cast<uint32_t>(folder.size()), static_cast<uint32_t>(size())});
    texts_.append(folder);
  }
  texts_.append(path.substr(folder.size()));
  const Folder& last = folders_.back();
  name_ends_.push_back(static_cast<uint32_t>(texts_.size() - last.begin - last.bytes));
  const uint64_t size = file.bytes << 1 | (file.is_regular ? 0 : 1);
  if (size == 0 && sizes_.empty()) return;
  sizes_.resize(name_ends_.size());
  sizes_.back() = size;
}

const FileList::Folder& FileList::FolderOf(size_t file) const {
  auto behind = std::upper_bound(folders_.begin(), folders_.end(), file,
                                 [](size_t at, const Folder& each) { return at < each.first; });
  return *std::prev(behind);
}

std::string_view FileList::folder(size_t file) const {
  const Folder& folder = FolderOf(file);
  return std::string_view(texts_).substr(folder.begin, folder.bytes);
}

std::string_view FileList::name(size_t file) const {
  const Folder& folder = FolderOf(file);
  const uint32_t begin = file == folder.first ? 0 : name_ends_[file - 1];
  return std::string_view(texts_).substr(folder.begin + folder.bytes + begin,
                                         name_ends_[file] - begin);
}

std::string FileList::path(size_t file) const {
  const std::string_view folder = this->folder(file), name = this->name(file);
  std::string path;
  path.reserve(folder.size() + name.size());
  return path.append(folder).append(name);
}

bool FileList::IsBefore(size_t file, size_t other) const {
  if (&FolderOf(file) == &FolderOf(other)) return name(file) < name(other);
  return path(file) < path(other);
}

// Folders come in order; only several arguments or links make sorting needful.
void FileList::Sort() {
  bool is_sorted = true;
  for (size_t file = 1; file < size() && is_sorted; ++file) is_sorted = IsBefore(file - 1, file);
  if (is_sorted) return;
  std::vector<uint32_t> order(size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [this](uint32_t a, uint32_t b) { return IsBefore(a, b); });
  FileList sorted;
  for (size_t i = 0; i < order.size(); ++i)
    if (i == 0 || IsBefore(order[i - 1], order[i])) sorted.Add((*this)[order[i]]);
  *this = std::move(sorted);
}

}  // namespace roost::read
