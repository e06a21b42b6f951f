#include "tests/case_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace roost::tests {
namespace {

bool StartsWith(const std::string& line, const std::string& start) {
  return line.compare(0, start.size(), start) == 0;
}

std::string Unescape(const std::string& text) {
  std::string bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') continue;
    if (text[i] != '\\') {
      bytes += text[i];
      continue;
    }
    const char c = text.at(++i);
    if (c == 'x') {
      bytes += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      bytes += c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
    }
  }
  return bytes;
}

std::string ReplaceAll(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// Adds a line of an input file, or the lines that it stands for.
void AddLine(const std::string& line, std::vector<std::string>& lines) {
  if (!StartsWith(line, "@repeat ")) {
    lines.push_back(line);
    return;
  }
  const size_t space = line.find(' ', 8);
  const int times = std::stoi(line.substr(8, space - 8));
  for (int i = 0; i < times; ++i) {
    std::string copy = ReplaceAll(line.substr(space + 1), "@i", std::to_string(i));
    copy = ReplaceAll(copy, "@d", std::to_string(i / 100));
    lines.push_back(ReplaceAll(copy, "@m", std::to_string(i % 100)));
  }
}

std::string Join(const std::vector<std::string>& lines) {
  std::string text;
  for (size_t i = 0; i < lines.size(); ++i) text += (i > 0 ? "\n" : "") + lines[i];
  return text;
}

class CaseReader {
 public:
  explicit CaseReader(const std::string& path) : path_(path) {}

  Case Run() {
    std::ifstream in(path_, std::ios::binary);
    std::string line;
    bool is_input = true;
    for (number_ = 1; std::getline(in, line); ++number_) {
      (is_input ? case_.input_text : case_.expected) += line + "\n";
      if (!is_input) continue;
      is_input = line != "----";
      if (is_input) ReadInputLine(line);
    }
    if (is_input) Fail("no line ----");
    EndFile();
    return std::move(case_);
  }

 private:
  void ReadInputLine(const std::string& line) {
    if (StartsWith(line, "=== ")) {
      EndFile();
      std::istringstream words(line.substr(4));
      std::string option;
      words >> name_ >> option;
      escaped_ = option == "escaped";
      if (!option.empty() && !escaped_) Fail("unknown word " + option);
    } else if (!name_.empty()) {
      AddLine(line, lines_);
    } else if (StartsWith(line, "@rows ")) {
      case_.max_rows = std::stoul(line.substr(6));
    } else if (StartsWith(line, "@columns ")) {
      case_.max_columns = std::stoul(line.substr(9));
    } else if (!line.empty() && line[0] != '#') {
      Fail("neither a comment nor an option nor ===");
    }
  }

  void EndFile() {
    const std::string text = Join(lines_);
    if (!name_.empty()) case_.files.push_back({name_, escaped_ ? Unescape(text) : text});
    lines_.clear();
  }

  [[noreturn]] void Fail(const std::string& why) const {
    throw std::runtime_error(path_ + ":" + std::to_string(number_) + ": " + why);
  }

  std::string path_;
  int number_ = 0;
  Case case_;
  std::string name_;
  bool escaped_ = false;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> ListCases(const std::string& folder) {
  std::vector<std::string> paths;
  if (!std::filesystem::is_directory(folder)) return paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".case") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

Case ReadCase(const std::string& path) { return CaseReader(path).Run(); }

void WriteExpected(const std::string& path, const Case& from, const std::string& expected) {
  std::ofstream(path, std::ios::binary) << from.input_text << expected;
}

std::string RootTableOf(const std::string& file_name) {
  std::string stem = file_name.substr(0, file_name.find('.'));
  const size_t digit = stem.find_first_of("0123456789");
  if (digit == std::string::npos) return stem;
  const size_t token = stem.find_last_of("_-", digit);
  return token == std::string::npos ? stem : stem.substr(0, token);
}

}  // namespace roost::tests
