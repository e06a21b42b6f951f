"""How documents get onto the disk: whole or not at all, on a full disk, when stopped, grown in place."""

import json
import os
import pty
import re
import resource
import signal
import stat
import subprocess
import time

import pytest

WIDE = """
world: wide
tables:
  t:
    rows: 200
    fields: {text: {pattern: "[a-z]{200}"}}
"""


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def assert_whole(folder):
    """Every document is there whole, and nothing else but what is meant to be."""
    for path in folder.iterdir():
        assert not path.name.startswith("."), path
        if path.suffix == ".json":
            json.loads(path.read_text())


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_a_file_that_cannot_grow_is_one_clear_error_and_no_half_file(binary, tmp_path, form):
    (tmp_path / "wide.yaml").write_text(WIDE)

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))

    out = tmp_path / "out"
    done = subprocess.run(
        [binary, "generate", "--world", tmp_path / "wide.yaml", "--output-dir", out, "--format", form],
        capture_output=True, text=True, preexec_fn=limit,
    )
    assert done.returncode == 3
    assert done.stderr.startswith("roost: cannot write to ") and done.stderr.count("\n") == 1
    assert names(out) == ["_rules.yaml"]


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a tmpfs")
@pytest.mark.parametrize("arguments", [(), ("--in-place",), ("--format", "ndjson"), ("--format", "parquet")])
def test_a_full_disk_is_one_clear_error_and_no_half_file(binary, tmp_path, arguments):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", disk]).returncode != 0:
        pytest.skip("no right to mount")
    try:
        out = disk / "out"
        done = subprocess.run(
            [binary, "generate", "--output-dir", out, "--num-iterations", "5000", *arguments],
            capture_output=True, text=True,
        )
        assert done.returncode == 3
        assert "No space left" in done.stderr and "free some space" in done.stderr
        assert done.stderr.count("\n") == 1
        if out.exists():
            assert_whole(out)
            assert "--format" not in arguments or set(names(out)) <= {"_rules.yaml"}
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_folder_that_cannot_be_written_is_one_clear_error(roost, tmp_path):
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file/below", "/proc/none"):
        done = roost("generate", "--output-dir", folder, exit_code=3)
        assert str(folder) in done.stderr and done.stderr.count("\n") == 1


def test_an_interrupt_leaves_whole_documents_and_says_how_to_go_on(binary, tmp_path):
    command = [binary, "generate", "--output-dir", tmp_path, "--num-iterations", "100000000"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while len(list(tmp_path.glob("result_*"))) < 50 and time.monotonic() < deadline:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    output, errors = running.communicate(timeout=30)
    assert running.returncode == 130, errors
    start = int(re.search(r"--start (\d+) goes on", output)[1])
    assert names(tmp_path) == ["_rules.yaml"] + [f"result_{i:06}.json" for i in range(start)]
    assert_whole(tmp_path)


def test_in_place_a_file_is_seen_under_its_name_while_it_grows(binary, tmp_path):
    (tmp_path / "wide.yaml").write_text(WIDE)
    out = tmp_path / "out"
    command = [binary, "generate", "--world", tmp_path / "wide.yaml", "--output-dir", out]
    running = subprocess.Popen([*command, "--num-iterations", "2000", "--in-place", "--quiet"])
    half = []
    while running.poll() is None:
        for path in out.glob("*.json"):
            facts = path.stat()
            if 0 < facts.st_size < 40_000 and path not in half:
                half.append(path)
                assert path.name.startswith("result_")
        if len(half) > 3:
            running.send_signal(signal.SIGINT)
            break
    assert running.wait() in (0, 130)
    assert half, "no file was ever seen half written"
    assert_whole(out)
    for path in out.glob("*.json"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o644
    whole = tmp_path / "whole"
    subprocess.run([*command[:-1], whole, "--num-iterations", "5", "--quiet"], check=True)
    for path in whole.glob("result_*"):
        assert (out / path.name).read_bytes() == path.read_bytes()


def test_files_that_are_not_grown_in_place_are_never_seen_half(binary, tmp_path):
    (tmp_path / "wide.yaml").write_text(WIDE)
    out = tmp_path / "out"
    running = subprocess.Popen(
        [binary, "generate", "--world", tmp_path / "wide.yaml", "--output-dir", out,
         "--num-iterations", "3000", "--quiet"]
    )
    sizes = set()
    while running.poll() is None:
        sizes |= {path.stat().st_size for path in out.glob("*.json")}
    assert running.returncode == 0
    assert len(sizes | {path.stat().st_size for path in out.glob("*.json")}) == 1


def on_a_terminal(command):
    """What the command prints to a terminal on its standard error."""
    master, slave = pty.openpty()
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=slave)
    os.close(slave)
    text = b""
    while True:
        try:
            piece = os.read(master, 4096)
        except OSError:
            break
        if not piece:
            break
        text += piece
    os.close(master)
    assert running.wait() == 0
    return text.decode()


def test_a_terminal_sees_a_bar_with_files_and_bytes_a_second(binary, tmp_path):
    command = [binary, "generate", "--output-dir", tmp_path, "--num-iterations", "30", "--rate", "60"]
    text = on_a_terminal(command)
    assert re.search(r"\r\x1b\[K\[#+ *\] +\d+ %  \d+ of 30 files  \d+ files/s  [\d.]+ [kM]?B/s", text)
    assert text.endswith("\r\x1b[K")
    assert on_a_terminal([*command, "--quiet"]) == ""


def test_a_pipe_sees_no_bar(roost, tmp_path):
    done = roost("generate", "--output-dir", tmp_path, "--num-iterations", 30, "--rate", 60)
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--num-iterations", "-1"], "--num-iterations: expected a whole number from 0 up, found '-1'"),
        (["--seed", "-1"], "--seed: expected a whole number"),
        (["--seed", "99999999999999999999"], "--seed: expected a whole number"),
        (["--start", "x"], "--start: expected a whole number"),
        (["--threads", "5000"], "--threads is at most 1024"),
        (["--num-iterations", "5000000000"], "iterations end at 2^32"),
        (["--rate", "-1"], "--rate is files per second, 0 or more"),
        (["--output-dir", ""], "no output folder is named"),
        (["--world", ""], "there is no built-in world ''"),
        (["--world", "none.yaml"], "cannot read none.yaml: No such file"),
        (["--set", "a"], "--set: expected name=number, found 'a'"),
        (["--inject", ","], "--inject: there is no fault ''"),
        (["--inject", "orphan="], "expected orphan=SHARE with a share from 0 to 1"),
    ],
)
def test_wrong_flags_are_said_in_one_sentence(roost, tmp_path, arguments, message):
    flags = {"--output-dir": str(tmp_path / "out"), "--num-iterations": "1"}
    flags |= dict(zip(arguments[::2], arguments[1::2]))
    command = [word for flag in flags.items() for word in flag]
    done = roost("generate", *command, exit_code=3 if "none.yaml" in arguments else 2)
    assert message in done.stderr
    assert not (tmp_path / "out").exists()
