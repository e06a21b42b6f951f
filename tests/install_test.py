"""cmake --install makes a prefix that runs wherever it is moved."""

import subprocess


def test_an_installed_prefix_can_be_moved(binary, tmp_path):
    made, moved = tmp_path / "made", tmp_path / "moved"
    subprocess.run(
        ["cmake", "--install", binary.parent, "--prefix", made], check=True, capture_output=True
    )
    made.rename(moved)
    program = moved / "bin/roost"
    libraries = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
    for name in ("libarrow", "libparquet"):
        lines = [line for line in libraries.splitlines() if line.strip().startswith(name)]
        assert lines, f"{name} is not linked:\n{libraries}"
        assert all(str(moved) in line for line in lines), libraries
    assert "not found" not in libraries
    done = subprocess.run(
        [program, "--help"], env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "ingest" in done.stdout
    (tmp_path / "one.json").write_text('{"a": 1}')
    subprocess.run([program, "ingest", "one.json", "--output-dir", "out"], cwd=tmp_path, check=True)
    query = [program, "query", "out", "SELECT a + 1 AS b FROM one", "--format", "csv"]
    done = subprocess.run(query, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["b", "2"]  # DuckDB is loaded from the prefix
