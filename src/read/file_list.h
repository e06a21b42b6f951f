// Lists the input files of a run in few bytes each: the text of a folder is kept once for all files
// that follow each other in it, then their names. A million files in folders of a thousand take
// some 20 MB, each in a folder of its own 70.
//
// What folder() and name() give lives until the list is changed. Reading is thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace roost::read {

struct InputFile {
  std::string path;        // as opened: relative stays relative; "-" is standard input
  uint64_t bytes = 0;      // size on disk of a file that was named; 0 for one that was only listed
                           // (folders, globs), for standard input and other pipes
  bool is_regular = true;  // false: a pipe, read once from start to end
};

class FileList {
 public:
  FileList() = default;
  FileList(std::initializer_list<InputFile> files);

  void Add(const InputFile& file);
  /// By the bytes of their paths, without repeats.
  void Sort();

  size_t size() const { return name_ends_.size(); }
  bool empty() const { return name_ends_.empty(); }
  InputFile operator[](size_t file) const { return {path(file), bytes(file), is_regular(file)}; }
  std::string path(size_t file) const;
  /// The path is both, one behind the other; a folder ends with its slash, or is empty.
  std::string_view folder(size_t file) const;
  std::string_view name(size_t file) const;
  uint64_t bytes(size_t file) const { return sizes_.empty() ? 0 : sizes_[file] >> 1; }
  bool is_regular(size_t file) const { return sizes_.empty() || (sizes_[file] & 1) == 0; }

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = InputFile;
    using difference_type = std::ptrdiff_t;
    using pointer = const InputFile*;
    using reference = InputFile;
    Iterator(const FileList* list, size_t file) : list_(list), file_(file) {}
    InputFile operator*() const { return (*list_)[file_]; }
    Iterator& operator++() { return ++file_, *this; }
    bool operator==(const Iterator&) const = default;

   private:
    const FileList* list_;
    size_t file_;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size()}; }

 private:
  /// Files from `first` on are in it.
  struct Folder {
    uint64_t begin;  // of its text in texts_; the names stand behind it
    uint32_t bytes;  // of its text
    uint32_t first;
  };

  const Folder& FolderOf(size_t file) const;
  bool IsBefore(size_t file, size_t other) const;

  std::string texts_;
  std::vector<Folder> folders_;
  std::vector<uint32_t> name_ends_;  // in texts_, behind the folder's text
  std::vector<uint64_t> sizes_;      // twice the bytes, and 1 of a pipe; empty if all are 0
};

}  // namespace roost::read
