"""What the program takes from the shared libraries, and what they take from it."""

import re
import subprocess


def symbols(path, *options):
    done = subprocess.run(["nm", *options, path], check=True, capture_output=True, text=True)
    return [line.split()[-1] for line in done.stdout.splitlines() if line.split()]


def test_simdjson_is_our_own(binary):
    """libparquet has one too, of another version: neither may run the other's."""
    assert any("simdjson" in name for name in symbols(binary, "--defined-only"))
    assert not [name for name in symbols(binary, "-D") if re.search("simdjson", name)]
