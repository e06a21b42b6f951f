"""The four tables of the school as DuckDB's SQL makes them: range, hash, COPY.

duckdb_school.py DOCUMENTS FOLDER prints {"rows": ..., "seconds": ...}. Values are hashes of row
numbers, so runs repeat; references hold, no capacity is kept, no pair is unique. Columns are those
of roost's tables; nested ones are left flat, names come from short lists.
"""

import json
import os
import sys
import time

import duckdb

PICK = "list_extract({list}, 1 + (hash(i, {salt}) % {n})::BIGINT)"
WORDS = {
    "given": ["Emma", "Mateo", "Lucía", "Jürgen", "Chloé", "Ayşe", "Minh", "Zofia", "Leo", "Nour"],
    "family": ["Smith", "García", "Müller", "Lefèvre", "Yılmaz", "Nguyễn", "Kowalski", "Sato"],
    "subject": ["Algebra", "Geometry", "Reading", "Physics", "Chemistry", "History", "Music"],
    "relation": ["mother", "father", "grandparent", "other"],
}


def pick(words, salt):
    return PICK.format(list=WORDS[words], salt=salt, n=len(WORDS[words]))


def below(n, salt):
    return f"(hash(i, {salt}) % {n})::BIGINT"


NAME = f"{pick('given', 1)} || ' ' || {pick('family', 2)} AS name"
TABLES = {
    "teachers": (
        2,
        f"""i + 1 AS teacher_id, {NAME}, {pick("subject", 3)} AS subject,
        'teacher' || (i + 1) || '@school.example' AS email,
        DATE '1988-08-01' + {below(13000, 4)}::INTEGER AS hired""",
    ),
    "classes": (
        4,
        f"""i + 1 AS class_id, {below("(i // 2 + 1)", 1)} + 1 AS teacher_id,
        {below(13, 2)} AS grade_level, {pick("subject", 3)} || ' ' || {below(13, 2)} AS name,
        chr(65 + {below(4, 4)}::INTEGER) || (100 + {below(400, 5)}) AS room,
        20 + {below(17, 6)} AS capacity, 1 + {below(8, 7)} AS schedule_period""",
    ),
    "students": (
        20,
        f"""i + 1 AS student_id, {NAME}, 6 + {below(13, 3)} AS age,
        least(12, {below(13, 3)} + {below(2, 4)}) AS grade,
        CASE WHEN hash(i, 5) % 25 > 0 THEN {below(401, 6)} / 100.0 END AS gpa,
        CASE WHEN hash(i, 7) % 10 > 2 THEN {pick("given", 8)} || ' ' || {pick("family", 2)} END
          AS guardian_name,
        CASE WHEN hash(i, 7) % 10 > 2 THEN {pick("relation", 9)} END AS guardian_relation,
        CASE WHEN hash(i, 7) % 10 > 2 THEN '+49 15' || {below(100000000, 10)} END AS guardian_phone,
        TIMESTAMP '2025-08-18' + INTERVAL 1 SECOND * {below(2592000, 11)} AS enrolled_at""",
    ),
    "enrollments": (
        51,
        f"""i * 20 // 51 + 1 AS student_id, {below("(i * 4 // 51 + 1)", 1)} + 1 AS class_id,
        CASE WHEN hash(i, 2) % 10 > 0 THEN {below(1001, 3)} / 10.0 END AS score""",
    ),
}


def main():
    documents, folder = int(sys.argv[1]), sys.argv[2]
    os.makedirs(folder, exist_ok=True)
    database = duckdb.connect(config={"threads": int(os.environ.get("BENCH_THREADS", "2"))})
    rows, began = 0, time.perf_counter()
    for table, (per_document, columns) in TABLES.items():
        rows += documents * per_document
        database.execute(
            f"COPY (SELECT {columns} FROM range({documents * per_document}) t(i))"
            f" TO '{folder}/{table}.parquet' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
        )
    print(json.dumps({"rows": rows, "seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    main()
