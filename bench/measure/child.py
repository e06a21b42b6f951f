"""Runs one program and says what it took: wall and CPU seconds, and peak memory of its whole tree.

This process must stay small: Linux lets a child inherit its parent's peak memory until it execs.
"""

import dataclasses
import os
import subprocess
import threading
import time

SAMPLE_SECONDS = 0.05


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
    """Samples the sum over a process and its descendants; the kernel's peak is of one."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak_bytes, self.done = pid, 0, threading.Event()

    def run(self):
        while not self.done.wait(SAMPLE_SECONDS):
            below = descendants(self.pid)
            if below:
                self.peak_bytes = max(self.peak_bytes, sum(map(resident_bytes, [self.pid, *below])))


def run(command, stdin=subprocess.DEVNULL, environment=None):
    began = time.perf_counter()
    child = subprocess.Popen(
        [str(word) for word in command],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=os.environ | (environment or {}),
    )
    texts = {}
    readers = [
        threading.Thread(target=lambda name=name: texts.update({name: getattr(child, name).read()}))
        for name in ("stdout", "stderr")
    ]
    watch = TreeWatch(child.pid)
    for thread in (*readers, watch):
        thread.start()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    watch.done.set()
    for thread in (*readers, watch):
        thread.join()
    return Usage(
        child.returncode,
        wall,
        usage.ru_utime + usage.ru_stime,
        max(usage.ru_maxrss * 1024, watch.peak_bytes),
        texts["stdout"],
        texts["stderr"],
    )
