"""Planted faults against findings: with a world's own rules every kind is found, and nothing else."""

import json
import re

import pytest

EVERYWHERE = "null_burst=0.05,outlier=0.01,unit_swap=0.01,type_flip=0.01,truncated=0.02,malformed=0.02,duplicate_file=0.02"
FAULTS = {
    "school": "orphan=0.01,late_parent=0.01,over_capacity=0.03,duplicate=0.01,clash=0.01,age_grade=0.01",
    "pool": "orphan=0.01,duplicate=0.01,cpus_fit=0.01",
    "shop": "orphan=0.01,late_parent=0.01,duplicate=0.01,clash=0.01,amount_adds_up=0.01",
}
LINE = re.compile(r"^  (\w+) +([\d,]+) +([\d,]+) +([\d,]+) +(\d\.\d{4}) +(\d\.\d{4})", re.MULTILINE)


def make(roost, folder, world, documents, seed, inject=""):
    """Documents of a world, and their tables."""
    arguments = ["--inject", inject] if inject else []
    roost("generate", "--world", world, "--num-iterations", documents, "--seed", seed,
          "--output-dir", folder / "in", "--quiet", *arguments)  # fmt: skip
    roost("ingest", folder / "in", "--output-dir", folder / "out", "--no-relate")
    return folder / "in", folder / "out"


def fault_scores(text):
    """kind -> (planted, recall, precision) of what --score prints."""
    return {
        kind: (int(planted.replace(",", "")), float(recall), float(precision))
        for kind, planted, _, _, recall, precision in LINE.findall(text)
    }


@pytest.mark.parametrize("world", FAULTS)
def test_a_worlds_rules_find_every_kind_of_fault_and_nothing_else(roost, tmp_path, world):
    source, out = make(roost, tmp_path, world, 120, 4, f"{FAULTS[world]},{EVERYWHERE}")
    done = roost("validate", "--output-dir", out, "--rules", source / "_rules.yaml",
                 "--score", source / "_truth.json", exit_code=1)  # fmt: skip
    scores = fault_scores(done.stdout)
    planted = {kind for kind, (count, _, _) in scores.items() if count}
    wanted = {part.split("=")[0] for part in f"{FAULTS[world]},{EVERYWHERE}".split(",")}
    # Few documents: of a kind that is rare there may be none.
    assert len(wanted - planted) <= 3, f"nothing planted of {wanted - planted}"
    for kind in planted:
        _, recall, precision = scores[kind]
        assert recall >= 0.99 and precision >= 0.99, f"{kind}\n{done.stdout}"


@pytest.mark.parametrize("world", FAULTS)
def test_a_clean_world_keeps_its_rules(roost, tmp_path, world):
    source, out = make(roost, tmp_path, world, 60, 7)
    done = roost("validate", "--output-dir", out, "--rules", source / "_rules.yaml", "--json")
    report = json.loads(done.stdout)
    assert report["score"]["overall"] == 100, done.stdout
    if world == "school":
        (use,) = [use for use in report["relations"] if "capacity_used" in use]
        assert 0.3 < use["capacity_used"] <= 0.8


@pytest.mark.parametrize("world", FAULTS)
def test_rules_made_from_the_data_find_the_faults_too(roost, tmp_path, world):
    source, out = make(roost, tmp_path, world, 200, 22, f"{FAULTS[world]},{EVERYWHERE}")
    done = roost("validate", "--output-dir", out, "--score", source / "_truth.json", exit_code=1)
    for kind, (planted, recall, precision) in fault_scores(done.stdout).items():
        assert planted == 0 or (recall >= 0.95 and precision >= 0.95), f"{kind}\n{done.stdout}"


@pytest.mark.parametrize("world", FAULTS)
def test_rules_made_from_clean_data_hold_and_are_kept_as_a_file(roost, tmp_path, world):
    _, out = make(roost, tmp_path, world, 60, 9)
    made = json.loads(roost("validate", "--output-dir", out, "--json", "--no-files").stdout)
    assert made["score"]["overall"] == 100 and made["rules_source"] == "suggested"
    assert made["score"]["coverage"]["columns_with_rule"] >= 0.9 * made["score"]["coverage"]["columns"]
    text = roost("validate", "--output-dir", out, "--suggest").stdout
    (out / "rules.yaml").write_text(text)
    kept = json.loads(roost("validate", "--output-dir", out, "--json", "--no-files").stdout)
    assert kept["score"]["overall"] == 100

    def counts(report):
        return sorted((rule["kind"], rule["table"], sorted(rule["columns"]), rule["tested"]) for rule in report["rules"])

    assert counts(kept) == counts(made)


@pytest.mark.slow
@pytest.mark.parametrize("world", FAULTS)
def test_twenty_clean_seeds_fail_no_rule_that_was_made_from_them(roost, tmp_path, world):
    for seed in range(100, 120):
        _, out = make(roost, tmp_path / str(seed), world, 100, seed)
        report = json.loads(roost("validate", "--output-dir", out, "--json", "--no-files").stdout)
        assert report["score"]["overall"] == 100, seed


@pytest.mark.slow
@pytest.mark.parametrize("world", FAULTS)
def test_the_same_over_many_documents(roost, tmp_path, world):
    source, out = make(roost, tmp_path, world, 3000, 11, f"{FAULTS[world]},{EVERYWHERE}")
    done = roost("validate", "--output-dir", out, "--rules", source / "_rules.yaml",
                 "--score", source / "_truth.json", exit_code=1)  # fmt: skip
    for kind, (planted, recall, precision) in fault_scores(done.stdout).items():
        assert planted == 0 or (recall >= 0.99 and precision >= 0.99), f"{kind}\n{done.stdout}"
