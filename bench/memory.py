#!/usr/bin/env python3
"""Measures peak memory of roost ingest on inputs that are large in one way each.

python bench/memory.py --help. The promise: peak <= --memory + 100 MB, whatever the input. Ends with
exit code 1 where it is broken. Needs only Python.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys

from measure import child, summary
from measure.prepare import BENCH, BUILD, ROOT, fail

HUGE = BENCH / "inputs" / "huge.py"
ALLOWANCE = 100  # MB over --memory

# name: (what it is, kind for huge.py, further arguments of roost, exit codes that are right)
CASES = {
    "array": ("one array of {array_gb} GB through a pipe", "array", [], (0,)),
    "line": ("one object holding an array of {array_gb} GB", "line", [], (0,)),
    "files": ("{files:,} small files", "files", [], (0,)),
    "record-refused": (
        "one record of {record_mb} MB, beyond --max-record",
        "record",
        ["--max-record", "64MB"],
        (0,),
    ),
    "record-taken": (
        "one record of {record_mb} MB, within --max-record",
        "record",
        ["--max-record", "{record_limit_mb}MB"],
        (0,),
    ),
    "map": ("{keys:,} distinct keys in an object of every record", "map", [], (0,)),
    "columns": ("{keys:,} distinct keys in the records themselves", "columns", [], (0,)),
    "overflow": ("{keys:,} distinct keys, all in every record", "overflow", [], (0,)),
}
HEADER = ["case", "--memory", "peak MB", "promised", "wall s", "result"]


def options():
    parser = argparse.ArgumentParser(
        description="peak memory of roost ingest", epilog=f"cases: {' '.join(CASES)}"
    )
    parser.add_argument("--only", default=",".join(CASES), help="cases, e.g. files,map")
    parser.add_argument("--memory", default="512,256", help="limits in MB to try (default 512,256)")
    parser.add_argument(
        "--threads", type=int, default=0, help="for roost (default: its own choice)"
    )
    parser.add_argument(
        "--array-gb",
        type=float,
        default=2,
        help="size of the large array (10 for the whole promise)",
    )
    parser.add_argument("--files", type=int, default=1_000_000)
    parser.add_argument("--record-mb", type=int, default=200)
    parser.add_argument("--keys", type=int, default=100_000)
    parser.add_argument(
        "--data-dir",
        type=pathlib.Path,
        default=BUILD / "data" / "huge",
        help="inputs, kept between runs (default build/bench/data/huge)",
    )
    parser.add_argument("--output-dir", type=pathlib.Path, default=BUILD / "out" / "memory")
    parser.add_argument("--roost", type=pathlib.Path, default=ROOT / "build/release/roost")
    chosen = parser.parse_args()
    chosen.record_limit_mb = chosen.record_mb + 56
    if unknown := set(chosen.only.split(",")) - set(CASES):
        fail(f"no case {', '.join(unknown)}; there are {', '.join(CASES)}")
    if not chosen.roost.exists():
        fail(f"no {chosen.roost}; run ./dev build")
    return chosen


def size_of(kind, chosen):
    return {
        "array": int(chosen.array_gb * 1e9),
        "line": int(chosen.array_gb * 1e9),
        "files": chosen.files,
        "record": chosen.record_mb * 1_000_000,
    }.get(kind, chosen.keys)


def input_of(kind, chosen):
    """The input's path; made once, under a name that tells its size."""
    size = size_of(kind, chosen)
    path = chosen.data_dir / (f"files_{size}" if kind == "files" else f"{kind}_{size}.ndjson")
    if not path.exists():
        print(f"bench: making {path.name}", file=sys.stderr, flush=True)
        partial = path.with_name(path.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, HUGE, kind, partial, str(size)], check=True)
        partial.rename(path)
    return path


def run_roost(case, memory, chosen):
    _, kind, more, _ = CASES[case]
    piped = kind == "array"
    shutil.rmtree(chosen.output_dir, ignore_errors=True)
    command = [
        chosen.roost,
        "ingest",
        "-" if piped else input_of(kind, chosen),
        "--output-dir",
        chosen.output_dir,
    ]
    command += [
        "--table",
        "result",
        "--memory",
        f"{memory}MB",
        *[word.format(**vars(chosen)) for word in more],
    ]
    command += ["--threads", chosen.threads] if chosen.threads else []
    if not piped:
        return child.run(command)
    feeder = subprocess.Popen(
        [sys.executable, HUGE, "array", str(size_of("array", chosen))],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    usage = child.run(command, stdin=feeder.stdout)
    feeder.stdout.close()
    feeder.wait()
    return usage


def judge(case, memory, usage, chosen):
    """(what happened in words, whether it is as promised)."""
    if case == "record-taken" and usage.status == 2 and 2 * chosen.record_limit_mb > memory:
        return "refused: --max-record is more than half of --memory", True
    if usage.status not in CASES[case][3]:
        words = (usage.stderr.strip() or usage.stdout.strip() or "no message").splitlines()
        return f"exit code {usage.status}: {words[-1]}", False
    if usage.peak_bytes > (memory + ALLOWANCE) * 2**20:
        return "TOO MUCH", False
    return "kept", True


def main():
    chosen = options()
    rows, facts, kept = [], [], True
    for case in chosen.only.split(","):
        for memory in map(int, chosen.memory.split(",")):
            usage = run_roost(case, memory, chosen)
            words, right = judge(case, memory, usage, chosen)
            kept = kept and right
            what = f"{case}: {CASES[case][0].format(**vars(chosen))}"
            peak = usage.peak_bytes / 2**20
            rows.append(
                [
                    what,
                    f"{memory} MB",
                    f"{peak:.0f}",
                    f"<= {memory + ALLOWANCE}",
                    f"{usage.wall:.1f}",
                    words,
                ]
            )
            facts.append(
                {
                    "case": what,
                    "memory_mb": memory,
                    "peak_mb": peak,
                    "wall": usage.wall,
                    "result": words,
                }
            )
            print(f"bench: {' | '.join(rows[-1])}", file=sys.stderr, flush=True)
    shutil.rmtree(chosen.output_dir, ignore_errors=True)
    print(summary.text_table(HEADER, rows))
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "memory.json").write_text(json.dumps(facts, indent=1))
    (BUILD / "memory.md").write_text(summary.markdown_table(HEADER, rows) + "\n")
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
