"""Runs the commands in tests/transcripts/ and compares what they print; README.md shows the same.

A line that begins with `$ ` is a command for bash, what follows is what it prints, `[exit code N]` the
end of one that fails, `# ` a remark. Figures that change from run to run (times, rates, memory,
sizes of files) are compared as such. ROOST_UPDATE_TRANSCRIPTS=1 writes what is printed now.
"""

import os
import pathlib
import re
import subprocess

import pytest

FOLDER = pathlib.Path(__file__).resolve().parent / "transcripts"
FIGURES = [
    (r"\b[\d.,]+ [kMGT]?B\b", "SIZE"),
    (r"\b[\d.]+ s \([\d,]+ files/s, ", "TIME (RATE, "),
    (r"\bin [\d.]+ s$", "in TIME"),
    (r'"(bytes|parts|seconds|cpu_seconds|peak_memory_bytes)": [\d.e-]+', r'"\1": FIGURE'),
    (r"\.roost-\d+-[a-z]+", ".roost-NAME"),
    (r"  +", "  "),  # columns are as wide as their figures
    (r"--(-|  )*", "--"),
]


def normal(line):
    for pattern, name in FIGURES:
        line = re.sub(pattern, name, line)
    return line.rstrip()


def steps_of(text):
    """[command, lines that it printed] for each command."""
    steps = []
    for line in text.splitlines():
        if line.startswith("$ "):
            steps.append([line[2:], []])
        elif steps and not line.startswith("# "):
            steps[-1][1].append(line)
    for _, lines in steps:
        while lines and not lines[-1].strip():
            lines.pop()
    return steps


class Shell:
    """Runs commands in a folder that has examples/, with roost on the path."""

    def __init__(self, binary, source, folder):
        self.folder = folder
        (folder / "examples").symlink_to(source / "examples")
        tools = folder.parent / (folder.name + "-tools")
        tools.mkdir()
        (tools / "roost").symlink_to(binary.resolve())
        self.environment = dict(os.environ, PATH=f"{tools}:{os.environ['PATH']}", LC_ALL="C.UTF-8")

    def run(self, command):
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
        )
        lines = done.stdout.decode().replace(str(self.folder.resolve()), "FOLDER").splitlines()
        while lines and not lines[-1].strip():
            lines.pop()
        return lines + [f"[exit code {done.returncode}]"] * (done.returncode != 0)


@pytest.fixture
def shell(binary, source, tmp_path):
    (tmp_path / "run").mkdir()
    return Shell(binary, source, tmp_path / "run")


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.txt")))
def test_commands_print_what_the_transcript_says(shell, name):
    path = FOLDER / f"{name}.txt"
    steps = steps_of(path.read_text())
    assert steps
    printed = [(command, shell.run(command)) for command, _ in steps]
    if os.environ.get("ROOST_UPDATE_TRANSCRIPTS"):
        remarks = [line for line in path.read_text().splitlines() if line.startswith("# ")]
        text = "".join(f"\n$ {command}\n" + "".join(f"{line}\n" for line in lines) for command, lines in printed)
        path.write_text("\n".join(remarks) + text)
        return
    for (command, expected), (_, lines) in zip(steps, printed):
        assert [normal(line) for line in lines] == [normal(line) for line in expected], command


def matches(shown, lines):
    """True if `shown` are the lines, where `...` stands for any number of them."""
    if not shown:
        return not lines
    if shown[0].strip() == "...":
        return any(matches(shown[1:], lines[skipped:]) for skipped in range(len(lines) + 1))
    return bool(lines) and normal(shown[0]) == normal(lines[0]) and matches(shown[1:], lines[1:])


def test_the_tour_of_the_readme_is_the_transcript(source):
    tour = dict(steps_of((FOLDER / "tour.txt").read_text()))
    readme = (source / "README.md").read_text()
    block = readme.split("## A tour")[1].split("```")[1]
    steps = steps_of(block)
    assert len(steps) >= 3
    for command, shown in steps:
        command = command.split("  #")[0].rstrip()
        assert command in tour, command
        assert matches(shown, tour[command]), f"{command}: README.md shows something else"
