"""The school keeps its promises, as readers see it that know nothing of how it is made."""

import filecmp

import duckdb_check
import pytest
import world_check

CLEAN = dict.fromkeys(duckdb_check.FINDINGS, 0)


def stream(roost, folder, documents, *arguments):
    arguments = ("--format", "ndjson", "--num-iterations", documents, "--quiet", *arguments)
    roost("generate", "--output-dir", folder, *arguments)
    return folder / "result.ndjson"


def check_many(roost, folder, documents, seed, utilization):
    path = stream(
        roost, folder, documents, "--seed", seed, "--capacity-utilization", utilization
    )
    school = duckdb_check.open_school(path)
    counts = duckdb_check.count_rows(school)
    assert counts["students"] == 20 * documents and counts["enrollments"] > 48 * documents
    assert duckdb_check.findings(school, utilization) == CLEAN


@pytest.mark.parametrize("utilization", [0.8, 1.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_wrong_in_many_documents(roost, tmp_path, seed, utilization):
    check_many(roost, tmp_path, 1000, seed, utilization)


@pytest.mark.slow
@pytest.mark.parametrize("utilization", [0.8, 1.0])
@pytest.mark.parametrize("seed", range(1, 21))
def test_nothing_is_wrong_in_ten_thousand_documents(roost, tmp_path, seed, utilization):
    check_many(roost, tmp_path, 10_000, seed, utilization)
    (tmp_path / "result.ndjson").unlink()


@pytest.mark.parametrize("utilization", [0.55, 0.8, 1.0])
def test_both_readers_agree_and_every_prefix_is_whole(roost, tmp_path, utilization):
    roost("generate", "--output-dir", tmp_path, "--num-iterations", 150, "--seed", 7,
          "--capacity-utilization", utilization)
    documents = world_check.read_documents(tmp_path)
    assert len(documents) == 150
    # Rows of later documents count as missing, so each prefix is checked; some are read alone too.
    for end in (1, 2, 65, 66, 149, 150):
        frames = world_check.frames_of(documents[:end])
        findings = world_check.school_findings(frames, utilization)
        assert findings == dict.fromkeys(findings, 0), f"after {end} documents"


@pytest.mark.parametrize("world", ["school", "pool", "shop"])
def test_neither_threads_nor_where_a_run_starts_change_a_byte(roost, tmp_path, world):
    def make(name, *arguments):
        roost("generate", "--world", world, "--output-dir", tmp_path / name, "--quiet", *arguments)

    make("one", "--num-iterations", 160, "--threads", 1)
    make("three", "--num-iterations", 160, "--threads", 3)
    make("parts", "--num-iterations", 70)
    make("parts", "--num-iterations", 90, "--start", 70, "--threads", 2)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(names) == 161
    for other in ("three", "parts"):
        assert sorted(path.name for path in (tmp_path / other).iterdir()) == names
        _, different, missing = filecmp.cmpfiles(tmp_path / "one", tmp_path / other, names, False)
        assert different == missing == []


def test_popular_classes_get_more_and_languages_are_many(roost, tmp_path):
    school = duckdb_check.open_school(stream(roost, tmp_path, 500))
    shares = school.execute(
        "SELECT count(*) / capacity AS share FROM enrollments JOIN classes USING (class_id)"
        " WHERE classes.document BETWEEN 100 AND 400 GROUP BY class_id, capacity ORDER BY share"
    ).fetchall()
    assert shares[-1][0] > 2 * shares[len(shares) // 4][0]
    names = school.execute("SELECT string_agg(name, ' ') FROM students").fetchone()[0]
    assert all(part in names for part in ("García", "Nguyễn", "Müller", "佐藤", "حداد"))
    nulls = school.execute("SELECT count(*) FILTER (score IS NULL) / count(*) FROM enrollments")
    assert 0.08 < nulls.fetchone()[0] < 0.12


def test_few_seats_are_refused_before_the_first_file(roost, tmp_path):
    done = roost("generate", "--output-dir", tmp_path / "out", "--capacity-utilization", 0.4,
                 exit_code=2)
    assert "11 too few" in done.stderr and "school:" in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_flags_of_the_first_generator_still_work(roost, tmp_path):
    done = roost("generate", "--output-dir", tmp_path, "--num-iterations", 4, "--rate", 20,
                 "--max-enrollments", 2, "--capacity-utilization", 0.8)
    assert "4 documents" in done.stdout
    frames = world_check.frames_of(world_check.read_documents(tmp_path))
    assert frames["enrollments"].groupby("student_id").size().max() == 2
