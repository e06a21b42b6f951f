#include "listen/job_fields.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/buffer.h"
#include "read/source.h"

namespace roost::listen {
namespace {

using Json = nlohmann::json;

constexpr size_t kMostBytes = 256 << 10;

/// Follows the keys of one document and keeps the values at two paths.
class Finder : public nlohmann::json_sax<Json> {
 public:
  Finder(const std::vector<std::string>& cluster, const std::vector<std::string>* process)
      : wanted_{&cluster, process} {
    is_found_[1] = process == nullptr;
  }

  const JobId& job() const { return job_; }
  bool is_found() const { return is_found_[0] && is_found_[1]; }

  bool null() override { return Leave(); }
  bool boolean(bool) override { return Leave(); }
  bool number_integer(number_integer_t) override { return Leave(); }
  bool number_float(number_float_t, const string_t&) override { return Leave(); }
  bool binary(binary_t&) override { return Leave(); }
  bool number_unsigned(number_unsigned_t value) override { return Note(value) && Leave(); }
  bool string(string_t& text) override {
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = error == std::errc() && end == text.data() + text.size();
    return (!is_number || Note(number)) && Leave();
  }
  bool start_object(std::size_t) override {
    path_.emplace_back();
    return true;
  }
  bool key(string_t& key) override {
    path_.back() = key;
    return true;
  }
  bool end_object() override {
    path_.pop_back();
    return Leave();
  }
  bool start_array(std::size_t) override {
    ++arrays_;
    return true;
  }
  bool end_array() override {
    --arrays_;
    return Leave();
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  /// Of a whole file that is an array the first item counts.
  bool IsInside() const { return arrays_ > (begins_with_array_ ? 1 : 0); }

  bool Note(uint64_t number) {
    if (IsInside()) return true;
    for (size_t i = 0; i < 2; ++i) {
      if (is_found_[i] || *wanted_[i] != path_) continue;
      (i == 0 ? job_.cluster : job_.process) = number;
      is_found_[i] = true;
    }
    return !is_found();
  }

  /// Behind a value: false, to stop, where the first document is over.
  bool Leave() { return !path_.empty() || arrays_ > (begins_with_array_ ? 1 : 0); }

  const std::vector<std::string>* wanted_[2];
  bool is_found_[2] = {false, false};
  JobId job_;
  std::vector<std::string> path_;
  int arrays_ = 0;
  bool begins_with_array_ = false;

 public:
  void BeginWithArray() { begins_with_array_ = true; }
};

}  // namespace

Result<JobFields::Path> JobFields::ParsePath(std::string_view text, const std::string& whole) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  Path path;
  if (!text.starts_with("$.")) {
    return Status::Invalid("--job-from '", whole, "': '", text,
                           "' is no field; write it like '$.job.cluster, $.job.proc'");
  }
  text.remove_prefix(2);
  for (;;) {
    const size_t dot = std::min(text.find('.'), text.size());
    if (dot == 0) return Status::Invalid("--job-from '", whole, "': a key is empty");
    path.emplace_back(text.substr(0, dot));
    if (dot == text.size()) return path;
    text.remove_prefix(dot + 1);
  }
}

Result<JobFields> JobFields::Parse(const std::string& text) {
  JobFields fields;
  const size_t comma = std::min(text.find(','), text.size());
  ROOST_ASSIGN(fields.cluster_, ParsePath(std::string_view(text).substr(0, comma), text));
  if (comma == text.size()) return fields;
  if (text.find(',', comma + 1) != std::string::npos)
    return Status::Invalid("--job-from '", text, "' names more than two fields");
  ROOST_ASSIGN(fields.process_, ParsePath(std::string_view(text).substr(comma + 1), text));
  return fields;
}

std::optional<JobId> JobFields::FindIn(const std::string& text) const {
  Finder finder(cluster_, process_ ? &*process_ : nullptr);
  const size_t first = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  if (first == std::string::npos) return std::nullopt;
  if (text[first] == '[') finder.BeginWithArray();
  // A number at the very end may go on in what is still to be written.
  const size_t end = std::max(first, text.find_last_not_of("0123456789") + 1);
  (void)Json::sax_parse(text.begin() + static_cast<std::ptrdiff_t>(first),
                        text.begin() + static_cast<std::ptrdiff_t>(end), &finder,
                        Json::input_format_t::json, false);
  if (!finder.is_found()) return std::nullopt;
  return finder.job();
}

std::optional<JobId> JobFields::Find(const std::string& path) const {
  std::atomic<uint64_t> bytes_read{0};
  auto source = read::Source::Open({path, 0, true}, &bytes_read, nullptr);
  if (!source.ok()) return std::nullopt;
  Buffer<char> piece;
  piece.Reserve(kMostBytes);
  return FindIn(std::string(piece.data(), (*source)->Read(piece.data(), kMostBytes)));
}

}  // namespace roost::listen
