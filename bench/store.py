#!/usr/bin/env python3
"""Measures a store under roost listen: python bench/store.py --help

drain    20,000 school files that lie there: `listen --once` beside `ingest` (bench/listen.py).
reopen   a store whose ledger knows 10 million files, of which a million lie in the input folder:
         opening it for nothing, and passing over all that it knows.
steady   files that are written at a rate (bench/listen.py).
race     four listeners on one folder beside one, on the same files.

reopen takes a million tiny files in batches; the other nine million are written into the ledger's
first run by the rules of docs/formats/store.md, since making so many files takes hours.
"""

import argparse
import ctypes
import ctypes.util
import json
import pathlib
import shutil
import statistics
import struct
import subprocess
import sys
import time

import listen
import numpy
import pyarrow.parquet as pq
from measure import child, prepare
from measure.prepare import BUILD, ROOT, fail

PIECE = 4096  # records of a run that have one checksum
RECORD = numpy.dtype(
    [("key_high", "<u8"), ("rest", "<u8", 6), ("numbers", "<u4"), ("version", "<u4")]
)


def options():
    parser = argparse.ArgumentParser(description="what a store takes, reopened and under load")
    parser.add_argument("--only", default="drain,reopen,race,steady", help="some of these")
    parser.add_argument("--known", type=int, default=10_000_000, help="files in the ledger")
    parser.add_argument("--there", type=int, default=1_000_000, help="of these, that are there")
    parser.add_argument("--files", type=int, default=20000, help="of drain and race")
    parser.add_argument("--repeat", type=int, default=5, help="rounds")
    parser.add_argument("--rate", type=int, default=1000, help="files a second (default 1,000)")
    parser.add_argument("--seconds", type=int, default=120, help="of steady (default 120)")
    parser.add_argument("--batch-seconds", type=float, default=1, help="of steady (default 1)")
    parser.add_argument("--quick", action="store_true", help="little of all: does it work?")
    parser.add_argument("--work-dir", default=BUILD / "store", help="where inputs and outputs go")
    parser.add_argument("--roost", default=ROOT / "build/release/roost", help="the binary")
    parser.add_argument("--listen-args", default="", help="further arguments for roost listen")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.known, chosen.there, chosen.files, chosen.repeat, chosen.seconds = 200_000, 20_000, 1000, 1, 5
    chosen.work_dir = pathlib.Path(chosen.work_dir)
    return chosen


def write_run(path, count):
    """A run of so many takes, of files that are nowhere."""
    hashes = ctypes.CDLL(ctypes.util.find_library("xxhash") or fail("there is no libxxhash"))
    hashes.XXH3_64bits_withSeed.restype = ctypes.c_uint64
    hashes.XXH3_64bits_withSeed.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint64]
    random = numpy.random.default_rng(1)
    keys = numpy.sort(random.integers(0, 2**64, count, dtype=numpy.uint64))
    checksum = 0
    with open(path, "wb") as file:
        file.write(bytes(64))
        for at in range(0, count, PIECE):
            piece = numpy.zeros(min(PIECE, count - at), RECORD)
            piece["key_high"] = keys[at : at + PIECE]
            piece["rest"] = random.integers(0, 2**63, (len(piece), 6), dtype=numpy.uint64)
            piece["numbers"] = 1
            text = piece.tobytes()
            checksum = hashes.XXH3_64bits_withSeed(text, len(text), checksum)
            file.write(text)
        header = b"roosttk1" + struct.pack("<qqQQQQ", 0, 0, count, checksum, 0, 0)
        file.seek(0)
        file.write(header + struct.pack("<Q", hashes.XXH3_64bits_withSeed(header, len(header), 0)))


def make_files(folder, count):
    for n in range(count):
        if n % 10_000 == 0:
            below = folder / f"{n // 10_000:04d}"
            below.mkdir(parents=True)
        (below / f"r_{n}.json").write_text(f'{{"n":{n}}}')


def once(chosen, source, *more):
    usage = child.run(
        [chosen.roost, "listen", "--once", "--input-dir", source, "--output-dir", chosen.work_dir / "out"]
        + ["--no-relate", "--json", *more]
    )
    if usage.status != 0:
        fail(f"roost listen: exit code {usage.status}: {usage.stderr}")
    return usage, json.loads(usage.stdout.splitlines()[-1])


def reopen(chosen):
    source, empty, output = (chosen.work_dir / name for name in ("known", "empty", "out"))
    for folder in (source, empty, output):
        shutil.rmtree(folder, ignore_errors=True)
    empty.mkdir(parents=True)
    once(chosen, empty)  # makes the store, whose first commit is version 0
    write_run(output / "_roost/takes" / f"{0:020d}-{0:020d}.takes", chosen.known - chosen.there)
    make_files(source, chosen.there)
    time.sleep(3)  # until they have settled
    taken, end = once(chosen, source)
    if end["files_taken"] != chosen.there:
        fail(f"{end['files_taken']} of {chosen.there} files were taken")
    runs = sum((path.stat().st_size - 64) // RECORD.itemsize for path in (output / "_roost/takes").glob("*.takes"))
    if runs != chosen.known:
        fail(f"the runs of takes know {runs} files, and not {chosen.known}")
    opened = [once(chosen, empty)[0] for _ in range(chosen.repeat)]
    passed = [once(chosen, source) for _ in range(chosen.repeat)]
    for _, end in passed:
        if (end["files_known"], end["files_taken"]) != (chosen.there, 0):
            fail(f"not all files were known: {end}")
    for folder in (source, empty, output):
        shutil.rmtree(folder)
    return {
        "known": chosen.known,
        "there": chosen.there,
        "take_seconds": taken.wall,
        "take_peak_bytes": taken.peak_bytes,
        "open_seconds": [usage.wall for usage in opened],
        "pass_seconds": [usage.wall for usage, _ in passed],
        "peak_bytes": max(usage.peak_bytes for usage, _ in passed),
    }


def race(chosen):
    """Four listeners that drain one folder, and one: how long until all rows can be read."""
    source, output = chosen.work_dir / "raced", chosen.work_dir / "out"
    shutil.rmtree(source, ignore_errors=True)
    subprocess.run(listen.generate(chosen, source, chosen.files), check=True)
    time.sleep(3)
    seconds = {1: [], 4: []}
    for _ in range(chosen.repeat):
        for count, runs in seconds.items():
            shutil.rmtree(output, ignore_errors=True)
            command = [chosen.roost, "listen", "--once", "--input-dir", source, "--output-dir", output]
            command += ["--no-relate", "--quiet", "--batch-files", chosen.files // 20]
            began = time.perf_counter()
            listeners = [subprocess.Popen([str(word) for word in command]) for _ in range(count)]
            if any(listener.wait() != 0 for listener in listeners):
                fail("a listener failed")
            runs.append(time.perf_counter() - began)
            rows = sum(pq.read_metadata(p).num_rows for p in output.glob("result.parquet/*.parquet"))
            if rows != chosen.files:
                fail(f"{count} listeners left {rows} rows of {chosen.files} files")
    shutil.rmtree(source)
    shutil.rmtree(output)
    return {"files": chosen.files, "one_seconds": seconds[1], "four_seconds": seconds[4]}


def tell(name, run):
    middle = {k: statistics.median(v) for k, v in run.items() if isinstance(v, list)}
    if name == "drain":
        return (
            f"{run['files']:,} files: ingest {middle['ingest_seconds']:.2f} s, listen --once "
            f"{middle['listen_seconds']:.2f} s: {run['ratio']:.2f} times; peak {run['peak_bytes'] / 1e6:.0f} MB"
        )
    if name == "reopen":
        return (
            f"{run['known']:,} files in the ledger: opened in {middle['open_seconds']:.2f} s; {run['there']:,} known "
            f"ones passed over in {middle['pass_seconds']:.2f} s, peak {run['peak_bytes'] / 1e6:.0f} MB; they were "
            f"taken in {run['take_seconds']:.1f} s, peak {run['take_peak_bytes'] / 1e6:.0f} MB"
        )
    if name == "race":
        return (
            f"{run['files']:,} files in 20 batches: one listener {middle['one_seconds']:.2f} s, "
            f"four {middle['four_seconds']:.2f} s"
        )
    waits, memory = run["wait_seconds"], run["memory_bytes"]
    return (
        f"{run['files']:,} files at {run['rate']:,} a second, batches of {run['batch_seconds']:g} s: readable after "
        + ", ".join(f"{share} {seconds:.2f} s" for share, seconds in waits.items())
        + f"; memory {memory['second_third'] / 1e6:.0f} MB, at the end {memory['last_third'] / 1e6:.0f} MB, at most "
        f"{memory['max'] / 1e6:.0f} MB; stopped in {run['stopping_seconds']:.2f} s"
    )


def main():
    chosen = options()
    if not pathlib.Path(chosen.roost).exists():
        fail(f"no {chosen.roost}; run ./dev build")
    parts = {"drain": lambda c: listen.Drain(c).run(), "reopen": reopen, "race": race, "steady": listen.steady}
    report = {"date": time.strftime("%Y-%m-%d"), "machine": prepare.machine()}
    for name, measure in parts.items():
        if name not in chosen.only.split(","):
            continue
        report[name] = measure(chosen)
        print(f"{name:7} {tell(name, report[name])}", flush=True)
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "store.json").write_text(json.dumps(report, indent=2))


if __name__ == "__main__":
    sys.exit(main())
