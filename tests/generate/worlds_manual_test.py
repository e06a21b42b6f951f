"""docs/worlds.md is true: its worlds are made, its commands run, and their output is what it shows.

Each yaml block is a whole world, kept as NAME.yaml after its `world:`; each console block is run in
the same folder, command by command, in the order of the page.
"""

import os
import pathlib
import re
import subprocess

import pytest

MANUAL = pathlib.Path(__file__).resolve().parents[2] / "docs/worlds.md"


def blocks(text):
    """[(language, body)] of the fenced blocks."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def transcript(body):
    """[(command, output)]"""
    steps = re.split(r"^\$ ", body, flags=re.MULTILINE)
    assert steps[0] == "", f"a console block begins with a command: {body}"
    return [tuple(step.partition("\n")[::2]) for step in steps[1:]]


def run(command, folder, binary):
    (folder / "bin").mkdir(exist_ok=True)
    if not (folder / "bin/roost").exists():
        (folder / "bin/roost").symlink_to(binary.resolve())
    environment = os.environ | {"PATH": f"{folder}/bin:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
    )
    return done.stdout.decode()


@pytest.fixture(scope="module")
def manual(binary, tmp_path_factory):
    """[(command, shown output, real output)], of the whole page."""
    folder, steps = tmp_path_factory.mktemp("worlds"), []
    for language, body in blocks(MANUAL.read_text()):
        if language == "yaml":
            name = re.match(r"world: (\w+)\n", body)[1]
            assert not (folder / f"{name}.yaml").exists(), f"two worlds are called {name}"
            (folder / f"{name}.yaml").write_text(body)
        else:
            assert language == "console", f"no test knows blocks of {language}"
            steps += [(c, shown, run(c, folder, binary)) for c, shown in transcript(body)]
    return steps


def test_each_command_of_the_page_prints_what_the_page_shows(manual):
    assert len(manual) >= 15
    for command, shown, real in manual:
        assert real == shown, command


def test_each_world_of_the_page_is_made_by_some_command(manual):
    commands = " ".join(command for command, *_ in manual)
    for language, body in blocks(MANUAL.read_text()):
        if language == "yaml":
            assert f"--world {re.match(r'world: (.+)', body)[1]}.yaml" in commands


def test_the_page_names_every_kind_of_fault(roost, tmp_path):
    done = roost("generate", "--output-dir", tmp_path, "--inject", "none=1", exit_code=2)
    kinds = done.stderr.partition("there are ")[2].strip().split(", ")
    assert len(kinds) == 13
    for kind in kinds:
        assert f"| `{kind}` |" in MANUAL.read_text() or kind == "age_grade"
