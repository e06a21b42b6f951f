"""Random JSON texts of every kind that is hard to keep: the same ones for the same seed."""

import json
import random

NUMBERS = [
    "0", "-0", "1", "-1", "1.0", "1e0", "0.1", "-2.5", "100000", "1E+2", "9007199254740991",
    "9007199254740993", "-9007199254740993", "123456789012345678", "1234567890123456789",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
    "123456789012345678901234567890", "99999999999999999999999999999999999999",
    "100000000000000000000000000000000000000", "1" * 50, "1e308", "1.7976931348623157e308", "1e309",
    "-1e309", "5e-324", "1e-400", "0e5", "-0.0", "9007199254740993.0", "1e22", "0.30000000000000004",
]  # fmt: skip
TEXTS = [
    "", "a", "b", "x y", "-0", "1", "true", "null", "é", "中文", "😀", "\0", "a\0b", "\n\t\r\b\f",
    '"', "\\", "/", "\x7f", "\u2028", "NaN", "[]", "{}", "2024-02-29", "2023-02-29", "0001-01-01",
    "2024-01-01T00:00:00Z", "2024-01-01T00:00:00.5Z", "2024-01-01T00:00:00.500Z",
    "2024-01-01 00:00:00", "2024-01-01T00:00:00+00:00", "12:00:00", "x" * 40, "y" * 5000,
]  # fmt: skip
KEYS = [
    "a", "A", "b", "B", "id", "_roost_id", "_roost_extra", "key", "value", "", " ", ".", "a.b",
    "a/b", "a_b", "/", "~", "~1", "[", "{", "[]", "{}", "*", "a__int", "a__json", "ä", "中", '"',
    "\\", "\n", "\0", "k" * 130, "k" * 131, "item",
]  # fmt: skip


class Documents:
    """Makes JSON texts from one source of chance."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.keys = self.random.sample(KEYS, self.random.randint(2, 9))
        self.texts = self.random.sample(TEXTS, self.random.randint(1, 8))
        self.numbers = self.random.sample(NUMBERS, self.random.randint(1, 8))
        # One document set keeps to a few kinds of values, so that columns of a type come about.
        self.kinds = self.random.choices(
            ["number", "text", "bool", "null", "object", "list", "objects", "arrays", "mixed"],
            k=self.random.randint(2, 7),
        )

    def text(self, value):
        return json.dumps(value, ensure_ascii=self.random.random() < 0.2)

    def space(self):
        return self.random.choice(["", "", "", " ", "  "])

    def scalar(self, kind=None):
        kind = kind or self.random.choice(["number", "text", "bool", "null"])
        if kind == "number":
            return self.random.choice(self.numbers)
        if kind == "text":
            return self.text(self.random.choice(self.texts))
        return self.random.choice(["true", "false"]) if kind == "bool" else "null"

    def array(self, make):
        elements = [make() for _ in range(self.random.choice([0, 1, 1, 2, 3, 5]))]
        return "[" + (self.space() + "," + self.space()).join(elements) + "]"

    def object(self, depth):
        members = [self.random.choice(self.keys) for _ in range(self.random.randint(0, 5))]
        if self.random.random() < 0.9:
            members = list(dict.fromkeys(members))
        if self.random.random() < 0.7:
            members.sort()
        texts = [
            f"{self.text(key)}{self.space()}:{self.space()}{self.value(depth + 1)}"
            for key in members
        ]
        return "{" + self.space() + ",".join(texts) + "}"

    def value(self, depth):
        kind = self.random.choice(self.kinds)
        if depth > 5 or kind in ("number", "text", "bool", "null"):
            return self.scalar(kind if kind in ("number", "text", "bool") else None)
        if kind == "object":
            return self.object(depth)
        if kind == "list":
            of = self.random.choice(["number", "text", "bool", "null"])
            return self.array(lambda: self.scalar(self.random.choice([of, of, of, "null"])))
        if kind == "objects":
            return self.array(
                lambda: "null" if self.random.random() < 0.1 else self.object(depth + 1)
            )
        if kind == "arrays":
            return self.array(lambda: self.array(lambda: self.object(depth + 2)))
        return self.array(lambda: self.value(depth + 1))

    def record(self):
        return self.object(0) if self.random.random() < 0.9 else self.value(0)

    def file(self):
        """A whole file in one of the framings, as bytes."""
        records = [self.record() for _ in range(self.random.choice([1, 2, 3, 8]))]
        framing = self.random.choice(["array", "lines", "values"])
        if framing == "array":
            text = "[" + ",\n".join(records) + "]"
        else:
            # Scalars back to back need white space between.
            text = ("\n" if framing == "lines" else self.random.choice([" ", "\n\n"])).join(records)
        if self.random.random() < 0.5:
            text += "\n"
        return ("\ufeff" if self.random.random() < 0.1 else "").encode() + text.encode()


def deep_array(depth, inner="1"):
    return "[" * depth + inner + "]" * depth


def deep_object(depth, inner="1"):
    return '{"a":' * depth + inner + "}" * depth
