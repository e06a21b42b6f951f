"""Reads JSON so that two texts can be compared by what RFC 8259 says they mean, and nothing less.

Keys keep their order and their repeats; integers are exact; 1, 1.0 and 1e0 are one number, 0 and -0
are two; a number beyond double is its own text; true is no 1.
"""

import gzip
import json
import math
import sys

sys.setrecursionlimit(20000)


class Object(tuple):
    """The members of an object, in order, as (key, value)."""


def _integer(text):
    return ("number", "-0") if text == "-0" else int(text)


def _fraction(text):
    value = float(text)
    if math.isinf(value):
        return ("number", text)
    if value == 0 and math.copysign(1, value) < 0:
        return ("number", "-0")
    return int(value) if value.is_integer() else value


def _constant(text):
    raise ValueError(f"{text} is no JSON")


_decoder = json.JSONDecoder(
    object_pairs_hook=Object, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)


def _without_python_booleans(value):
    if isinstance(value, Object):
        return Object((key, _without_python_booleans(member)) for key, member in value)
    if isinstance(value, list):
        return [_without_python_booleans(element) for element in value]
    return ("literal", value) if isinstance(value, bool) else value


def values_of(text):
    """The sequence of JSON values in a text."""
    values, at = [], 0
    while True:
        while at < len(text) and text[at] in " \t\r\n":
            at += 1
        if at == len(text):
            return values
        value, at = _decoder.raw_decode(text, at)
        values.append(_without_python_booleans(value))


def values_in(path):
    """The sequence of JSON values in a file, gzipped or not, with or without a byte order mark."""
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    return values_of(data.decode("utf-8-sig"))
