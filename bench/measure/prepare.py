"""Gets everything ready that a benchmark needs, and says what machine it ran on."""

import json
import os
import pathlib
import platform
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / "bench"
BUILD = ROOT / "build" / "bench"
PYTHON = ROOT / ".deps" / "bench" / "bin" / "python"
LIMIT = BUILD / "parse_only"


def fail(message):
    sys.exit(f"bench: error: {message}")


def must(command):
    if subprocess.run([str(word) for word in command]).returncode != 0:
        fail(f"this failed: {' '.join(map(str, command))}")


def python_packages():
    """What ./dev bench has done before; quick when there is nothing to do."""
    must([ROOT / "scripts" / "bootstrap.sh", "--bench"])


def limit():
    source = BENCH / "limit" / "parse_only.cc"
    if LIMIT.exists() and LIMIT.stat().st_mtime > source.stat().st_mtime:
        return
    simdjson = ROOT / ".deps" / "simdjson"
    LIMIT.parent.mkdir(parents=True, exist_ok=True)
    flags = ["-std=c++20", "-O3"]
    flags += ["-march=x86-64-v3"] if platform.machine() == "x86_64" else []
    sources = ["-isystem", simdjson, source, simdjson / "simdjson.cpp"]
    must(["g++", *flags, *sources, "-ldeflate", "-o", LIMIT])


def inputs(chosen):
    """{name: manifest} of the inputs that there are."""
    folder = BUILD / "data" / ("quick" if chosen.quick else "full")
    documents = 1000 if chosen.quick else 20000
    must([PYTHON, BENCH / "inputs" / "make.py", folder, documents, *chosen.only])
    manifests = {name: folder / f"{name}.manifest.json" for name in chosen.only}
    return {name: json.loads(file.read_text()) for name, file in manifests.items() if file.exists()}


def first_value(file, key):
    for line in open(file):
        if line.startswith(key):
            return line.split(":")[1].strip()
    return "unknown"


def machine():
    memory = int(first_value("/proc/meminfo", "MemTotal").split()[0]) / 1e6
    return {
        "CPU": first_value("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory": f"{memory:.0f} GB",
        "Linux": platform.release().split("-")[0],
    }


def versions(roost):
    found = subprocess.run([roost, "--version"], capture_output=True, text=True).stdout.split()
    pins = (BENCH / "requirements.txt").read_text().splitlines()
    packages = dict(pin.split("==") for pin in pins if "==" in pin)
    python = {"Python": platform.python_version()}
    return {"roost": found[-1] if found else "unknown"} | packages | python
