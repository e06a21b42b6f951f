#include "shred/path.h"

#include <xxhash.h>

#include <cstdio>

#include "base/byte_text.h"
#include "base/json_text.h"

namespace roost::shred {
namespace {

constexpr size_t kMaxNameBytes = 120;
constexpr size_t kCutNameBytes = 103;  // + '_' + 16 hex digits

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Reads what stands between the quotes of ['key'] from the front of `path`, and the closing one.
Result<std::string> QuotedKey(std::string_view& path, char quote) {
  std::string json = "\"";
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] == quote) {
      path.remove_prefix(i + 1);
      return DecodeJsonString(json + '"');
    }
    bool is_escape = path[i] == '\\' && i + 1 < path.size();
    if (is_escape && path[i + 1] == '\'') {
      json += path[++i];
    } else if (is_escape) {
      json.append(path.substr(i++, 2));
    } else {
      if (path[i] == '"') json += '\\';
      json += path[i];
    }
  }
  return Status::Invalid("the quote is not closed");
}

/// Reads the inside of brackets and the closing one from the front of `path`.
Result<PathStep> BracketStep(std::string_view& path) {
  PathStep step{PathStep::Kind::kItems, ""};
  if (path.starts_with('\'') || path.starts_with('"')) {
    char quote = path.front();
    path.remove_prefix(1);
    step.kind = PathStep::Kind::kKey;
    ROOST_ASSIGN(step.key, QuotedKey(path, quote));
  } else if (path.starts_with('*')) {
    path.remove_prefix(1);
  } else {
    return Status::Invalid("in brackets stands * (all elements of an array) or a key in quotes");
  }
  if (!path.starts_with(']')) return Status::Invalid("the bracket is not closed");
  path.remove_prefix(1);
  return step;
}

/// Reads what stands behind a dot.
Result<PathStep> DotStep(std::string_view& path) {
  if (path.starts_with('*')) {
    path.remove_prefix(1);
    return PathStep{PathStep::Kind::kEntries, ""};
  }
  size_t end = 0;
  while (end < path.size() && IsWord(path[end])) ++end;
  if (end == 0 || (path[0] >= '0' && path[0] <= '9')) {
    return Status::Invalid(
        "behind a dot stands a key of letters, digits and _, which does not "
        "begin with a digit, or *; write other keys as ['a key']");
  }
  PathStep step{PathStep::Kind::kKey, std::string(path.substr(0, end))};
  path.remove_prefix(end);
  return step;
}

}  // namespace

Result<std::vector<PathStep>> ParseJsonPath(std::string_view json_path) {
  std::vector<PathStep> steps;
  if (!json_path.starts_with('$')) {
    return Status::Invalid(
        "a JSON path begins with $: $.key, $.rows[*].key, $['a key']; `roost "
        "schema` shows those of all columns");
  }
  json_path.remove_prefix(1);
  while (!json_path.empty()) {
    char mark = json_path.front();
    if (mark != '.' && mark != '[') {
      return Status::Invalid("a step of a JSON path begins with . or [, not with ", json_path);
    }
    json_path.remove_prefix(1);
    ROOST_ASSIGN(PathStep step, mark == '.' ? DotStep(json_path) : BracketStep(json_path));
    steps.push_back(std::move(step));
  }
  return steps;
}

void AppendPointerKey(std::string& pointer, std::string_view key) {
  pointer += '/';
  for (char c : key) {
    switch (c) {
      case '~':
        pointer += "~0";
        break;
      case '/':
        pointer += "~1";
        break;
      case '[':
        pointer += "~2";
        break;
      case '{':
        pointer += "~3";
        break;
      default:
        pointer += c;
    }
  }
}

void AppendJsonPathKey(std::string& json_path, std::string_view key) {
  bool plain = !key.empty() && (key[0] < '0' || key[0] > '9');
  for (char c : key) plain &= IsWord(c);
  if (plain) {
    json_path += '.';
    json_path += key;
    return;
  }
  json_path += "['";
  for (char c : key) {
    if (c == '\'' || c == '\\') json_path += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      json_path += escape;
    } else {
      json_path += c;
    }
  }
  json_path += "']";
}

void AppendJsonPathStep(std::string& json_path, const PathStep& step) {
  switch (step.kind) {
    case PathStep::Kind::kKey:
      return AppendJsonPathKey(json_path, step.key);
    case PathStep::Kind::kItems:
      json_path += "[*]";
      return;
    case PathStep::Kind::kEntries:
      json_path += ".*";
  }
}

void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string SanitizeName(std::string_view raw) {
  std::string name(raw.empty() ? "_" : raw);
  for (size_t i = 0; i < name.size();) {
    const size_t length = CountUtf8(std::string_view(name).substr(i));
    if (length == 0 || !IsWord(name[i])) name[i] = '_';
    i += length ? length : 1;
  }
  if (name.size() <= kMaxNameBytes) return name;
  char hash[18];
  std::snprintf(hash, sizeof hash, "_%016llx",
                static_cast<unsigned long long>(XXH3_64bits(raw.data(), raw.size())));
  size_t cut = kCutNameBytes;
  while ((static_cast<unsigned char>(name[cut]) & 0xC0) == 0x80) --cut;
  return name.substr(0, cut) + hash;
}

}  // namespace roost::shred
