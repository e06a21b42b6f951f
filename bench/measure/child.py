"""Runs one program and says what it took: wall and CPU seconds, and peak memory of its whole tree.

The program is the child of a small process, parent.py, whose own peak (some 10 MB) is the least
that is told: Linux counts what a parent was at most as its child's peak, up to the exec.
"""

import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import threading

SAMPLE_SECONDS = 0.05
PARENT = pathlib.Path(__file__).with_name("parent.py")


@dataclasses.dataclass
class Usage:
    status: int
    wall: float
    cpu: float
    peak_bytes: int
    stdout: str
    stderr: str


def descendants(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as children:
            direct = [int(child) for child in children.read().split()]
    except OSError:
        return []
    return direct + [d for child in direct for d in descendants(child)]


def resident_bytes(pid):
    try:
        with open(f"/proc/{pid}/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


class TreeWatch(threading.Thread):
    """Samples the sum over all below a process; the kernel's peak is of one."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak_bytes, self.done = pid, 0, threading.Event()

    def run(self):
        while not self.done.wait(SAMPLE_SECONDS):
            below = descendants(self.pid)
            if len(below) > 1:
                self.peak_bytes = max(self.peak_bytes, sum(map(resident_bytes, below)))


def run(command, stdin=subprocess.DEVNULL, environment=None):
    """OSError if the program cannot be started; how it ended is in the status (-9: killed)."""
    report, told = os.pipe()
    parent = subprocess.Popen(
        [sys.executable, "-I", "-S", PARENT, str(told), *(str(word) for word in command)],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=os.environ | (environment or {}),
        pass_fds=[told],
    )
    os.close(told)
    watch = TreeWatch(parent.pid)
    watch.start()
    stdout, stderr = parent.communicate()
    watch.done.set()
    watch.join()
    with open(report) as pipe:
        took = json.loads(pipe.read() or '{"error": "its parent was ended"}')
    if "error" in took:
        raise OSError(f"{command[0]}: {took['error']}")
    peak_bytes = max(took.pop("peak_bytes"), watch.peak_bytes)
    return Usage(**took, peak_bytes=peak_bytes, stdout=stdout, stderr=stderr)
