#!/usr/bin/env python3
"""Measures roost generate beside its references: python bench/generate.py --help

Three measures, each beside what it is compared with, in the same rounds: school documents as one
NDJSON stream (Python's json and random), as separate files on a tmpfs (a program that writes the
same bytes from memory), and as Parquet tables (DuckDB's range, hash and COPY). Times are a program's
own, without its start; medians of interleaved rounds.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess

from measure import prepare, summary
from measure.prepare import BENCH, BUILD, PYTHON, ROOT, fail

RAW_FILES = BUILD / "raw_files"
PYTHON_SHARE = 20  # Python makes one document in so many; its rate is what counts


def options():
    parser = argparse.ArgumentParser(description="roost generate beside its references")
    parser.add_argument("--documents", type=int, default=20_000, help="school documents (20000)")
    parser.add_argument("--repeat", type=int, default=7, help="rounds (default 7)")
    parser.add_argument("--quick", action="store_true", help="a tenth, two rounds: does it work?")
    parser.add_argument("--folder", default="/dev/shm", help="a tmpfs for all output (/dev/shm)")
    parser.add_argument("--roost", default=ROOT / "build/release/roost", help="the binary")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="default: all cores")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.documents, chosen.repeat = chosen.documents // 10, 2
    if not pathlib.Path(chosen.roost).exists():
        fail(f"{chosen.roost} is not built")
    return chosen


def run(command, environment=None):
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        env=os.environ | (environment or {}),
    )
    if done.returncode != 0:
        fail(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout


class Bench:
    def __init__(self, chosen):
        self.chosen, self.runs = chosen, []
        self.folder = pathlib.Path(chosen.folder) / f"roost_bench_{os.getpid()}"

    def fresh(self, name):
        shutil.rmtree(self.folder / name, ignore_errors=True)
        return self.folder / name

    def keep(self, tool, rows, seconds, size=0):
        self.runs.append({"tool": tool, "rows": rows, "seconds": seconds, "bytes": size})

    def roost(self, name, form):
        c = self.chosen
        command = [c.roost, "generate", "--output-dir", self.fresh(name), "--format", form, "--json"]
        command += ["--num-iterations", c.documents, "--threads", c.threads]
        made = json.loads(run(command))
        self.keep(f"roost {form}", made["rows"], made["seconds"], made["bytes"])

    def stream(self):
        command = [self.chosen.roost, "generate", "--output-dir", "-", "--format", "ndjson"]
        command += ["--num-iterations", self.chosen.documents, "--threads", self.chosen.threads]
        with open(os.devnull, "w") as nowhere:
            done = subprocess.run(
                [str(word) for word in [*command, "--json"]],
                stdout=nowhere,
                stderr=subprocess.PIPE,
                text=True,
            )
        made = json.loads(done.stderr)
        self.keep("roost stdout", made["rows"], made["seconds"], made["bytes"])

    def python(self):
        path, documents = self.folder / "python.ndjson", self.chosen.documents // PYTHON_SHARE
        made = json.loads(run([PYTHON, BENCH / "peers/python_school.py", documents, path]))
        self.keep("Python", made["rows"], made["seconds"], path.stat().st_size)

    def raw(self, threads):
        to = self.fresh("raw")
        to.mkdir()
        seconds = float(run([RAW_FILES, self.folder / "files", to, threads]))
        self.keep(f"raw writer, {threads} threads", 0, seconds)

    def duckdb(self):
        command = [PYTHON, BENCH / "peers/duckdb_school.py", self.chosen.documents]
        environment = {"BENCH_THREADS": str(self.chosen.threads)}
        made = json.loads(run([*command, self.fresh("duckdb")], environment))
        self.keep("DuckDB", made["rows"], made["seconds"])

    def round(self):
        self.roost("stream", "ndjson")
        self.stream()
        self.python()
        self.roost("files", "json")
        for threads in sorted({1, self.chosen.threads}):
            self.raw(threads)
        self.fresh("raw")
        self.roost("tables", "parquet")
        self.duckdb()

    def medians(self):
        grouped = {}
        for one in self.runs:
            grouped.setdefault(one["tool"], []).append(one)
        return {
            tool: {
                "seconds": statistics.median(r["seconds"] for r in runs),
                "range": (min(r["seconds"] for r in runs), max(r["seconds"] for r in runs)),
                "rows": runs[0]["rows"],
                "bytes": runs[0]["bytes"],
            }
            for tool, runs in grouped.items()
        }


HEADER = ["", "seconds", "min..max", "M rows/s", "MB/s", ""]


def table(middles):
    rows = []
    for tool, m in middles.items():
        rate = m["rows"] / m["seconds"] / 1e6
        size = m["bytes"] / m["seconds"] / 1e6
        span = "{:.3f}..{:.3f}".format(*m["range"])
        rows.append([tool, f"{m['seconds']:.3f}", span, f"{rate:.2f}" if rate else "-",
                     f"{size:.0f}" if size else "-", ""])  # fmt: skip
    return rows


def targets(middles, threads):
    found = []

    def add(what, value, bound, at_least=True):
        met = value >= bound if at_least else value <= bound
        sign = ">=" if at_least else "<="
        found.append({"what": what, "value": value, "bound": f"{sign} {bound:.3g}", "met": met})

    def rows(tool):
        return middles[tool]["rows"] / middles[tool]["seconds"] / 1e6

    stream = middles["roost ndjson"]
    add("NDJSON, MB/s", stream["bytes"] / stream["seconds"] / 1e6, 300)
    add("NDJSON, M rows/s", rows("roost ndjson"), 2)
    files = middles["roost json"]["seconds"]
    for writers in sorted({1, threads}):
        raw = middles[f"raw writer, {writers} threads"]["seconds"]
        add(f"files, x a raw writer of {writers} threads", files / raw, 1.5, at_least=False)
    add("parquet, M rows/s", rows("roost parquet"), 5)
    add("parquet, x DuckDB's rows/s", rows("roost parquet") / rows("DuckDB"), 1)
    return found


def main():
    chosen = options()
    prepare.python_packages()
    BUILD.mkdir(parents=True, exist_ok=True)
    prepare.must(["cc", "-O2", "-pthread", BENCH / "raw_files.c", "-o", RAW_FILES])
    bench = Bench(chosen)
    bench.folder.mkdir()
    try:
        for _ in range(chosen.repeat):
            bench.round()
    finally:
        shutil.rmtree(bench.folder, ignore_errors=True)
    middles = bench.medians()
    met = [] if chosen.quick else targets(middles, chosen.threads)
    print(f"{chosen.documents} school documents, {chosen.threads} threads, {chosen.repeat} rounds\n")
    print(summary.text_table(HEADER, table(middles)))
    if met:
        rows = summary.target_rows(met)
        print("\n" + summary.text_table(["target", "measured", "bound", ""], rows))
    report = {"machine": prepare.machine(), "versions": prepare.versions(chosen.roost)}
    report |= {"runs": bench.runs, "targets": met}
    (BUILD / "generate.json").write_text(json.dumps(report, indent=1))
    print("\nbench: wrote build/bench/generate.json")


if __name__ == "__main__":
    main()
