#!/usr/bin/env bash
# Installs the Debian packages that deps/versions lists under the given kinds and that are missing.
# usage: scripts/apt.sh KIND...        (kinds: apt apt-fuzz apt-tidy)
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=() missing=()
for kind in "$@"; do
  while read -r package; do wanted+=("$package"); done < <(awk -v kind="$kind" '$1 == kind { print $2 }' deps/versions)
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  # Another system: what it calls these packages is not known here, and CMake says what it misses.
  echo "setup: not a Debian; assuming the counterparts of these are installed: ${wanted[*]}" >&2
  exit 0
fi
for package in "${wanted[@]}"; do
  # A compiler or cmake from elsewhere does as well.
  command -v "${package%-build}" >/dev/null && continue
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

command="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" = 0 ]; then
  as_root=()
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
  as_root=(sudo)
else
  echo "setup: error: Debian packages are missing, and only root may install them (there is no sudo that works without a terminal)." >&2
  echo "setup: as root, run: apt-get update && $command" >&2
  exit 1
fi

echo "setup: Debian packages: ${missing[*]}"
mkdir -p .deps
log=.deps/apt.log
run_apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "$@" </dev/null >>"$log" 2>&1; }
: >"$log"
# An update that fails may still leave package lists that are good enough.
run_apt apt-get update || echo "setup: warning: apt-get update failed (see $log); using the package lists at hand" >&2
# shellcheck disable=SC2086
if ! run_apt $command; then
  tail -n 8 "$log" >&2
  echo "setup: error: apt-get could not install ${missing[*]}: no network, or a Debian other than 12 and 13? The whole log is $log" >&2
  exit 1
fi
