#!/usr/bin/env bash
# The main job on the files of examples/school, printing each command before its output. Run by ./dev demo.
set -euo pipefail
cd "$(dirname "$0")/.."
out=build/demo/out
rm -rf build/demo
mkdir -p build/demo

show() {
  echo
  echo "\$ $(printf '%q ' "$@" | sed "s/\\\\ / /g")"
  "$@"
}

roost=build/release/roost
echo "Six result files of a job, $(cat examples/school/*.json | wc -c) bytes: two shapes of formatting, nulls, missing keys, one id that is text,
one class with more students than it has room for."
show $roost ingest examples/school --output-dir $out
show $roost schema $out
echo
query='SELECT c.title, c.capacity, count(*) AS students
FROM enrollments e JOIN classes c USING (class_id)
GROUP BY ALL ORDER BY students DESC, title'
echo "\$ $roost query $out \"$query\""
$roost query $out "$query"
show $roost export $out --output-dir build/demo/back

cat <<TEXT

Where to look further:
  ls $out                   one folder of Parquet files for each table
  $roost query $out "FROM students"
  $roost ingest YOUR_FILES --output-dir tables
  .deps/venv/bin/python -c 'import pandas; print(pandas.read_parquet("$out/students.parquet"))'
  ls build/demo/back/examples/school  the same documents again, from the tables
TEXT
