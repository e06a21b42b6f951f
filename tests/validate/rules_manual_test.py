"""Every rule file in docs/validate.md is run over a clean school: it holds, unless it says that it fails."""

import json
import re

import pytest


def examples(source):
    text = (source / "docs/validate.md").read_text()
    return re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)


@pytest.fixture(scope="module")
def school(binary, tmp_path_factory):
    import subprocess

    folder = tmp_path_factory.mktemp("school")
    for command in (
        ("generate", "--num-iterations", "20", "--output-dir", folder / "in", "--quiet"),
        ("ingest", folder / "in", "--output-dir", folder / "out", "--no-relate"),
    ):
        subprocess.run([binary, *command], check=True, capture_output=True)
    return folder / "out"


def test_the_manual_has_examples_of_every_kind_of_rule(roost, source, school, tmp_path):
    kinds = set()
    for number, example in enumerate(examples(source)):
        path = tmp_path / f"rules{number}.yaml"
        path.write_text(example)
        fails = example.startswith("# fails\n")
        done = roost("validate", "--output-dir", school, "--rules", path, "--json", "--no-files",
                     exit_code=1 if fails else 0)  # fmt: skip
        report = json.loads(done.stdout)
        assert report["rules"]
        kinds |= {rule["kind"] for rule in report["rules"]}
    wanted = set("not_null null_share range set pattern length type expression unique reference capacity "
                 "rows_for_each compare dependency freshness rows volume schema files sql drift anomaly".split())  # fmt: skip
    assert kinds == wanted, kinds ^ wanted
