"""Readers that read all the time while a writer appends, widens and replaces: each sees one commit."""

import json
import os
import pathlib
import subprocess
import tempfile
import threading

import duckdb
import pytest
from deltalake import DeltaTable

ROWS = 3  # of s in each document


@pytest.fixture
def folder():
    """In memory where the system has such: a store syncs much, and a busy disk is slow at it."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="roost-reading-", dir=memory) as path:
        yield pathlib.Path(path)


def document(commit, number):
    """All documents of a commit say its number; values come to need wider columns."""
    value = [commit, commit + 0.5, f"v{commit}"][commit % 3]
    made = {"commit": commit, "number": number, "w": value, f"n{commit % 5}": commit}
    return {**made, "s": [{"commit": commit, f"w{commit % 4}": value} for _ in range(ROWS)]}


def write(folder, commit):
    """Ten files: five new ones, and the five of the commit before with other content."""
    for number in range(max(0, 5 * (commit - 1)), 5 * (commit + 1)):
        (folder / f"t_{number:05d}.json").write_text(json.dumps(document(commit, number)))


def state(commit):
    """What t holds then: of each commit the five files that no later one has replaced."""
    counts = {}
    for number in range(5 * (commit + 1)):
        last = min(commit, number // 5 + 1)
        counts[last] = counts.get(last, 0) + 1
    return counts


class Reader(threading.Thread):
    def __init__(self, read, out):
        super().__init__()
        self.read, self.out = read, out
        self.stop = threading.Event()
        self.seen, self.errors, self.wrong = set(), [], []

    def run(self):
        while not self.stop.is_set():
            try:
                counts = self.read(self.out)
            except Exception as error:  # noqa: BLE001: which errors are clean is asked below
                self.errors.append(str(error))
                continue
            latest = max(counts)
            self.seen.add(latest)
            if counts != state(latest):
                self.wrong.append((counts, state(latest)))


def by_view(table, rows):
    def read(out):
        sql = f"SELECT \"commit\", count(*) // {rows} FROM read_parquet('{out}/{table}.parquet/*.parquet') GROUP BY 1"
        with duckdb.connect() as connection:
            return dict(connection.sql(sql).fetchall())

    return read


def by_delta(table, rows):
    def read(out):
        commits = DeltaTable(str(out / "delta" / table)).to_pyarrow_table(columns=["commit"])
        counts = {}
        for commit in commits["commit"].to_pylist():
            counts[commit] = counts.get(commit, 0) + 1
        return {commit: count // rows for commit, count in counts.items()}

    return read


CLEAN = ("No files found", "No such file", "not found", "Cannot open file", "IO Error")


@pytest.mark.parametrize("reads_each", [4, pytest.param(60, marks=pytest.mark.slow)])
def test_each_read_sees_one_commit_or_a_clean_error(binary, folder, reads_each):
    source, out = folder / "in", folder / "out"
    source.mkdir()
    reads = [look(table, rows) for look in (by_view, by_delta) for table, rows in (("t", 1), ("s", ROWS))]
    readers = []
    commits = 0
    while not readers or any(len(reader.seen) < reads_each for reader in readers):
        assert commits < 50 * reads_each, [(reader.seen, reader.errors[:1]) for reader in readers]
        commit, commits = commits, commits + 1
        write(source, commit)
        run = [binary, "ingest", source, "--output-dir", out, "--no-relate", "--quiet"]
        subprocess.run(run, check=True, timeout=120)
        if commit == 0:
            readers = [Reader(read, out) for read in reads]
            for reader in readers:
                reader.start()
    for reader in readers:
        reader.stop.set()
    for reader in readers:
        reader.join()
        assert not reader.wrong
        assert all(any(clean in error for clean in CLEAN) for error in reader.errors), reader.errors[:3]
        assert len(reader.errors) <= len(reader.seen), "errors are rare"
    for read in reads:
        assert read(out) == state(commits - 1)
