#!/usr/bin/env python3
"""Measures roost ingest beside its peers: python bench/ingest.py --help

Everybody does the same work: every array of objects a table keyed to its record, as zstd Parquet.
Runs are interleaved (one of each tool, then the next round), files are in the page cache, outputs
are removed and written back between runs. A peer's time begins when its packages are imported;
roost's when it is started. Needs only Python; makes .deps/bench for the peers.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

from measure import child, plan, prepare, summary
from measure.prepare import BENCH, BUILD, LIMIT, PYTHON, ROOT, fail

SLOW_SECONDS = 8  # a tool that takes longer
SLOW_RUNS = 2  # runs only so many times


def options():
    parser = argparse.ArgumentParser(
        description="roost ingest beside its peers", epilog=f"inputs: {' '.join(plan.INPUTS)}"
    )
    parser.add_argument("--only", default=",".join(plan.INPUTS), help="inputs, e.g. S,N")
    parser.add_argument(
        "--peers",
        default=",".join([*plan.PEERS, "limit"]),
        help="tools beside roost, e.g. duckdb,limit; none for roost alone",
    )
    parser.add_argument("--repeat", type=int, default=5, help="rounds (default 5)")
    parser.add_argument(
        "--quick", action="store_true", help="a twentieth of the input, one round: does it work?"
    )
    parser.add_argument(
        "--output-dir",
        default=BUILD / "out",
        help="where outputs go, e.g. on a tmpfs (default build/bench/out)",
    )
    parser.add_argument("--roost", default=ROOT / "build/release/roost", help="the binary")
    parser.add_argument(
        "--threads",
        type=int,
        default=os.cpu_count(),
        help="for roost and its peers (default: all cores)",
    )
    parser.add_argument(
        "--roost-args", default="", help="further arguments for roost ingest, e.g. '--memory 128MB'"
    )
    chosen = parser.parse_args()
    chosen.only = chosen.only.split(",")
    if unknown := set(chosen.only) - set(plan.INPUTS):
        fail(f"no input {', '.join(unknown)}; there are {', '.join(plan.INPUTS)}")
    chosen.peers = chosen.peers.split(",")
    if unknown := set(chosen.peers) - {*plan.PEERS, "limit", "none"}:
        fail(f"no peer {', '.join(unknown)}; there are {', '.join(plan.PEERS)}, limit and none")
    return chosen


def size_of(folder):
    # Views are hard links to the parts: each file counts once.
    files = [f.stat() for f in folder.rglob("*") if f.is_file()]
    return sum({(each.st_dev, each.st_ino): each.st_size for each in files}.values())


class Bench:
    def __init__(self, chosen, inputs):
        self.chosen, self.inputs, self.runs, self.checks = chosen, inputs, [], {}

    def tools(self, name):
        return [t for t in plan.tools(name) if t.startswith("roost") or t in self.chosen.peers]

    def output(self, tool):
        return pathlib.Path(self.chosen.output_dir) / tool

    def command(self, tool, path):
        if tool == "limit":
            return [LIMIT, path]
        if tool in plan.PEERS:
            return [PYTHON, BENCH / "peers" / plan.PEERS[tool], path, self.output(tool)]
        threads = 1 if tool == "roost-1" else self.chosen.threads
        more = self.chosen.roost_args.split()
        return [
            self.chosen.roost,
            "ingest",
            path,
            "--output-dir",
            self.output(tool),
            "--table",
            "result",
            "--threads",
            threads,
            "--no-relate",
            *more,
        ]

    def once(self, name, tool):
        shutil.rmtree(self.output(tool), ignore_errors=True)
        os.sync()
        environment = {"BENCH_THREADS": str(self.chosen.threads)}
        usage = child.run(self.command(tool, self.inputs[name]["path"]), environment=environment)
        run = {
            "input": name,
            "tool": tool,
            "wall": usage.wall,
            "cpu": usage.cpu,
            "peak": usage.peak_bytes,
        }
        own = usage.stdout.strip().splitlines()[-1:] if not tool.startswith("roost") else []
        if own and own[0].startswith("{"):
            run |= json.loads(own[0])  # a peer's own times, and its note or its reason to fail
        if usage.status != 0:
            words = (usage.stderr.strip() or usage.stdout.strip() or "no message").splitlines()
            run.setdefault("failed", f"exit code {usage.status}: {words[-1]}")
        elif tool != "limit":
            run["bytes"] = size_of(self.output(tool))
        return run

    def may_run(self, name, tool, round_number):
        before = [r for r in self.runs if r["input"] == name and r["tool"] == tool]
        if any("failed" in r for r in before):
            return False
        return round_number < SLOW_RUNS or not before or before[0]["wall"] < SLOW_SECONDS

    def measure(self, name):
        self.read(name)
        for round_number in range(1 if self.chosen.quick else self.chosen.repeat):
            for tool in self.tools(name):
                if self.may_run(name, tool, round_number):
                    run = self.once(name, tool)
                    if round_number == 0 and "failed" not in run and tool != "limit":
                        self.check_rows(name, tool, run)
                    self.runs.append(run)
                    took = run.get("failed") or f"{run['wall']:.2f} s"
                    print(
                        f"bench: {name} round {round_number + 1} {tool}: {took}",
                        file=sys.stderr,
                        flush=True,
                    )
        self.compare(name)
        for tool in self.tools(name):
            shutil.rmtree(self.output(tool), ignore_errors=True)

    def read(self, name):
        """Brings the input into the page cache."""
        path = pathlib.Path(self.inputs[name]["path"])
        for file in path.rglob("*") if path.is_dir() else [path]:
            if file.is_file():
                with open(file, "rb") as stream:
                    while stream.read(1 << 20):
                        pass

    def check_rows(self, name, tool, run):
        wanted = sum(self.inputs[name]["rows"].values())
        rows = json.loads(
            subprocess.check_output(
                [PYTHON, BENCH / "measure" / "compare.py", "--rows", self.output(tool)]
            )
        )
        run["rows"] = rows
        if wanted and tool not in plan.SHARE and sum(rows.values()) != wanted:
            run["failed"] = f"{sum(rows.values())} rows where the input has {wanted}"

    def compare(self, name):
        done = {r["tool"] for r in self.runs if r["input"] == name and "failed" not in r}
        if not {"roost", "duckdb"} <= done:
            return
        program = [
            PYTHON,
            BENCH / "measure" / "compare.py",
            self.output("roost"),
            self.output("duckdb"),
        ]
        found = json.loads(subprocess.check_output(program))
        if found["differences"]:  # a fast wrong answer is no answer
            for run in self.runs:
                if run["input"] == name and run["tool"].startswith("roost"):
                    run["failed"] = "its tables differ from DuckDB's"
        text = f"{found['tables']} tables, {found['columns']} columns: rows, sums and counts "
        text += (
            "agree"
            if not found["differences"]
            else "DIFFER: " + "; ".join(found["differences"][:10])
        )
        if missing := [n.split(":")[0] for n in found["notes"] if n.endswith("only ours")]:
            text += f". DuckDB left out {', '.join(missing[:10])}"
        if extra := [n.split(":")[0] for n in found["notes"] if n.endswith("only theirs")]:
            text += f". Named otherwise in ours: {', '.join(extra[:10])}"
        self.checks[name] = text + "."


def main():
    chosen = options()
    if not pathlib.Path(chosen.roost).exists():
        fail(f"no {chosen.roost}; run ./dev build")
    prepare.python_packages()
    prepare.limit()
    inputs = prepare.inputs(chosen)
    bench = Bench(chosen, inputs)
    report = {
        "date": time.strftime("%Y-%m-%d"),
        "machine": prepare.machine(),
        "versions": prepare.versions(chosen.roost),
        "inputs": inputs,
    }
    tables = []
    for name in inputs:
        bench.measure(name)
        middles = summary.medians(bench.runs)
        facts = inputs[name]
        size = f"{facts['files']:,} files, {facts['bytes'] / 1e6:.0f} MB"
        title = f"{name}: {plan.INPUTS[name][0]} ({size})"
        rows = summary.table_of(name, bench.tools(name), middles, bench.runs)
        tables.append((name, title, rows))
        print(f"\n{title}\n{summary.text_table(summary.HEADER, rows)}", flush=True)
        print(f"against DuckDB: {bench.checks[name]}" if name in bench.checks else "", flush=True)
    report |= {"runs": bench.runs, "checks": bench.checks}
    report["targets"] = (
        []
        if chosen.quick
        else plan.Targets(summary.medians(bench.runs), inputs, chosen.threads).found
    )
    if report["targets"]:
        print(
            "\n"
            + summary.text_table(
                ["target", "measured", "bound", ""], summary.target_rows(report["targets"])
            )
        )
    (BUILD / "ingest.json").write_text(json.dumps(report, indent=1))
    (BUILD / "ingest.md").write_text(summary.markdown(report, tables))
    print("\nbench: wrote build/bench/ingest.json and build/bench/ingest.md")


if __name__ == "__main__":
    main()
