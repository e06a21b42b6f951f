#include "shred/reference/framing.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace roost::shred::reference {
namespace {

class Framer {
 public:
  Framer(const File& file, const Options& options)
      : file_(file), bytes_(file.bytes), options_(options), parser_(bytes_, options.max_depth) {}

  FramedFile Run() {
    size_t at = bytes_.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
    at = parser_.SkipSpace(at);
    if (at == bytes_.size()) {
      Refuse(0, at, "the file holds no JSON value");
    } else if (bytes_[at] == '[' && parser_.SkipSpace(BehindArray(at)) == bytes_.size()) {
      framed_.framing = Framing::kArray;
      ReadElements(at + 1);
    } else {
      ReadValues(at);
    }
    return std::move(framed_);
  }

 private:
  /// The byte behind the bracket that closes the array at `at`, or the end of the file: brackets
  /// and quotes are counted, and nothing else is looked at.
  size_t BehindArray(size_t at) const {
    size_t depth = 0;
    bool quoted = false;
    for (; at < bytes_.size(); ++at) {
      const char c = bytes_[at];
      if (c == '"') quoted = !quoted;
      if (quoted && c == '\\') ++at;
      if (quoted) continue;
      if (c == '[' || c == '{') ++depth;
      if ((c == ']' || c == '}') && --depth == 0) return at + 1;
    }
    return bytes_.size();
  }

  void ReadElements(size_t at) {
    bool is_first = true;
    for (at = parser_.SkipSpace(at);; is_first = false) {
      if (is_first && Next(at) == ']') return;
      std::optional<Value> element = Parse(at, ",]");
      if (!element) return Refuse(at, bytes_.size(), fault_);
      at = parser_.SkipSpace(at + element->raw.size());
      Take(std::move(*element));
      if (Next(at) == ']') return;
      if (Next(at) != ',') return Refuse(at, bytes_.size(), "a comma or ] is missing");
      at = parser_.SkipSpace(at + 1);
    }
  }

  void ReadValues(size_t at) {
    size_t values = 0;
    bool is_lines = true;  // each value so far is the first on its line, and ends on it
    bool is_sure = false;  // a line was lost, and others were not
    while (at < bytes_.size()) {
      const size_t line_end = std::min(bytes_.find('\n', at), bytes_.size());
      std::optional<Value> value = Parse(at, "");
      if (value) {
        is_lines &= StartsLine(at) && at + value->raw.size() <= line_end;
        at += value->raw.size();
        ++values;
        Take(std::move(*value));
      } else if (is_sure || (is_lines && values > 0)) {
        is_sure = true;
        Refuse(at, line_end, fault_);
        at = line_end;
      } else {
        Refuse(at, bytes_.size(), fault_);
        at = bytes_.size();
      }
      at = parser_.SkipSpace(at);
    }
    if (is_sure || (is_lines && values > 1)) framed_.framing = Framing::kLines;
  }

  /// The value at `at`, or nothing and fault_. A number or a literal must be followed by white
  /// space, by one of `ends`, or (outside arrays, where `ends` is empty) by the end of the file: it
  /// may be cut off otherwise.
  std::optional<Value> Parse(size_t at, std::string_view ends) {
    std::optional<Value> value = parser_.Parse(at, 0);
    if (!value) {
      fault_ = parser_.fault().reason + " (byte " + std::to_string(parser_.fault().offset) + ")";
      return value;
    }
    const size_t end = at + value->raw.size();
    const bool is_closed = value->kind >= Kind::kText;  // by a quote or a bracket
    const bool is_followed =
        end == bytes_.size() ? ends.empty()
                             : parser_.SkipSpace(end) > end || ends.find(bytes_[end]) != ends.npos;
    if (is_closed || is_followed) return value;
    fault_ = "a value does not end where it should (byte " + std::to_string(end) + ")";
    return std::nullopt;
  }

  void Take(Value value) {
    if (value.raw.size() > options_.max_record_bytes) {
      const auto begin = static_cast<size_t>(value.raw.data() - bytes_.data());
      Refuse(begin, begin + value.raw.size(), "longer than --max-record");
    } else {
      framed_.records.push_back(std::move(value));
    }
  }

  bool StartsLine(size_t at) const {
    while (at > 0 && bytes_[at - 1] != '\n' && parser_.SkipSpace(at - 1) >= at) --at;
    return at == 0 || bytes_[at - 1] == '\n' || (at == 3 && bytes_[0] == '\xEF');
  }

  void Refuse(size_t begin, size_t end, std::string reason) {
    const auto lines =
        std::count(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(begin), '\n');
    framed_.rejects.push_back(
        {file_.path, begin, 1 + static_cast<uint64_t>(lines), end - begin, std::move(reason)});
  }

  int Next(size_t at) const { return at < bytes_.size() ? bytes_[at] : -1; }

  const File& file_;
  std::string_view bytes_;
  const Options& options_;
  Parser parser_;
  std::string fault_;
  FramedFile framed_;
};

}  // namespace

FramedFile FrameFile(const File& file, const Options& options) {
  return Framer(file, options).Run();
}

}  // namespace roost::shred::reference
