"""Starts one program, waits for it, and tells a pipe what it took, as one line of JSON.

    python -I -S parent.py REPORT_FD PROGRAM ARGUMENT...

Linux counts a parent's peak memory as its child's, from the fork to the exec: this parent is small,
whatever the process that measures has grown to.
"""

import json
import os
import sys
import time

NOT_STARTED = 127


def main():
    report, command = int(sys.argv[1]), sys.argv[2:]
    os.set_inheritable(report, False)
    began = time.perf_counter()
    try:
        pid = os.posix_spawnp(command[0], command, os.environ)
    except OSError as error:
        os.write(report, json.dumps({"error": str(error)}).encode())
        return NOT_STARTED
    _, status, usage = os.wait4(pid, 0)
    took = {
        "status": os.waitstatus_to_exitcode(status),
        "wall": time.perf_counter() - began,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_bytes": usage.ru_maxrss * 1024,
    }
    os.write(report, json.dumps(took).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
