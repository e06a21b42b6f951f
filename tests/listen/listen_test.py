"""roost listen on real folders: what is taken, when, how often, and where the files go."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import threading
import time

import duckdb
import pytest
from listening import QUICK, files_in, listening, numbers, put, rows, settled, wait_for

@pytest.fixture
def world(tmp_path):
    """An empty input folder, and names for the rest."""
    (tmp_path / "in").mkdir()
    return tmp_path


@pytest.fixture
def listen(binary, world):
    """Runs roost listen --once on the world; its lines of JSON."""

    def run(*arguments, exit_code=0):
        done = subprocess.run(
            [binary, "listen", "--input-dir", "in", "--output-dir", "out", "--once", "--json"]
            + QUICK
            + [str(argument) for argument in arguments],
            cwd=world,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == exit_code, done.stdout + done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


def test_once_takes_what_is_there_and_stops(binary, world, listen, source):
    shutil.copytree(source / "examples/school", world / "in", dirs_exist_ok=True)
    end = listen()[-1]
    assert (end["event"], end["files_taken"], end["rejects"]) == ("drained", 6, 0)
    subprocess.run([binary, "ingest", "in", "--output-dir", "once", "--quiet"], cwd=world, check=True)
    tables = sorted(path.name for path in (world / "once").glob("*.parquet"))
    assert sorted(path.name for path in (world / "out").glob("*.parquet")) == tables
    for table in tables:
        sql = f"SELECT * FROM {table.removesuffix('.parquet')} ORDER BY ALL"
        assert rows(binary, world, sql) == rows(binary, world, sql, store="once")


def test_a_second_run_knows_them_all_and_takes_what_is_new(binary, world, listen):
    for n in range(5):
        put(world, f"r_{n}.json", {"n": n})
    listen()
    put(world, "r_5.json", {"n": 5})
    end = listen()[-1]
    assert (end["files_taken"], end["files_known"]) == (1, 5)
    assert numbers(binary, world) == list(range(6))


def test_a_changed_file_replaces_its_rows(binary, world, listen):
    put(world, "r_1.json", {"n": 1})
    put(world, "r_2.json", {"n": 2})
    listen()
    put(world, "r_1.json", {"n": 10})
    end = listen()[-1]
    assert (end["files_taken"], end["files_replaced"]) == (1, 1)
    assert numbers(binary, world) == [2, 10]


def test_files_move_once_they_are_taken_and_names_that_clash_get_numbers(binary, world, listen):
    for n in (1, 2):
        put(world, "a/r_1.json", {"n": n})
        put(world, f"r_{n}.json", {"n": 10 + n})
        listen("--processed-dir", "done")
    assert files_in(world / "done") == ["a/r_1.json", "a/r_1.json.2", "r_1.json", "r_2.json"]
    assert files_in(world / "in") == []
    assert numbers(binary, world) == [1, 2, 11, 12]


def test_the_same_content_under_another_name_is_loaded_and_told(binary, world, listen):
    for n in (1, 2):
        settled(put(world, f"r_{n}.json", {"n": 1}))
    assert listen()[-1]["files_same"] == 1
    assert numbers(binary, world) == [1, 1]


def test_of_a_torn_file_the_whole_records_are_loaded_in_the_end(binary, world, listen):
    put(world, "r_1.ndjson", '{"n": 1}\n{"n": 2}\n{"n": 3')
    put(world, "r_2.json", {"n": 4})
    moves = ["--processed-dir", "done", "--failed-dir", "bad"]
    lines = listen("--max-retries", "2", *moves)
    end = lines[-1]
    assert (end["files_taken"], end["files_failed"], end["rejects"]) == (2, 1, 1)
    assert numbers(binary, world) == [1, 2, 4]
    assert (files_in(world / "done"), files_in(world / "bad")) == (["r_2.json"], ["r_1.ndjson"])
    # The whole one did not wait for it.
    assert [line["files_taken"] for line in lines if line["event"] == "batch"] == [1, 1]


def test_a_torn_file_is_left_while_it_grows(binary, world):
    path = put(world, "r_1.json", '{"n": [')
    with listening(binary, world, "--max-retries", "3"):
        for piece in ("1,", "2,", "3,"):
            time.sleep(0.4)
            with open(path, "a") as file:
                file.write(piece)
        assert not (world / "out/r.parquet").exists()
        with open(path, "a") as file:
            file.write("4]}")
        wait_for(lambda: (world / "out/r.parquet").exists())
    assert rows(binary, world, "SELECT len(n) AS n FROM r") == [{"n": 4}]


def test_a_file_of_mode_0600_waits_for_its_right_mode(binary, world):
    # As HTCondor writes: under the final name, in place, 0600 until it is whole.
    with listening(binary, world):
        descriptor = os.open(world / "in/r_1.json", os.O_CREAT | os.O_WRONLY, 0o600)
        os.write(descriptor, b'{"n": 1')
        time.sleep(0.3)
        os.write(descriptor, b"}")
        os.close(descriptor)
        put(world, "r_2.json", {"n": 2})
        wait_for(lambda: numbers(binary, world) == [2])
        time.sleep(0.5)
        assert numbers(binary, world) == [2]
        os.chmod(world / "in/r_1.json", 0o644)
        wait_for(lambda: numbers(binary, world) == [1, 2])


def test_files_of_new_folders_and_renamed_ones_are_taken(binary, world):
    with listening(binary, world) as process:
        put(world, "a/b/r_1.json", {"n": 1})
        put(world, "r_2.json", {"n": 2}, folder="elsewhere")
        os.rename(world / "elsewhere/r_2.json", world / "in/r_2.json")
        put(world, "r_3.json", {"n": 3}, folder="folder")
        os.rename(world / "folder", world / "in/folder")
        wait_for(lambda: numbers(binary, world) == [1, 2, 3])
        (world / "in/ignored.txt").write_text("no")
        put(world, "_hidden/r_4.json", {"n": 4})
        time.sleep(0.5)
    assert json.loads(process.lines.splitlines()[-1])["files_taken"] == 3


EVENTS = {
    "submit": "000 ({}.{:03}.000) 2026-11-22 15:48:25.285 Job submitted from host: <127.0.0.1>\n...\n",
    "execute": "001 ({}.{:03}.000) 2026-11-22 15:48:26.285 Job executing on host: <127.0.0.1>\n...\n",
    "transfer": "040 ({}.{:03}.000) 2026-11-22 15:48:27.285 Finished transferring output files\n...\n",
    "end": "005 ({}.{:03}.000) 2026-11-22 15:48:27.396 Job terminated.\n"
    "\t(1) Normal termination (return value 0)\n...\n",
    "abort": "009 ({}.{:03}.000) 2026-11-22 15:48:27.396 Job was aborted.\n\tvia condor_rm\n...\n",
}


def test_files_of_jobs_are_taken_when_their_jobs_are_over(binary, world):
    def log(event, proc):
        with open(world / "jobs.log", "a") as file:
            file.write(EVENTS[event].format("017", proc))

    def file_of(proc):
        return put(world, f"r_17_{proc}.json", {"n": proc})

    for proc in (1, 2, 3):
        log("submit", proc)
        log("execute", proc)
    with listening(
        binary, world, "--event-log", "jobs.log", "--job-from", "r_{cluster}_{proc}.json"
    ) as process:
        for proc in (1, 2):
            file_of(proc)
            log("transfer", proc)
        put(world, "r_99.json", {"n": 99})
        wait_for(lambda: numbers(binary, world) == [99])
        time.sleep(0.5)
        assert numbers(binary, world) == [99]
        log("end", 1)
        wait_for(lambda: numbers(binary, world) == [1, 99])
        log("abort", 2)
        log("end", 3)
        time.sleep(0.2)
        file_of(3)  # its event came first
        wait_for(lambda: numbers(binary, world) == [1, 3, 99])
        time.sleep(0.3)
    end = json.loads(process.lines.splitlines()[-1])
    assert (end["files_taken"], end["files_unmatched"], end["files_dropped"]) == (3, 1, 1)
    assert numbers(binary, world) == [1, 3, 99]
    assert files_in(world / "in") == ["r_17_1.json", "r_17_2.json", "r_17_3.json", "r_99.json"]


def test_the_job_may_stand_in_the_file(binary, world):
    def log(event, proc):
        with open(world / "jobs.log", "a") as file:
            file.write(EVENTS[event].format("017", proc))

    for proc in (1, 2):
        log("submit", proc)
    with listening(
        binary, world, "--event-log", "jobs.log", "--job-from", "$.meta.cluster, $.meta.proc"
    ) as process:
        for proc in (1, 2, 3):
            put(world, f"res_{proc}.json", {"n": proc, "meta": {"cluster": 17, "proc": str(proc)}})
        put(world, "res_9.json", {"n": 9})
        time.sleep(1)
        # Of 3 the log says nothing, and 9 does not say whose it is.
        assert numbers(binary, world, "res") == [3, 9]
        log("end", 2)
        wait_for(lambda: numbers(binary, world, "res") == [2, 3, 9])
        log("abort", 1)
        time.sleep(0.5)
    end = json.loads(process.lines.splitlines()[-1])
    assert (end["files_taken"], end["files_unmatched"], end["files_dropped"]) == (3, 2, 1)
    ledger = duckdb.sql(f"SELECT path, cluster, process FROM '{world}/out/_roost/ledger/*.parquet'").fetchall()
    assert sorted((os.path.basename(p), c, j) for p, c, j in ledger) == [
        ("res_2.json", 17, 2), ("res_3.json", None, None), ("res_9.json", None, None)]


def test_a_table_beyond_the_rewrite_limit_gets_further_columns(binary, world, listen):
    for n, limit in (("1", "1MB"), ("2", "1MB"), ('"x"', "1B"), ("2.5", "1B")):
        settled(put(world, f"r_{len(os.listdir(world / 'in'))}.json", f'{{"n": {n}}}'))
        listen("--rewrite-limit", limit)
    found = rows(binary, world, "SELECT n, n__text, n__double FROM r")
    assert sorted(([row["n"], row["n__text"], row["n__double"]] for row in found), key=str) == [
        [1, None, None], [2, None, None], [None, "x", None], [None, None, 2.5]]


def test_a_file_that_comes_to_a_path_again_is_another(binary, world):
    with listening(binary, world, "--processed-dir", "done"):
        for n in range(5):
            put(world, "r_1.json", {"n": n})
            wait_for(lambda: not (world / "in/r_1.json").exists())
        wait_for(lambda: len(files_in(world / "done")) == 5)
    assert numbers(binary, world) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_within_two_seconds(binary, world, which):
    process = subprocess.Popen(
        [binary, "listen", "--input-dir", "in", "--output-dir", "out", *QUICK], cwd=world,
        stdout=subprocess.PIPE, text=True,
    )
    for n in range(200):
        put(world, f"r_{n}.json", {"n": n})
    wait_for(lambda: (world / "out/r.parquet").exists())
    for n in range(200, 400):
        put(world, f"r_{n}.json", {"n": n})
    process.send_signal(which)
    told = time.monotonic()
    output, _ = process.communicate(timeout=30)
    assert time.monotonic() - told < 2
    assert process.returncode == 0 and "stopped: " in output
    taken = numbers(binary, world)
    assert len(taken) == len(set(taken)) and set(range(200)) <= set(range(400))
    subprocess.run([binary, "listen", "--input-dir", "in", "--output-dir", "out", "--once", "--quiet", *QUICK],
                   cwd=world, check=True, timeout=60)
    assert numbers(binary, world) == list(range(400))


@pytest.mark.slow
def test_a_signal_ends_it_within_two_seconds_while_it_documents(binary, world):
    count = 20_000  # some seconds of documentation
    subprocess.run([binary, "generate", "--output-dir", "in", "--num-iterations", str(count), "--quiet"],
                   cwd=world, check=True, stdout=subprocess.DEVNULL)
    process = subprocess.Popen(
        [binary, "listen", "--input-dir", "in", "--output-dir", "out", "--json", *QUICK[:-1]],
        cwd=world, stdout=subprocess.PIPE, text=True,
    )
    taken = 0
    for line in process.stdout:
        taken += json.loads(line).get("files_taken", 0)
        if taken == count:
            break
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    told = time.monotonic()
    output, _ = process.communicate(timeout=60)
    assert time.monotonic() - told < 2
    assert "roost describe out" in output and '"stopped"' in output
    assert not (world / "out/table_relationships.json").exists(), "nothing is half-written"


@pytest.mark.parametrize("moves", [[], ["--processed-dir", "done"]])
def test_four_listeners_take_each_file_once(binary, world, moves):
    writer = threading.Thread(
        target=lambda: [put(world, f"r_{n}.json", {"n": n}) for n in range(1000)]
    )
    with contextlib.ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(listening(binary, world, "--batch-files", "50", *moves))
        writer.start()
        wait_for(lambda: len(numbers(binary, world)) >= 1000)
        writer.join()
    assert numbers(binary, world) == list(range(1000))
    if moves:
        assert files_in(world / "in") == []
        assert len(files_in(world / "done")) == 1000


def test_a_stopped_listener_holds_nobody_up(binary, world):
    with listening(binary, world) as stopped, listening(binary, world):
        for n in range(100):
            put(world, f"r_{n}.json", {"n": n})
        wait_for(lambda: numbers(binary, world) == list(range(100)))
        stopped.send_signal(signal.SIGSTOP)
        for n in range(100, 200):
            put(world, f"r_{n}.json", {"n": n})
        wait_for(lambda: numbers(binary, world) == list(range(200)))
    assert numbers(binary, world) == list(range(200))


def test_killed_at_res_time_nothing_is_lost_or_doubled(binary, world):
    for n in range(400):
        settled(put(world, f"r_{n}.json", {"n": n}))
    command = [binary, "listen", "--input-dir", "in", "--output-dir", "out", "--once", "--quiet",
               "--batch-files", "40", "--processed-dir", "done", *QUICK]
    for wait_seconds in (0.01, 0.03, 0.05, 0.08, 0.1, 0.13, 0.15, 0.2):
        process = subprocess.Popen(command, cwd=world)
        time.sleep(wait_seconds)
        process.kill()
        process.wait()
    subprocess.run(command, cwd=world, check=True, timeout=60)
    subprocess.run([binary, "verify", "out"], cwd=world, check=True, stdout=subprocess.DEVNULL)
    assert numbers(binary, world) == list(range(400))
    assert files_in(world / "in") == [] and len(files_in(world / "done")) == 400


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--input-dir", "none", "--output-dir", "out"], "there is no folder 'none'"),
        (["--input-dir", "in", "--output-dir", "in"], "is the input folder itself"),
        (["--input-dir", "in", "--output-dir", "out", "--failed-dir", "bad"], "--processed-dir"),
        (["--input-dir", "in", "--output-dir", "out", "--job-from", "r_{cluster}"], "--event-log"),
        (
            ["--input-dir", "in", "--output-dir", "out", "--event-log", "x", "--job-from", "r_{job}"],
            "{job} is unknown",
        ),
        (
            ["--input-dir", "in", "--output-dir", "out", "--event-log", "x", "--job-from", "$.c,"],
            "'' is no field",
        ),
        (["--input-dir", "in"], "--output-dir is required"),
    ],
)
def test_what_makes_no_sense_is_refused(binary, world, arguments, words):
    done = subprocess.run(
        [binary, "listen", *arguments], cwd=world, capture_output=True, text=True, timeout=60
    )
    assert done.returncode in (2, 3) and words in done.stderr
    assert not (world / "out").exists()


def test_names_of_res_bytes_are_taken_and_moved(binary, world, listen):
    names = [b"r_\xff\xfe.json", b"r_1\n.json", b"r_2 ;'\".json", "r_ü.json".encode(), b"r_%41.json"]
    for n, name in enumerate(names):
        with open(os.path.join(os.fsencode(world / "in"), name), "w") as file:
            file.write(json.dumps({"n": n}))
    listen("--processed-dir", "done", "--table", "r")
    assert numbers(binary, world) == list(range(len(names)))
    assert sorted(os.listdir(os.fsencode(world / "done"))) == sorted(names)


def test_a_full_disk_is_told_and_waited_for(binary, world):
    (world / "disk").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", world / "disk"]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("no right to mount a small disk")
    try:
        os.symlink(world / "disk/out", world / "out")
        (world / "disk/out").mkdir()
        with listening(binary, world) as process:
            put(world, "r_1.json", {"n": 1})
            wait_for(lambda: numbers(binary, world) == [1])
            filler = world / "disk/filler"
            with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
                while file.write(bytes(4096)):
                    pass
            for n in range(2, 100):
                put(world, f"r_{n}.json", {"n": n, "text": "x" * 1000})
            time.sleep(1.5)
            assert process.poll() is None
            filler.unlink()
            wait_for(lambda: numbers(binary, world) == list(range(1, 100)))
        problems = [json.loads(line) for line in process.lines.splitlines() if '"problem"' in line]
        assert any("No space left" in problem["text"] for problem in problems)
    finally:
        subprocess.run(["umount", world / "disk"], check=True)


def test_files_move_to_another_disk(binary, world, listen):
    (world / "disk").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=10m", "tmpfs", world / "disk"]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("no right to mount a disk")
    try:
        for n in range(10):
            put(world, f"a/r_{n}.json", {"n": n})
        listen("--processed-dir", "disk/done")
        assert files_in(world / "disk/done") == [f"a/r_{n}.json" for n in range(10)]
        assert files_in(world / "in") == []
    finally:
        subprocess.run(["umount", world / "disk"], check=True)
    assert numbers(binary, world) == list(range(10))
