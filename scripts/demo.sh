#!/usr/bin/env bash
# Runs roost demo into build/demo/complete_demo and says where to look. Run by ./dev demo.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=build/demo/complete_demo
roost=build/release/roost
echo "\$ $roost demo --demo-dir $folder --num-files 200 --clean"
$roost demo --demo-dir $folder --num-files 200 --clean

cat <<TEXT

Where to look further:
  $folder/output/EXECUTIVE_SUMMARY.md           both systems, figure by figure
  $folder/faulty_output/quality_report.html     a page to open: tables with planted faults
  $roost query $folder/output "FROM students LIMIT 5"
  $roost ingest YOUR_FILES --output-dir tables && $roost validate --output-dir tables
TEXT
