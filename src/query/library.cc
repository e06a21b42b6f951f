#include "query/library.h"

#include <dlfcn.h>

namespace roost::query {

#define ROOST_DEFINE(name) decltype(&::name) name = nullptr;
ROOST_DUCKDB_CALLS(ROOST_DEFINE)
#undef ROOST_DEFINE

namespace {

Status Missing() {
  const char* reason = dlerror();
  return Status::IOError("DuckDB's library cannot be loaded: ", reason ? reason : "no reason given",
                         "; it belongs beside roost's other libraries: install roost anew");
}

/// Stays loaded until the program ends: its threads may outlive the last session.
Status Load() {
  void* library = dlopen("libduckdb.so", RTLD_LAZY | RTLD_LOCAL);
  if (!library) return Missing();
#define ROOST_FIND(name) \
  if (!(name = reinterpret_cast<decltype(name)>(dlsym(library, #name)))) return Missing();
  ROOST_DUCKDB_CALLS(ROOST_FIND)
#undef ROOST_FIND
  return Status::OK();
}

}  // namespace

Status LoadLibrary() {
  static const Status status = Load();
  return status;
}

}  // namespace roost::query
