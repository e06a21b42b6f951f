"""What is measured: the inputs, who runs on each, and what roost is to reach there."""

# name: (what it is, the tools beside roost)
INPUTS = {
    "S": ("small files, half of them pretty", "duckdb flatterer polars pandas dlt limit"),
    "N": ("the same as one NDJSON file", "duckdb flatterer polars pandas limit"),
    "A": ("the same as one array, minified", "duckdb flatterer polars pandas limit"),
    "A-pretty": ("the same as one array, pretty", "duckdb flatterer polars pandas limit"),
    "G": ("N gzipped", "duckdb flatterer polars pandas limit"),
    "football": ("real: ten copies of 279 season files", "duckdb flatterer polars pandas limit"),
    "pegasus": ("real: ten copies of 48 workflow traces", "duckdb flatterer polars pandas limit"),
    "twitter": ("real: 100 copies of one search", "duckdb flatterer polars pandas limit"),
    "N10": ("N with ten times the documents", "limit"),
    "shuffled": ("N, keys of every object shuffled", "duckdb limit"),
    "missing": ("N, one key in five left out", "duckdb limit"),
    "shapes": ("N, enrollments of 5,000 shapes", "duckdb limit"),
}
SINGLE_THREAD = ("S", "N")  # also measured as roost-1
REAL = ("football", "pegasus", "twitter")
PEERS = {
    "duckdb": "duckdb_unnest.py",
    "flatterer": "flatterer_flatten.py",
    "polars": "polars_explode.py",
    "pandas": "pandas_listener.py",
    "dlt": "dlt_pipeline.py",
}
SHARE = {"dlt": 10}  # works on one document in ten; its times are given as measured
MB = 1e6


def tools(name):
    ours = ["roost", "roost-1"] if name in SINGLE_THREAD else ["roost"]
    return ours + INPUTS[name][1].split()


class Targets:
    """What the documentation promises, checked on whatever was measured."""

    def __init__(self, medians, inputs, cores):
        self.medians, self.inputs, self.cores, self.found = medians, inputs, cores, []
        for name, factor in {
            "S": 10,
            "N": 10,
            "A": 12,
            "A-pretty": 12,
            "G": 6,
        }.items():
            self.at_least(f"{name}: x DuckDB's wall", self.ratio(name, "duckdb", "wall"), factor)
            self.at_most(f"{name}: bytes / DuckDB's", self.inverse(name, "duckdb", "bytes"), 1.1)
        self.at_least("R: x DuckDB's wall", self.divide(*self.real("wall")), 5)
        self.at_most("R: bytes / DuckDB's", self.divide(*self.real("bytes")[::-1]), 1.1)
        for name in REAL:
            for peer in ("flatterer", "polars", "pandas"):
                self.at_least(f"{name}: x {peer}'s wall", self.ratio(name, peer, "wall"), 1)
        self.at_least(
            "S: x dlt's wall a file", self.times(self.ratio("S", "dlt", "wall"), SHARE["dlt"]), 200
        )
        self.at_most("S: peak MB", self.get("S", "roost", "peak", MB), 150)
        self.at_most("S: CPU / (read + DOM)", self.inverse("S", "limit", "cpu"), 2)
        self.scale()

    def scale(self):
        for name in SINGLE_THREAD:
            speedup = self.divide(
                self.get(name, "roost-1", "wall"), self.get(name, "roost", "wall")
            )
            self.at_least(
                f"{name}: efficiency of {self.cores} threads",
                self.times(speedup, 1 / self.cores),
                0.85,
            )
        self.at_most(
            "N10: time / N's",
            self.divide(self.get("N10", "roost", "wall"), self.get("N", "roost", "wall")),
            10,
        )
        self.at_most(
            "N10: peak / N's",
            self.divide(self.get("N10", "roost", "peak"), self.get("N", "roost", "peak")),
            1.1,
        )
        for name in ("shuffled", "missing", "shapes"):
            per_byte = self.divide(self.per_byte(name), self.per_byte("N"))
            self.at_most(f"{name}: time a byte / N's", per_byte, 3)

    def real(self, what):
        """DuckDB's and roost's sums over the real inputs; nothing unless all were measured."""
        sums = []
        for tool in ("duckdb", "roost"):
            values = [self.get(name, tool, what) for name in REAL]
            sums.append(sum(values) if all(values) else None)
        return sums

    def get(self, name, tool, what, unit=1):
        value = self.medians.get((name, tool), {}).get(what)
        return value and value / unit

    def per_byte(self, name):
        return self.divide(self.get(name, "roost", "wall"), self.inputs.get(name, {}).get("bytes"))

    def ratio(self, name, peer, what):
        return self.divide(self.get(name, peer, what), self.get(name, "roost", what))

    def inverse(self, name, peer, what):
        return self.divide(self.get(name, "roost", what), self.get(name, peer, what))

    @staticmethod
    def divide(a, b):
        return a / b if a and b else None

    @staticmethod
    def times(a, b):
        return a and a * b

    def at_least(self, what, value, bound):
        if value:
            self.found.append(
                {"what": what, "value": value, "bound": f">= {bound}", "met": value >= bound}
            )

    def at_most(self, what, value, bound):
        if value:
            self.found.append(
                {"what": what, "value": value, "bound": f"<= {bound}", "met": value <= bound}
            )
