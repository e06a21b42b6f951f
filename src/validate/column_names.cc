#include "validate/column_names.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

namespace roost::validate {

namespace {

std::string Lower(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return name;
}

/// Whether one of the words is the name, its last word, or its end.
bool EndsIn(const std::string& name, std::initializer_list<std::string_view> words) {
  std::string lower = Lower(name);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return lower.ends_with(word); });
}

}  // namespace

bool LooksLikeKey(const Field& field) {
  bool type = field.type() == shred::FinalType::kInt64 || field.type() == shred::FinalType::kText;
  return type && EndsIn(field.name, {"id", "key", "code", "sku", "no", "number", "nr", "uuid"});
}

bool LooksLikeLimit(const Field& field) {
  return KindOf(field.type()) == ValueKind::kNumber &&
         (EndsIn(field.name, {"capacity", "seats", "places", "limit", "slots", "quota"}) ||
          Lower(field.name).starts_with("max"));
}

}  // namespace roost::validate
