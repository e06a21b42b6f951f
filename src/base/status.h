// Names the one error regime of roost: arrow::Status for "bad world" (a file, an option, a disk).
//
// Bad data is a value (a Reject) and never a Status; a bug is ROOST_CHECK. A message says what,
// where (file, line, byte, JSON path) and what to do.
#pragma once

#include <cstdio>
#include <cstdlib>

#include "roost/status.h"

#define ROOST_CONCAT_INNER(a, b) a##b
#define ROOST_CONCAT(a, b) ROOST_CONCAT_INNER(a, b)

/// Returns the Status of `expr` from the enclosing function unless it is OK.
#define ROOST_TRY(expr)                    \
  do {                                     \
    ::arrow::Status roost_status = (expr); \
    if (!roost_status.ok()) [[unlikely]]   \
      return roost_status;                 \
  } while (false)

/// Declares `decl` from the value of the Result `expr`, or returns its Status.
#define ROOST_ASSIGN(decl, expr) \
  ROOST_ASSIGN_INNER(ROOST_CONCAT(roost_result_, __LINE__), decl, expr)
#define ROOST_ASSIGN_INNER(name, decl, expr) \
  auto&& name = (expr);                      \
  if (!name.ok()) [[unlikely]]               \
    return name.status();                    \
  decl = std::move(name).ValueUnsafe()

/// Ends the program with exit code 70: the condition can only fail through a bug in roost.
#define ROOST_CHECK(condition)                                                         \
  do {                                                                                 \
    if (!(condition)) [[unlikely]] {                                                   \
      std::fprintf(stderr, "roost: bug: %s:%d: %s\n", __FILE__, __LINE__, #condition); \
      std::_Exit(70);                                                                  \
    }                                                                                  \
  } while (false)
