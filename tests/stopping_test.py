"""Runs that are stopped, or find no room: OUT is complete or not there, and nothing else is left."""

import os
import resource
import signal
import subprocess
import time

import pyarrow.parquet as pq
import pytest

RECORDS = 150_000


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """A file of some 20 MB whose values do not pack well."""
    path = tmp_path_factory.mktemp("lines") / "in.json"
    with open(path, "w") as file:
        for i in range(RECORDS):
            number = i * 2654435761 % 2**32
            file.write(f'{{"n":{i},"text":"{number:x}-{number * 7919 % 10**9}","c":[{{"x":{number}}}]}}\n')
    return path


def expect_complete(store):
    assert sum(pq.read_metadata(part).num_rows for part in (store / "in.parquet").iterdir()) == RECORDS


@pytest.mark.parametrize("wait_seconds", [0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8])
@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_nothing_or_a_complete_store(binary, lines, tmp_path, wait_seconds, which):
    process = subprocess.Popen(
        [binary, "ingest", lines, "--output-dir", tmp_path / "out", "--quiet"],
        stderr=subprocess.PIPE,
    )
    time.sleep(wait_seconds)
    process.send_signal(which)
    _, message = process.communicate(timeout=60)
    left = [path.name for path in tmp_path.iterdir()]
    if process.returncode == 0:
        assert left == ["out"]
        expect_complete(tmp_path / "out")
    else:
        # Before the program has begun, the signal ends it as it ends any.
        assert process.returncode in (130, -which), message
        assert left == []


def test_a_signal_leaves_what_was_to_be_replaced(binary, lines, tmp_path):
    command = [binary, "ingest", lines, "--output-dir", tmp_path / "out", "--quiet", "--overwrite"]
    subprocess.run(command, check=True, timeout=120)
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=60)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    expect_complete(tmp_path / "out")


def expect_no_room(done, folder, reason):
    assert done.returncode == 3, done.stderr
    assert reason in done.stderr and str(folder) in done.stderr
    assert list(folder.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path):
    """A file system of one megabyte, where mounting one is allowed."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("no right to mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("options", [[], ["--compression", "none"], ["--threads", "1"]])
def test_a_full_disk_is_told_and_leaves_nothing(binary, lines, small_disk, options):
    command = [binary, "ingest", lines, "--output-dir", small_disk / "out", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    expect_no_room(done, small_disk, "No space left on device")


@pytest.mark.parametrize("limit", [1, 4096, 100_000])
def test_a_limit_on_the_size_of_files_is_told_and_leaves_nothing(binary, lines, tmp_path, limit):
    done = subprocess.run(
        [binary, "ingest", lines, "--output-dir", tmp_path / "out"],
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    expect_no_room(done, tmp_path, "File too large")


def test_an_export_without_room_is_told(binary, roost, lines, small_disk, tmp_path):
    roost("ingest", lines, "--output-dir", tmp_path / "out", "--quiet")
    command = [binary, "export", tmp_path / "out", "--output-dir", small_disk]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 3 and "No space left on device" in done.stderr
    files = [name for _, _, names in os.walk(small_disk) for name in names]
    assert files == []
