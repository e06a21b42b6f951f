"""Several listeners, and another tool that appends, on one store at the same time: every file once."""

import contextlib
import json
import random
import signal
import subprocess
import threading
import time

import duckdb
import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from listening import QUICK, listening, numbers, put, wait_for

KIDS = 3  # most of a document
TOO_WIDE = 50  # each so many documents one brings what its columns cannot hold


def document(n, count):
    """What file n of so many says; later files bring further columns, wider values and siblings."""
    value = n + 0.5 if n % TOO_WIDE == TOO_WIDE - 1 else n
    made = {"n": n, "x": value, "kids": [{"k": n, "v": value} for _ in range(n % (KIDS + 1))]}
    if n > count // 2:
        made[f"late_{n % 5}"] = n
    if n % 211 == 210:
        made["x"] = f"word {n}"
    return made


def deliver(world, first, count, rate):
    """Writes the files in place, as a pool does."""
    began = time.monotonic()
    for i, n in enumerate(range(first, count, 2)):
        put(world, f"r_{n:06d}.json", document(n, count))
        time.sleep(max(0, began + i / rate - time.monotonic()))


class Foreign(threading.Thread):
    """Appends rows to a table with delta-rs until it is told to stop; conflicts are tried again."""

    def __init__(self, table):
        super().__init__()
        self.table, self.stop, self.rows, self.refused = table, threading.Event(), 0, 0

    def run(self):
        while not self.stop.wait(0.05):
            with contextlib.suppress(Exception):
                if (self.table / "_delta_log").exists():
                    self.append()

    def append(self):
        table = DeltaTable(self.table)
        schema = pa.schema(table.schema().to_arrow())
        rows = [{"k": -1, "v": self.rows + i} for i in range(2)]
        data = pa.Table.from_pylist([{f.name: row.get(f.name) for f in schema} for row in rows], schema)
        try:
            write_deltalake(table, data, mode="append")
        except Exception:
            self.refused += 1
            raise
        self.rows += len(rows)


class Stopper(threading.Thread):
    """Stops one process or another for a while, at any moment."""

    def __init__(self, processes, seed):
        super().__init__()
        self.processes, self.random, self.stop, self.times = processes, random.Random(seed), threading.Event(), 0

    def run(self):
        while not self.stop.wait(self.random.uniform(0, 0.4)):
            process = self.random.choice(self.processes)
            process.send_signal(signal.SIGSTOP)
            self.stop.wait(self.random.choice([0.02, 0.3, 2]))
            process.send_signal(signal.SIGCONT)
            self.times += 1


class Compactor(threading.Thread):
    """Runs roost compact again and again, where there is such."""

    def __init__(self, binary, world):
        super().__init__()
        self.binary, self.world, self.stop, self.runs, self.problems = binary, world, threading.Event(), 0, []

    def run(self):
        while not self.stop.wait(0.3):
            if not (self.world / "out/_roost/ledger/_delta_log").exists():
                continue
            run = subprocess.run([self.binary, "compact", "out"], cwd=self.world, capture_output=True, text=True)
            self.runs += 1
            if run.returncode != 0:
                self.problems.append(run.stderr)


def can_compact(binary):
    return "compact" in subprocess.run([binary, "--help"], capture_output=True, text=True).stdout


def expected(count):
    documents = [document(n, count) for n in range(count)]
    kids = [kid for each in documents for kid in each["kids"]]
    numbers_of_x = [d["x"] for d in documents if not isinstance(d["x"], str)]
    return {
        "r": (count, sum(range(count)), sum(numbers_of_x), count - len(numbers_of_x)),
        "late": [sum(d.get(f"late_{i}", 0) for d in documents) for i in range(5)],
        "kids": (len(kids), sum(kid["k"] for kid in kids), sum(kid["v"] for kid in kids)),
    }


def values(columns, name, types):
    """A column's values and its siblings', as doubles."""
    parts = [f"coalesce(try_cast({c} AS DOUBLE), 0)" for c in [name, *(f"{name}__{t}" for t in types)] if c in columns]
    return " + ".join(parts)


def found(sql, relations, foreign):
    """The same sums from relations r and kids of a connection."""
    columns = {table: sql(f"SELECT * FROM {at} LIMIT 0").columns for table, at in relations.items()}
    r, kids = relations["r"], relations["kids"]
    x = values(columns["r"], "x", ("int", "double"))
    v = values(columns["kids"], "v", ("int", "double"))
    text = "x__text" if "x__text" in columns["r"] else "x"
    words = f"count(*) FILTER ({text}::VARCHAR LIKE 'word%')"
    one = sql(f"SELECT count(*), sum(n), sum({x}), {words}, count(DISTINCT _roost_id) FROM {r}").fetchall()[0]
    assert one[4] == one[0], "ids are unique"
    late = sql("SELECT " + ", ".join(f"coalesce(sum(late_{i}), 0)" for i in range(5)) + f" FROM {r}").fetchall()[0]
    of_files = sql(f"SELECT count(*), sum(k), sum({v}) FROM {kids} WHERE _roost_id IS NOT NULL").fetchall()[0]
    others = sql(f"SELECT count(*), coalesce(sum({v}), 0) FROM {kids} WHERE _roost_id IS NULL").fetchall()[0]
    orphans = sql(
        f"SELECT count(*) FROM {kids} WHERE _roost_id IS NOT NULL AND _roost_parent NOT IN (SELECT _roost_id FROM {r})"
    ).fetchall()[0]
    assert orphans == (0,)
    assert others == (foreign, sum(range(foreign))), "rows of others stay"
    return {"r": one[:4], "late": list(late), "kids": of_files}


def check(binary, world, count, foreign):
    """As DuckDB reads the views, and delta-rs the tables."""
    done = subprocess.run([binary, "verify", "out"], cwd=world, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    with duckdb.connect() as connection:
        views = {t: f"read_parquet('{world}/out/{t}.parquet/*.parquet', union_by_name = true)" for t in ("r", "kids")}
        assert found(connection.sql, views, foreign) == expected(count)
    with duckdb.connect() as connection:
        for table in ("r", "kids"):
            connection.register(table, DeltaTable(world / "out/delta" / table).to_pyarrow_table())
        assert found(connection.sql, {"r": "r", "kids": "kids"}, foreign) == expected(count)


def run_all(binary, world, count, rate, stops):
    """Four listeners, two that deliver, one that appends and one that stops listeners."""
    (world / "in").mkdir()
    foreign = Foreign(world / "out/delta/kids")
    deliveries = [
        threading.Thread(target=deliver, args=(world, first, count, rate / 2)) for first in (0, 1)
    ]
    beside = [Compactor(binary, world)] if can_compact(binary) else []
    with contextlib.ExitStack() as stack:
        listeners = [
            stack.enter_context(listening(binary, world, "--batch-files", "100")) for _ in range(4)
        ]
        stopper = Stopper(listeners, count)
        beside += [foreign] + ([stopper] if stops else [])
        try:
            for thread in [*deliveries, *beside]:
                thread.start()
            for thread in deliveries:
                thread.join()
            wait_for(lambda: len(numbers(binary, world)) >= count, 60)
        finally:
            for thread in beside:
                thread.stop.set()
                thread.join()
    assert [process.returncode for process in listeners] == [0] * 4, [
        process.messages for process in listeners
    ]
    ends = [json.loads(process.lines.splitlines()[-1]) for process in listeners]
    problems = [line for process in listeners for line in process.lines.splitlines() if '"problem"' in line]
    assert sum(end["files_taken"] for end in ends) == count
    assert not problems and not (can_compact(binary) and beside[0].problems), problems
    # What another tool appended last is in no view until a writer looks.
    once = [binary, "listen", "--input-dir", "in", "--output-dir", "out", "--once", "--json", *QUICK]
    end = subprocess.run(once, cwd=world, check=True, capture_output=True, text=True).stdout
    assert json.loads(end.splitlines()[-1])["files_known"] == count
    assert foreign.rows > 0 and (not stops or stopper.times > 0)
    check(binary, world, count, foreign.rows)
    return [end["batches"] for end in ends]


@pytest.fixture
def world(tmp_path):
    return tmp_path


def test_four_listeners_and_another_tool_lose_and_double_nothing(binary, world):
    batches = run_all(binary, world, count=400, rate=400, stops=False)
    assert sum(each > 0 for each in batches) > 1


def test_a_listener_that_stops_and_goes_on_does_no_harm(binary, world):
    run_all(binary, world, count=300, rate=200, stops=True)


@pytest.mark.slow
@pytest.mark.parametrize("stops", [False, True])
def test_four_listeners_and_another_tool_for_a_while(binary, world, stops):
    run_all(binary, world, count=12_000, rate=200, stops=stops)
