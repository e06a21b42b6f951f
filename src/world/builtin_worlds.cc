#include "world/builtin_worlds.h"

#include "base/nearest_word.h"

namespace roost::world {

extern const std::string_view kSchoolWorld, kPoolWorld, kShopWorld;

namespace {

struct Builtin {
  const char* name;
  const std::string_view* text;
};
constexpr Builtin kBuiltins[] = {
    {"school", &kSchoolWorld}, {"pool", &kPoolWorld}, {"shop", &kShopWorld}};

}  // namespace

std::vector<std::string> BuiltinWorldNames() {
  std::vector<std::string> names;
  for (const Builtin& builtin : kBuiltins) names.emplace_back(builtin.name);
  return names;
}

Result<std::string_view> BuiltinWorld(const std::string& name) {
  for (const Builtin& builtin : kBuiltins) {
    if (name == builtin.name) return *builtin.text;
  }
  return Status::Invalid(
      "there is no built-in world '", name, "'", DidYouMean(name, BuiltinWorldNames()),
      " (built in are school, pool and shop; a file's name ends in .yaml or .yml)");
}

}  // namespace roost::world
