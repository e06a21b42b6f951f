"""A listener beside a real HTCondor pool.

ROOST_POOL is a command that runs its arguments in the pool, as a user and in a folder that is
ROOST_POOL_FOLDER here.
"""

import json
import os
import pathlib
import shlex
import shutil
import subprocess
import uuid

import pytest
from listening import listening, numbers, rows, wait_for

JOBS = 20
SCRIPT = """#!/bin/sh
sleep $(( $1 % 3 + 1 ))
printf '{"n": %d' "$1" > result.json
head -c 3000000 /dev/zero | tr '\\0' ' ' >> result.json
printf '}\\n' >> result.json
"""
SUBMIT = f"""executable = job.sh
arguments = $(Process)
should_transfer_files = YES
when_to_transfer_output = ON_EXIT
transfer_output_files = result.json
transfer_output_remaps = "result.json = in/r_$(Cluster)_$(Process).json"
log = jobs.log
request_cpus = 1
request_memory = 64
queue {JOBS}
"""


@pytest.fixture
def jobs(tmp_path):
    """Submits the jobs and waits for their end; tmp_path/in and tmp_path/jobs.log are theirs."""
    if "ROOST_POOL" not in os.environ:
        pytest.skip("no pool at hand (ROOST_POOL)")
    shared = pathlib.Path(os.environ["ROOST_POOL_FOLDER"])
    folder = shared / f"roost-{uuid.uuid4().hex[:8]}"
    (folder / "in").mkdir(parents=True)
    (folder / "job.sh").write_text(SCRIPT)
    (folder / "job.sh").chmod(0o755)
    (folder / "job.sub").write_text(SUBMIT)
    owner = shared.stat()
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, owner.st_uid, owner.st_gid)
    (tmp_path / "in").symlink_to(folder / "in")
    (tmp_path / "jobs.log").symlink_to(folder / "jobs.log")

    def run():
        command = f"cd {folder.name} && condor_submit job.sub && condor_wait -wait 120 jobs.log"
        pool = shlex.split(os.environ["ROOST_POOL"])
        subprocess.run([*pool, "sh", "-c", command], check=True, timeout=180)

    yield run
    shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", [[], ["--event-log", "jobs.log", "--job-from", "r_{cluster}_{proc}.json"]]
)
def test_each_result_is_taken_whole_and_once(binary, jobs, tmp_path, arguments):
    with listening(binary, tmp_path, *arguments) as process:
        jobs()
        wait_for(lambda: len(numbers(binary, tmp_path)) == JOBS, 30)
    once = [binary, "listen", "--input-dir", "in", "--output-dir", "out", "--once", "--json", *arguments]
    again = subprocess.run(once, cwd=tmp_path, check=True, timeout=60, capture_output=True, text=True).stdout
    assert json.loads(again.splitlines()[-1])["files_known"] == JOBS
    assert numbers(binary, tmp_path) == list(range(JOBS))
    end = json.loads(process.lines.splitlines()[-1])
    assert (end["files_replaced"], end["rejects"], end["files_unmatched"]) == (0, 0, 0)
    assert end["files_taken"] == JOBS
    of_jobs = rows(binary, tmp_path, 'SELECT path, "cluster", process FROM _roost_ledger')
    named = {tuple(map(int, pathlib.Path(row["path"]).stem.split("_")[1:])) for row in of_jobs}
    assert len(named) == JOBS
    told = {(row["cluster"], row["process"]) for row in of_jobs}
    assert told == (named if arguments else {(None, None)})
