"""What every Python test has: the program under test, and the top of the source tree."""

import os
import pathlib
import subprocess

import pytest

SOURCE = pathlib.Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def source():
    """The top of the source tree."""
    return SOURCE


@pytest.fixture(scope="session")
def binary():
    """The program under test: build/release/roost, or what ROOST_BINARY names."""
    path = pathlib.Path(os.environ.get("ROOST_BINARY", SOURCE / "build/release/roost")).resolve()
    if not path.exists():
        pytest.fail(f"{path} is not built")
    return path


@pytest.fixture
def roost(binary):
    """Runs the program: roost("ingest", "in", "--output-dir", "out").stdout; raises if it fails.

    With exit_code=N the run must end with N instead of 0.
    """

    def run(*arguments, exit_code=0, **options):
        options.setdefault("timeout", 120)
        done = subprocess.run(
            [binary, *map(str, arguments)], capture_output=True, text=True, **options
        )
        assert done.returncode == exit_code, (
            f"roost {' '.join(map(str, arguments))}: exit code {done.returncode}, "
            f"not {exit_code}\n{done.stdout}{done.stderr}"
        )
        return done

    return run
