"""Measures how well strange rows are found, beside scikit-learn: ./dev bench anomalies [--seeds N]

The mean rank of roost's three detectors, and its isolation forest, beside scikit-learn's
IsolationForest: area under the ROC curve and rows per second of one core, all in one run. Tables:
scikit-learn's own ones, as problems of one class (the rows of a class, and a tenth as many of the
others), and generated ones with outliers of several kinds. Models know no labels.
"""

import argparse
import pathlib
import subprocess
import tempfile
import time

import numpy
from sklearn import datasets
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score

SOURCE = pathlib.Path(__file__).resolve().parent.parent
SHARE = 0.1  # strange rows for each usual one
SAMPLE = 4096


def compile_scorer(folder):
    """bench/limit/row_anomalies.cc with the sources of src/anomaly, as roost is compiled."""
    program = folder / "row_anomalies"
    sources = [path for path in (SOURCE / "src/anomaly").glob("*.cc") if not path.stem.endswith("_test")]
    subprocess.run(["g++", "-std=c++20", "-O3", "-march=x86-64-v3", f"-I{SOURCE}/src", f"-I{SOURCE}/include",
                    SOURCE / "bench/limit/row_anomalies.cc", *sources, "-o", program], check=True)  # fmt: skip
    return program


def one_class_problems(random):
    """(name, rows, labels) of scikit-learn's tables."""
    loaders = {"breast_cancer": datasets.load_breast_cancer, "wine": datasets.load_wine,
               "iris": datasets.load_iris, "digits": datasets.load_digits}  # fmt: skip
    for name, load in loaders.items():
        rows, classes = load(return_X_y=True)
        for usual in numpy.unique(classes):
            normal, others = rows[classes == usual], rows[classes != usual]
            count = max(2, int(SHARE * len(normal)))
            strange = others[random.choice(len(others), count, replace=False)]
            yield f"{name}", *mixed(random, normal, strange)


def mixed(random, normal, strange):
    rows = numpy.vstack([normal, strange]).astype(float)
    labels = numpy.r_[numpy.zeros(len(normal)), numpy.ones(len(strange))]
    order = random.permutation(len(rows))
    return rows[order], labels[order]


def generated_problems(random, rows=3000, share=0.02):
    """(name, rows, labels) of tables of several kinds."""
    count = int(rows * share)
    for columns in (4, 12, 30):
        centres = random.normal(0, 5, (3, columns))
        mix = [random.normal(0, 1, (columns, columns)) / numpy.sqrt(columns) for _ in range(3)]
        which = random.integers(0, 3, rows)
        body = numpy.array([centres[k] + mix[k] @ random.normal(0, 1, columns) for k in which])
        low, high = body.min(0), body.max(0)
        yield "global", *mixed(random, body, random.uniform(low * 1.1, high * 1.1, (count, columns)))
        local = numpy.array([centres[k] + 2.5 * mix[k] @ random.normal(0, 1, columns)
                             for k in random.integers(0, 3, count)])  # fmt: skip
        yield "local", *mixed(random, body, local)
        cluster = centres[0] + 6 + random.normal(0, 0.5, (count, columns))
        yield "cluster", *mixed(random, body, cluster)
        shuffled = numpy.column_stack([random.permutation(body[:, c])[:count] for c in range(columns)])
        yield "dependency", *mixed(random, body, shuffled)
        skewed = random.lognormal(0, 1, (rows, columns))
        strange = random.lognormal(0, 1, (count, columns))
        for row in strange:
            row[random.integers(columns)] *= random.choice([0.001, 1000])
        yield "one cell", *mixed(random, skewed, strange)
        codes = random.choice(6, (rows, columns), p=[0.4, 0.3, 0.2, 0.07, 0.02, 0.01]).astype(float)
        yield "codes", *mixed(random, codes, random.choice(6, (count, columns)).astype(float))


class Roost:
    def __init__(self, program, folder, method):
        self.program, self.file, self.method = program, folder / "rows.bin", method

    def __call__(self, rows, seed):
        numpy.ascontiguousarray(rows, dtype="<f8").tofile(self.file)
        done = subprocess.run([self.program, self.file, *map(str, rows.shape), self.method, str(seed), str(SAMPLE)],
                              check=True, capture_output=True, text=True)  # fmt: skip
        return numpy.fromfile(f"{self.file}.scores", dtype="<f4"), float(done.stdout.split()[1])


def scikit_forest(rows, seed):
    model = IsolationForest(random_state=seed, n_jobs=1).fit(rows)
    start = time.process_time()
    return -model.score_samples(rows), time.process_time() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=200_000, help="of the table that is timed")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        program = compile_scorer(folder)
        models = {"roost, mean rank": Roost(program, folder, "mean_rank"),
                  "roost, forest": Roost(program, folder, "forest"), "scikit-learn": scikit_forest}  # fmt: skip
        found = {}
        for seed in range(1, arguments.seeds + 1):
            random = numpy.random.default_rng(seed)
            for make in (one_class_problems, generated_problems):
                for name, rows, labels in make(random):
                    key = (make.__name__.split("_")[0], name)
                    for model, score in models.items():
                        scores, _ = score(rows, seed)
                        found.setdefault(key, {}).setdefault(model, []).append(100 * roc_auc_score(labels, scores))
        print(f"{'mean AUC of 100':34}" + "".join(f"{model:>18}" for model in models))
        for key, by_model in found.items():
            print(f"{key[0]:12}{key[1]:22}" + "".join(f"{numpy.mean(by_model[model]):18.1f}" for model in models))
        for group in sorted({key[0] for key in found}):
            means = [numpy.mean([v for key, by in found.items() if key[0] == group for v in by[m]]) for m in models]
            print(f"{group:12}{'all':22}" + "".join(f"{mean:18.1f}" for mean in means))
        for columns in (6, 10, 30):
            rows = numpy.random.default_rng(1).normal(0, 1, (arguments.rows, columns))
            speeds = [len(rows) / score(rows, 1)[1] for score in models.values()]
            print(f"rows/s/core, {columns:2} columns".ljust(34) + "".join(f"{speed:18,.0f}" for speed in speeds))


if __name__ == "__main__":
    main()
