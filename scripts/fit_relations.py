"""Fits the trees that judge references, and writes them as a table of C++.

    bench/relate.py --data DATA --databases fit --evidence EVIDENCE
    scripts/fit_relations.py DATA EVIDENCE [EVIDENCE...] > src/relate/pair_trees_table.cc

Needs numpy and lightgbm. EVIDENCE folders hold <database>.jsonl as `roost relate --evidence` writes
them; further ones may hold the same databases under other names of columns (--restyle of
bench/relate.py), each with a <database>.names.json that maps them back. Databases that are kept for
testing (bench/relate.py: is_test) are never looked at.
"""

import json
import pathlib
import sys

import lightgbm
import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "bench"))
from relate import LEFT_OUT, is_test  # noqa: E402

# Size says more of the databases to fit than of references.
LEFT_OUT_EVIDENCE = {
    "log_d", "log_n", "log_pd", "ntab", "p_ncol", "c_ncol", "c_pos", "n_incl_target", "n_fanin",
    "p1_fanin", "same", "p_same", "ratio", "fan", "n_rivals", "c_sorted", "p_sorted", "c_pos0",
    "self", "emd_z",
}  # fmt: skip
RISES = {
    "hand", "eq", "eq_stem", "stem_tab", "tail_tab", "tail_col", "own_plus", "cov_tab",
    "cov_child_tab", "cov_child", "cov_col", "cov_child_col", "initials", "dice_col", "dice_tab",
    "nscore", "nmargin", "self_rel", "incl", "row_incl", "bits", "bits_per", "cover", "p1",
    "p1_margin", "p_pk", "c_id", "p_own",
}  # fmt: skip
FALLS = {
    "emd", "c_neg", "p_neg", "p_name", "c_name", "nrank", "p1_rank", "p_pk_rank", "orphan",
    "eq_bare", "c_date", "min_rank",
}  # fmt: skip


def reference(row):
    return (
        row["table"].lower(),
        row["columns"][0].lower(),
        row["ref_table"].lower(),
        row["ref_columns"][0].lower(),
    )


def truth_of(folder):
    """References that count as right, and those that count as neither."""
    truth = json.loads((folder / "truth.json").read_text())
    right = {reference(each) for each in truth["foreign_keys"] if len(each["columns"]) == 1}
    neutral = set()
    for name in ("implied_foreign_keys", "also_true", "foreign_keys_undetectable", "foreign_keys"):
        for each in truth.get(name, []):
            for column, ref_column in zip(each["columns"], each["ref_columns"]):
                pair = dict(each, columns=[column], ref_columns=[ref_column])
                neutral.add(reference(pair))
    return right, neutral - right


def read_rows(data, folders):
    rows, labels = [], []
    for folder in folders:
        for path in sorted(folder.glob("*.jsonl")):
            if is_test(path.stem) or path.stem in LEFT_OUT:
                continue
            right, neutral = truth_of(data / path.stem)
            names = path.with_suffix(".names.json")
            back = json.loads(names.read_text()) if names.exists() else {}
            for line in path.read_text().splitlines():
                row = json.loads(line)
                if row["kind"] != "pair":
                    continue
                for table, columns in (("table", "columns"), ("ref_table", "ref_columns")):
                    known = back.get(row[table], {})
                    row[columns] = [known.get(name, name) for name in row[columns]]
                evidence = row["evidence"]
                pair = reference(row)
                role = evidence["self"] and (evidence["c_rel"] or evidence["role"])
                if pair in neutral or (role and pair not in right):
                    continue
                rows.append(evidence)
                labels.append(pair in right)
    return rows, numpy.array(labels, float)


def flatten(node, names, nodes, leaves):
    """Adds a tree; returns the place of its root: below 0, a leaf."""
    if "leaf_value" in node:
        leaves.append(node["leaf_value"])
        return -len(leaves)
    place = len(nodes)
    nodes.append(None)
    left = flatten(node["left_child"], names, nodes, leaves)
    right = flatten(node["right_child"], names, nodes, leaves)
    nodes[place] = (names[node["split_feature"]], node["threshold"], left, right)
    return place


def wrapped(items, width=98):
    lines, line = [], "   "
    for item in items:
        if len(line) + len(item) + 2 > width:
            lines.append(line)
            line = "   "
        line += " " + item + ","
    return "\n".join([*lines, line])


def main():
    data, folders = pathlib.Path(sys.argv[1]), [pathlib.Path(name) for name in sys.argv[2:]]
    rows, labels = read_rows(data, folders)
    names = [name for name in rows[0] if name not in LEFT_OUT_EVIDENCE]
    matrix = numpy.array([[row[name] for name in names] for row in rows])
    rises = [1 if name in RISES else -1 if name in FALLS else 0 for name in names]
    model = lightgbm.LGBMClassifier(
        monotone_constraints=rises,
        monotone_constraints_method="advanced",
        n_estimators=120,
        num_leaves=8,
        learning_rate=0.08,
        min_child_samples=15,
        subsample=0.8,
        subsample_freq=1,
        colsample_bytree=0.5,
        reg_lambda=5.0,
        n_jobs=1,
        verbose=-1,
        random_state=1,
        deterministic=True,
    ).fit(matrix, labels)
    nodes, leaves, roots = [], [], []
    for tree in model.booster_.dump_model()["tree_info"]:
        roots.append(flatten(tree["tree_structure"], names, nodes, leaves))
    print("// Made by scripts/fit_relations.py; change that, not this.")
    print(f"// {len(rows)} pairs, {int(labels.sum())} of them references.")
    print('#include "relate/pair_trees.h"\n\n// clang-format off\nnamespace roost::relate {\n')
    print("const TreeNode kPairTreeNodes[] = {")
    print(wrapped(f"{{k_{name}, {at:.6g}, {left}, {right}}}" for name, at, left, right in nodes))
    print("};\nconst double kPairTreeLeaves[] = {")
    print(wrapped(f"{leaf:.5g}" for leaf in leaves))
    print("};\nconst int kPairTreeRoots[] = {")
    print(wrapped(str(root) for root in roots))
    print("};\nconst size_t kPairTreeCount = sizeof kPairTreeRoots / sizeof *kPairTreeRoots;\n")
    print("}  // namespace roost::relate")


if __name__ == "__main__":
    main()
