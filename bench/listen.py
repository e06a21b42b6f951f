#!/usr/bin/env python3
"""Measures roost listen: python bench/listen.py --help

drain    20,000 school files that lie there: `listen --once` beside `ingest`, interleaved, synced.
steady   files that are written in place at a rate, as HTCondor writes: how long after a file had its
         last mode its rows are to be read in all tables, and the listener's memory.

A file's end is its time of change (chmod is what is done last). Readable is what the views of all
tables show; a reader beside looks at them every 10 ms, at footers and ids alone.
"""

import argparse
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

import pyarrow.parquet as pq
from measure import child, prepare
from measure.prepare import BUILD, ROOT, fail

TABLES = 5  # of the school
FIRST_JOB = 1000  # the school's job_id of iteration 0
LOOK_SECONDS = 0.01
WRITER_RATE = 125  # files a second; a writer in place reaches some 200


def options():
    parser = argparse.ArgumentParser(description="roost listen beside roost ingest, and its latency")
    parser.add_argument("--only", default="drain,steady", help="drain, steady or both")
    parser.add_argument("--files", type=int, default=20000, help="of drain (default 20,000)")
    parser.add_argument("--repeat", type=int, default=5, help="rounds of drain (default 5)")
    parser.add_argument("--rate", type=int, default=1000, help="files a second (default 1,000)")
    parser.add_argument("--seconds", type=int, default=60, help="of steady (default 60)")
    parser.add_argument("--batch-seconds", type=float, default=1, help="of steady (default 1)")
    parser.add_argument("--quick", action="store_true", help="little of all: does it work?")
    parser.add_argument("--work-dir", default=BUILD / "listen", help="where inputs and outputs go")
    parser.add_argument("--roost", default=ROOT / "build/release/roost", help="the binary")
    parser.add_argument("--listen-args", default="", help="further arguments for roost listen")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.files, chosen.repeat, chosen.seconds = 1000, 1, 5
    chosen.work_dir = pathlib.Path(chosen.work_dir)
    return chosen


def generate(chosen, folder, files, *more):
    command = [chosen.roost, "generate", "--output-dir", folder, "--num-iterations", files, "--quiet"]
    return [str(word) for word in [*command, *more]]


class Drain:
    """listen --once and ingest on the same files, one after the other."""

    def __init__(self, chosen):
        self.chosen, self.input = chosen, chosen.work_dir / "settled"
        self.output = chosen.work_dir / "out"
        self.runs = {"ingest": [], "listen": []}

    def run(self):
        shutil.rmtree(self.input, ignore_errors=True)
        subprocess.run(generate(self.chosen, self.input, self.chosen.files), check=True)
        time.sleep(3)  # until they have settled
        for _ in range(self.chosen.repeat):
            for verb in self.runs:
                self.once(verb)
        shutil.rmtree(self.input)
        shutil.rmtree(self.output)
        middles = {verb: statistics.median(u.wall for u in runs) for verb, runs in self.runs.items()}
        peak = max(usage.peak_bytes for usage in self.runs["listen"])
        return {
            "files": self.chosen.files,
            "ingest_seconds": [u.wall for u in self.runs["ingest"]],
            "listen_seconds": [u.wall for u in self.runs["listen"]],
            "ratio": middles["listen"] / middles["ingest"],
            "peak_bytes": peak,
        }

    def once(self, verb):
        shutil.rmtree(self.output, ignore_errors=True)
        subprocess.run(["sync"], check=True)
        where = [self.input] if verb == "ingest" else ["--once", "--input-dir", self.input]
        more = self.chosen.listen_args.split() if verb == "listen" else []
        usage = child.run(
            [self.chosen.roost, verb, *where, "--output-dir", self.output, "--no-relate", "--quiet", *more]
        )
        if usage.status != 0:
            fail(f"roost {verb}: exit code {usage.status}: {usage.stderr}")
        rows = sum(pq.read_metadata(p).num_rows for p in self.output.glob("result.parquet/*.parquet"))
        if rows != self.chosen.files:
            fail(f"roost {verb} left {rows} rows of {self.chosen.files} files")
        self.runs[verb].append(usage)


class Views:
    """When which file's rows could first be read in each table."""

    def __init__(self, output):
        self.output, self.links, self.parts = output, {}, set()
        self.ranges = {}  # table -> [(first file number, last, time)]
        self.jobs = {}  # file number -> job_id

    def look(self):
        now = time.time()
        for link in self.output.glob("*.parquet"):
            target = link.readlink()
            if self.links.get(link.name) == target:
                continue
            self.links[link.name] = target
            for part in link.iterdir():
                if (link.name, part.name) not in self.parts:
                    self.take(link.name, part, now)

    def take(self, table, part, now):
        self.parts.add((table, part.name))
        meta = pq.read_metadata(part)
        column = meta.schema.names.index("_roost_id")
        for group in range(meta.num_row_groups):
            ids = meta.row_group(group).column(column).statistics
            self.ranges.setdefault(table, []).append((ids.min >> 24, ids.max >> 24, now))
        if table == "result.parquet":
            rows = pq.read_table(part, columns=["_roost_id", "job_id"]).to_pydict()
            for row_id, job in zip(rows["_roost_id"], rows["job_id"], strict=True):
                self.jobs.setdefault(row_id >> 24, job)

    def readable(self):
        """{job_id: when its rows were in all tables}."""
        times = {}
        for table in self.ranges.values():
            seen = {}
            for first, last, now in table:
                for number in range(first, last + 1):
                    seen.setdefault(number, now)
            for number, now in seen.items():
                times.setdefault(number, []).append(now)
        return {
            self.jobs[number]: max(each)
            for number, each in times.items()
            if number in self.jobs and len(each) == TABLES
        }


def start_writers(chosen, folder, files):
    """As many as the rate needs: one writes a file after the other, and rests between its pieces."""
    count = -(-chosen.rate // WRITER_RATE)
    writers = []
    for i in range(count):
        first, behind = files * i // count, files * (i + 1) // count
        more = ["--in-place", "--start", first, "--rate", chosen.rate / count, "--threads", 1]
        writers.append(subprocess.Popen(generate(chosen, folder, behind - first, *more)))
    return writers


def steady(chosen):
    source, output = chosen.work_dir / "arriving", chosen.work_dir / "out"
    for folder in (source, output):
        shutil.rmtree(folder, ignore_errors=True)
    source.mkdir(parents=True)
    files = chosen.rate * chosen.seconds
    listener = subprocess.Popen(
        [str(chosen.roost), "listen", "--input-dir", source, "--output-dir", output, "--quiet"]
        + ["--batch-seconds", str(chosen.batch_seconds), *chosen.listen_args.split()]
    )
    time.sleep(1)
    writers = start_writers(chosen, source, files)
    views, memory, sampled = Views(output), [], 0
    end = time.time() + chosen.seconds * 2 + 30
    try:
        while time.time() < end and listener.poll() is None:
            views.look()
            if time.time() > sampled + 1:
                memory.append(child.resident_bytes(listener.pid))
                sampled = time.time()
            if len(views.jobs) == files and all(w.poll() is not None for w in writers):
                break
            time.sleep(LOOK_SECONDS)
        time.sleep(1)
        views.look()
    finally:
        for process in [listener, *writers]:
            process.terminate()
    told = time.time()
    if listener.wait(timeout=30) != 0:
        fail(f"roost listen: exit code {listener.returncode}")
    stopping = time.time() - told
    readable = views.readable()
    if len(readable) != files:
        fail(f"{len(readable)} of {files} files can be read in all tables")
    waits = sorted(
        readable[FIRST_JOB + i] - (source / f"result_{i:06}.json").stat().st_ctime
        for i in range(files)
    )
    third = len(memory) // 3
    return {
        "files": files,
        "rate": chosen.rate,
        "batch_seconds": chosen.batch_seconds,
        "wait_seconds": {
            name: waits[min(int(len(waits) * share), len(waits) - 1)]
            for name, share in {"p50": 0.5, "p90": 0.9, "p99": 0.99, "max": 1}.items()
        },
        "memory_bytes": {
            "max": max(memory),
            "second_third": max(memory[third : 2 * third]),
            "last_third": max(memory[2 * third :]),
        },
        "stopping_seconds": stopping,
    }


def main():
    chosen = options()
    if not pathlib.Path(chosen.roost).exists():
        fail(f"no {chosen.roost}; run ./dev build")
    report = {"date": time.strftime("%Y-%m-%d"), "machine": prepare.machine()}
    if "drain" in chosen.only:
        report["drain"] = drain = Drain(chosen).run()
        print(
            f"drain   {drain['files']:,} files: ingest {statistics.median(drain['ingest_seconds']):.2f} s, "
            f"listen --once {statistics.median(drain['listen_seconds']):.2f} s: {drain['ratio']:.2f} times; "
            f"peak {drain['peak_bytes'] / 1e6:.0f} MB",
            flush=True,
        )
    if "steady" in chosen.only:
        report["steady"] = run = steady(chosen)
        waits, memory = run["wait_seconds"], run["memory_bytes"]
        print(
            f"steady  {run['files']:,} files at {run['rate']:,} a second, batches of "
            f"{run['batch_seconds']:g} s: readable after "
            + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in waits.items())
            + f"; memory {memory['second_third'] / 1e6:.0f} MB, at the end "
            f"{memory['last_third'] / 1e6:.0f} MB, at most {memory['max'] / 1e6:.0f} MB; "
            f"stopped in {run['stopping_seconds']:.2f} s",
            flush=True,
        )
        for folder in ("arriving", "out"):  # takes minutes on some disks
            shutil.rmtree(chosen.work_dir / folder)
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "listen.json").write_text(json.dumps(report, indent=2))


if __name__ == "__main__":
    sys.exit(main())
