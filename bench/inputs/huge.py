"""Makes the inputs of bench/memory.py: large in one way each. Needs only Python.

python bench/inputs/huge.py array BYTES              to standard output: one array
python bench/inputs/huge.py files FOLDER COUNT       so many small files, a thousand a folder
python bench/inputs/huge.py record FILE BYTES        lines, one of them so long
python bench/inputs/huge.py map FILE KEYS            an object whose keys are data
python bench/inputs/huge.py columns FILE KEYS        records whose own keys are that many
python bench/inputs/huge.py overflow FILE KEYS       few records that all have so many keys
python bench/inputs/huge.py line FILE BYTES          one object that holds one array so long
"""

import json
import pathlib
import random
import sys

import school

BLOCK_DOCUMENTS = 2000


def block(separator):
    return separator.join(
        json.dumps(school.document(n), separators=(",", ":")) for n in range(BLOCK_DOCUMENTS)
    ).encode()


def array(size):
    """The same block of documents again and again, as elements of one array."""
    text, written, out = block(","), 0, sys.stdout.buffer
    out.write(b"[")
    while written < int(size):
        out.write(b"," if written else b"")
        written += out.write(text)
    out.write(b"]\n")
    out.flush()


def files(folder, count):
    for start in range(0, int(count), 1000):
        below = pathlib.Path(folder) / f"batch_{start // 1000:04d}"
        below.mkdir(parents=True, exist_ok=True)
        for number in range(start, min(start + 1000, int(count))):
            text = f'{{"job":{number},"node":"node{number % 64}","hits":'
            text += f'[{{"x":{number % 97},"y":0.5}},{{"x":1,"y":{number % 13}.25}}]}}\n'
            with open(below / f"job_{number}.json", "w") as file:
                file.write(text)


def record(path, size):
    """Ordinary lines, then one record of `size` bytes, then ordinary lines."""
    with open(path, "w") as file:
        for number in range(1000):
            file.write(f'{{"id":{number},"samples":[1,2,3]}}\n')
        file.write('{"id":1000,"samples":[')
        values = ",".join(str(n) for n in range(100000, 200000))
        for i in range(int(size) // len(values)):
            file.write("," * (i > 0) + values)
        file.write("]}\n")
        for number in range(1001, 2000):
            file.write(f'{{"id":{number},"samples":[1,2,3]}}\n')


def line(path, size):
    """One object with one array of `size` bytes: jobs that write {"results": [...]}."""
    text = block(",").decode()
    with open(path, "w") as file:
        file.write('{"job":1,"results":[')
        for i in range(int(size) // len(text)):
            file.write("," * (i > 0) + text)
        file.write('],"done":true}\n')


def keys(path, count, wrap):
    pick = random.Random(1)
    with open(path, "w") as file:
        for number in range(int(count)):
            fields = {f"k{n}": n for n in pick.sample(range(int(count)), 20)} | {
                f"k{number}": number
            }
            file.write(
                json.dumps({"id": number, "counts": fields} if wrap else {"id": number} | fields)
                + "\n"
            )


def overflow(path, count):
    """Few records with all keys: these are no map, but more columns than a table may have."""
    with open(path, "w") as file:
        for number in range(16):
            file.write(json.dumps({f"key_{n}": n * number for n in range(int(count))}) + "\n")


KINDS = {
    "array": array,
    "files": files,
    "record": record,
    "line": line,
    "map": lambda path, count: keys(path, count, wrap=True),
    "columns": lambda path, count: keys(path, count, wrap=False),
    "overflow": overflow,
}

if __name__ == "__main__":
    KINDS[sys.argv[1]](*sys.argv[2:])
