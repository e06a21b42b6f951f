"""For the tests of this folder: listeners, files that arrive, and what became of them."""

import contextlib
import json
import os
import signal
import subprocess
import time

import pytest

QUICK = ["--check-interval", "0.05", "--settle", "0.2", "--batch-seconds", "0.2", "--no-relate"]


@contextlib.contextmanager
def listening(binary, world, *arguments):
    """A listener that goes on; ended by SIGTERM, which must take two seconds at most."""
    process = subprocess.Popen(
        [binary, "listen", "--input-dir", "in", "--output-dir", "out", "--json", *QUICK]
        + [str(argument) for argument in arguments],
        cwd=world,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGTERM)
        told = time.monotonic()
        process.lines, process.messages = process.communicate(timeout=30)
        process.seconds_to_end = time.monotonic() - told


def settled(path):
    """As old as if it had been there for long."""
    os.utime(path, (time.time() - 1000,) * 2)


def put(world, name, document, folder="in"):
    path = world / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = document if isinstance(document, str) else json.dumps(document)
    path.write_text(text)
    return path


def rows(binary, world, sql, store="out"):
    done = subprocess.run(
        [binary, "query", world / store, sql, "--format", "json"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def numbers(binary, world, table="r"):
    """The column n of a table, sorted; empty as long as there is no such table."""
    if not (world / "out" / f"{table}.parquet").exists():
        return []
    return sorted(row["n"] for row in rows(binary, world, f"SELECT n FROM {table}"))


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.02)
    pytest.fail("did not come about")


def files_in(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
