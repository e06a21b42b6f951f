"""Measures `roost validate` beside DuckDB, in one run: ./dev bench validate [--rows N] [--threads N]

Makes two tables of plain Parquet (items, with six columns, and the parents they refer to), then
times: the profile (beside SUMMARIZE), six row rules on top of it, a reference with its orphans and
their keys, a capacity and a unique key (each beside DuckDB's own SQL), 1,000 rules, and all of these but the last
together with the reports. Then 1 % of the rows are appended as a part of its own, and a run that
knows the others is set beside a full one, also with keys of text and of two columns, and with rules
made from the data. Then a small school, and a reference half of whose rows lack one parent. Medians
of --runs.
"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import duckdb
from measure import child

SOURCE = pathlib.Path(__file__).resolve().parent.parent

ITEMS = """
COPY (SELECT range AS id,
  CASE WHEN range % 100000 = 7 THEN range + 1000000000 ELSE (range * 7919) % {parents} END AS parent,
  round(((range * 2654435761) % 1000003) / 1000.0, 2) AS amount,
  (range * 48271) % 1000 AS size,
  ['open', 'shipped', 'returned', 'lost'][1 + (range * 31) % 4] AS status,
  concat('N', lpad(((range * 69621) % 1000000)::VARCHAR, 6, '0')) AS code
  FROM range({rows})) TO '{folder}/items.parquet' (FORMAT parquet, ROW_GROUP_SIZE 1000000, COMPRESSION zstd)
"""
PARENTS = """
COPY (SELECT range AS parent, {most} + 1 + (range % 7) AS capacity,
  concat('N', lpad((range % 1000000)::VARCHAR, 6, '0')) AS code, (range * 651) % 1000 AS size
  FROM range({parents}))
  TO '{folder}/parents.parquet' (FORMAT parquet)
"""
ROW_RULES = """tables:
  items:
    columns:
      id: {required: true, range: [0, null]}
      amount: {range: [0, 1001]}
      size: {range: [0, 999]}
      status: {set: [open, shipped, returned, lost]}
      code: {pattern: "N[0-9]{6}"}
"""
REFERENCE = "tables: {items: {references: [{columns: parent, table: parents, key: parent}]}}\n"
CAPACITY = "tables: {parents: {capacity: [{count: items, by: parent, max: capacity}]}}\n"
UNIQUE = "tables: {items: {unique: [id]}}\n"
NOTHING = "tables: {}\n"
EVERYTHING = ROW_RULES + """    rules:
      - {name: size_amount, holds: size * 2 + amount >= 0}
    references: [{columns: parent, table: parents, key: parent}]
    unique: [id]
  parents:
    key: parent
    capacity: [{count: items, by: parent, max: capacity}]
"""
TEXTS = """tables:
  items:
    references:
      - {columns: code, table: parents, key: code}
      - {columns: [code, size], table: parents, key: [code, size]}
"""


def make(folder, rows, parents):
    """The two tables; kept for the next run."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "items.parquet").exists():
        return
    connection = duckdb.connect()
    values = {"rows": rows, "parents": parents, "folder": folder, "most": rows // parents}
    connection.sql(PARENTS.format(**values))
    connection.sql(ITEMS.format(**values))


def many_rules():
    """A thousand conditions on four columns, all of which hold."""
    columns = (("amount", 1001), ("size", 999), ("id", 10**12), ("parent", 10**12))
    lines = [
        f"      - {{name: r{i}, holds: '{name} <= {high + i}'}}"
        for i, (name, high) in enumerate(columns[i % 4] for i in range(1000))
    ]
    return "tables:\n  items:\n    rules:\n" + "\n".join(lines) + "\n"


def cpu_seconds():
    """Of this process and those it waited for: what a busy machine does not change."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def seconds_of(run):
    """Wall clock and processor seconds."""
    start, cpu = time.perf_counter(), cpu_seconds()
    run()
    return time.perf_counter() - start, cpu_seconds() - cpu


def median_of(times):
    wall, cpu = (statistics.median(column) for column in zip(*times))
    return f"{wall:.2f} s ({cpu:.2f} s of processors)"


class Bench:
    def __init__(self, arguments, folder):
        self.arguments, self.folder = arguments, folder
        self.rules = folder.parent / "rules.yaml"

    def roost(self, text, *more, folder=None):
        self.rules.write_text(text)
        command = [self.arguments.roost, "validate", "--output-dir", folder or self.folder, "--rules", self.rules,
                   "--threads", str(self.arguments.threads), "--json", "--no-files", "--full", *more]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            sys.exit(done.stderr or done.stdout[-2000:])
        return json.loads(done.stdout)

    def duckdb(self, sql):
        connection = duckdb.connect(config={"threads": self.arguments.threads})
        connection.sql("SET enable_progress_bar = false")
        for table in ("items", "parents"):
            connection.sql(f"CREATE VIEW {table} AS FROM read_parquet('{self.folder}/{table}.parquet')")
        return [connection.execute(one).fetchall() for one in sql.split("; ")]

    def judge_all(self, name, folder, text, *more):
        """All that a run does, its reports and files too: wall and processor seconds, peak memory."""
        if self.arguments.only not in name:
            return
        self.rules.write_text(text)
        rules = ["--rules", self.rules] if text else []
        command = [self.arguments.roost, "validate", "--output-dir", folder, *rules,
                   "--threads", self.arguments.threads, "--quiet", "--full", *more]  # fmt: skip
        done = [child.run(command) for _ in range(self.arguments.runs if text else 1)]
        if any(one.status not in (0, 1) for one in done):
            sys.exit(done[0].stderr)
        peak = max(one.peak_bytes for one in done) / 1e6
        print(f"{name:28}roost {median_of([(one.wall, one.cpu) for one in done])}, {peak:.0f} MB", flush=True)

    def compare(self, name, text, sql, folder=None):
        if self.arguments.only not in name:
            return
        own, other = [], []
        for _ in range(self.arguments.runs):
            own.append(seconds_of(lambda: self.roost(text, folder=folder)))
            if sql:
                other.append(seconds_of(lambda: self.duckdb(sql)))
        print(f"{name:28}roost {median_of(own):40}", f"DuckDB {median_of(other)}" if sql else "", flush=True)


APPENDED = """
COPY (SELECT * REPLACE (id + {rows} AS id) FROM read_parquet('{folder}/items.parquet') LIMIT {rows} // 100)
  TO '{part}' (FORMAT parquet)
"""


LATE = """
COPY (SELECT parent, 0 AS capacity FROM '{items}' EXCEPT SELECT parent, 0 FROM '{parents}/a.parquet')
  TO '{parents}/b.parquet' (FORMAT parquet)
"""


class Growing:
    """The tables once more, items in two parts: all of them, and 1 % that comes later."""

    def __init__(self, bench, folder):
        self.bench, self.folder, self.rules = bench, folder, []
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "items.parquet").mkdir(parents=True)
        (folder / "items.parquet/a.parquet").hardlink_to(bench.folder / "items.parquet")
        (folder / "parents.parquet").mkdir()
        (folder / "parents.parquet/a.parquet").hardlink_to(bench.folder / "parents.parquet")
        self.part, self.later = folder / "items.parquet/b.parquet", folder.parent / "later.parquet"
        duckdb.sql(APPENDED.format(folder=bench.folder, rows=bench.arguments.rows, part=self.later))
        hour_ago = time.time() - 3600
        os.utime(self.later, (hour_ago, hour_ago))

    def add_late_parents(self):
        duckdb.sql(LATE.format(items=self.folder / "items.parquet/a.parquet", parents=self.folder / "parents.parquet"))

    def judge(self, *more):
        command = [self.bench.arguments.roost, "validate", "--output-dir", self.folder, *self.rules, "--threads",
                   str(self.bench.arguments.threads), "--quiet", *more]  # fmt: skip
        if subprocess.run(command, check=False).returncode not in (0, 1):
            sys.exit("validate failed")

    def compare(self, name, text):
        if self.bench.arguments.only not in name:
            return
        self.bench.rules.write_text(text)
        self.rules = ["--rules", self.bench.rules] if text else []
        full, again = [], []
        for _ in range(self.bench.arguments.runs if text else 1):  # making rules takes a minute
            self.part.unlink(missing_ok=True)
            self.judge("--full")
            self.part.hardlink_to(self.later)
            again.append(seconds_of(self.judge))
            full.append(seconds_of(lambda: self.judge("--full")))
        share = statistics.median(cpu for _, cpu in again) / statistics.median(cpu for _, cpu in full)
        print(f"{name:28}roost {median_of(again):40} full {median_of(full)}, {share:.1%}", flush=True)


def school(bench, folder):
    """A hundred thousand rows or so of a school, judged by its own rules."""
    inputs, out = folder / "in", folder / "out"
    if not out.exists():
        roost = str(bench.arguments.roost)
        subprocess.run([roost, "generate", "--output-dir", inputs, "--num-iterations", "1300", "--quiet"], check=True)
        subprocess.run([roost, "ingest", inputs, "--output-dir", out, "--quiet"], check=True)
    bench.judge_all("a school of 100,000 rows", out, (inputs / "_rules.yaml").read_text())


def one_missing_parent(bench, folder):
    """Of a million rows every other one refers to one key that is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    duckdb.sql(f"COPY (SELECT CASE WHEN range % 2 = 0 THEN -1 ELSE range % 1000 END AS parent FROM range(1000000)) TO '{folder}/items.parquet'")
    duckdb.sql(f"COPY (SELECT range AS parent FROM range(1000)) TO '{folder}/parents.parquet'")
    rule = Bench(bench.arguments, folder).roost(REFERENCE)["rules"][0]
    print(f"half of the rows are orphans: {rule['failed']:,} of {rule['tested']:,} rows, {rule['orphan_keys']} key, p {rule['p']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="", help="measures whose name has this in it")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "roost-bench")
    parser.add_argument("--roost", type=pathlib.Path, default=SOURCE / "build/release/roost")
    arguments = parser.parse_args()
    parents = max(1, arguments.rows // 10)
    folder = arguments.work / f"judged-{arguments.rows}" / "tables"
    make(folder, arguments.rows, parents)
    bench = Bench(arguments, folder)
    alone = arguments.work / f"judged-{arguments.rows}" / "alone"
    alone.mkdir(exist_ok=True)
    if not (alone / "items.parquet").exists():
        (alone / "items.parquet").hardlink_to(folder / "items.parquet")
    bench.compare("profile of one table", NOTHING, "SUMMARIZE items", alone)
    bench.compare("profile", NOTHING, "SUMMARIZE items; SUMMARIZE parents")
    bench.compare("profile and six row rules", ROW_RULES,
                  "SELECT count(*) FILTER (WHERE id IS NULL), count(*) FILTER (WHERE id < 0), "
                  "count(*) FILTER (WHERE amount < 0 OR amount > 1001), count(*) FILTER (WHERE size < 0 OR size > 999), "
                  "count(*) FILTER (WHERE status NOT IN ('open', 'shipped', 'returned', 'lost')), "
                  "count(*) FILTER (WHERE NOT regexp_full_match(code, 'N[0-9]{6}')) FROM items")  # fmt: skip
    bench.compare("profile and reference", REFERENCE,
                  "CREATE TABLE bad AS SELECT * FROM items c WHERE NOT EXISTS "
                  "(SELECT 1 FROM parents p WHERE p.parent = c.parent); "
                  "SELECT count(*), count(DISTINCT parent) FROM bad; "
                  "SELECT parent, count(*) FROM bad GROUP BY ALL ORDER BY ALL LIMIT 10; FROM bad LIMIT 10")  # fmt: skip
    bench.compare("profile and capacity", CAPACITY,
                  "SELECT count(*) FROM parents p JOIN (SELECT parent, count(*) AS n FROM items GROUP BY parent) k "
                  "USING (parent) WHERE n > capacity")  # fmt: skip
    bench.compare("profile and unique key", UNIQUE,
                  "SELECT count(*) FROM (SELECT id FROM items GROUP BY id HAVING count(*) > 1)")  # fmt: skip
    bench.compare("profile and 1,000 rules", many_rules(), None)
    bench.judge_all("all of that and the reports", folder, EVERYTHING)
    bench.judge_all("rules made from the data", folder, "")
    growing = Growing(bench, arguments.work / f"judged-{arguments.rows}" / "growing")
    growing.compare("1 % more: row rules", ROW_RULES)
    growing.compare("1 % more: 1,000 rules", many_rules())
    growing.compare("1 % more: reference", REFERENCE)
    growing.compare("1 % more: capacity", CAPACITY)
    growing.compare("1 % more: unique key", UNIQUE)
    growing.compare("1 % more: keys of text", TEXTS)
    growing.compare("1 % more: all of that", EVERYTHING)
    growing.compare("1 % more: no rules given", "")
    growing.add_late_parents()
    growing.compare("1 % more: no orphans", REFERENCE)
    school(bench, arguments.work / "school")
    one_missing_parent(bench, arguments.work / "one-parent")


if __name__ == "__main__":
    main()
