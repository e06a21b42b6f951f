"""What the peer scripts share: they time their own work, after imports, and print it as JSON.

Starting Python and importing a package is not counted against a peer; roost's start is.
"""

import json
import os
import pathlib
import shutil
import sys
import time


def threads():
    return int(os.environ.get("BENCH_THREADS", os.cpu_count()))


def start(output):
    shutil.rmtree(output, ignore_errors=True)
    pathlib.Path(output).mkdir(parents=True)
    return time.perf_counter(), sum(os.times()[:4])


def finish(began, note=""):
    wall, cpu = time.perf_counter() - began[0], sum(os.times()[:4]) - began[1]
    print(json.dumps({"wall": wall, "cpu": cpu, "note": note}))


def give_up(reason):
    print(json.dumps({"failed": reason}))
    sys.exit(1)
