"""bench/measure/child.py: what a program took is its own, whatever measures it."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "bench"))
from measure import child  # noqa: E402

MB = 1_000_000


def peak_of(code):
    done = child.run([sys.executable, "-I", "-c", code])
    assert done.status == 0, done.stderr
    return done.peak_bytes


def test_peak_memory_is_the_childs_own():
    held = b"x" * (300 * MB)
    assert peak_of("pass") < 50 * MB
    assert 150 * MB < peak_of("held = b'x' * 150_000_000") < 200 * MB
    assert len(held) == 300 * MB


def test_peak_memory_is_of_the_whole_tree():
    two = "import subprocess, sys; held = b'x' * 80_000_000; "
    two += "subprocess.run([sys.executable, '-c', 'import time; held = bytes(range(100)) * 800_000; time.sleep(0.5)'])"
    assert 160 * MB < peak_of(two) < 240 * MB


def test_status_time_and_output_are_told():
    done = child.run(
        ["sh", "-c", "echo $WORD; echo no >&2; sleep 0.2; exit 3"], environment={"WORD": "yes"}
    )
    assert (done.status, done.stdout, done.stderr) == (3, "yes\n", "no\n")
    assert 0.2 <= done.wall < 5 and done.cpu < 0.2
    assert child.run(["sh", "-c", "kill -9 $$"]).status == -9


def test_a_program_that_is_not_there_is_an_error():
    with pytest.raises(OSError, match="no_such_program"):
        child.run(["no_such_program"])
