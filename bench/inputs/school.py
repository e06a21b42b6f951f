"""Makes school documents: what a job that simulates a school leaves behind, one a file.

Two teachers, four classes, twenty students, about fifty enrollments. document(i) is a function of
its number alone, so that any slice can be made on any number of processes.
"""

import datetime
import random

FIRST = """Ada Alan Barbara Claude Donald Edsger Frances Grace Hedy Ivan John Katherine Leslie
Margaret Niklaus""".split()
LAST = """Allen Backus Codd Dijkstra Engelbart Floyd Goldberg Hopper Iverson Johnson Knuth
Lamport""".split()
SUBJECTS = "Algebra Biology Chemistry Drama English French Geography History".split()
STATUS = ["active"] * 8 + ["dropped", "completed"]
DAY = datetime.date(2024, 9, 1)
DAYS = [(DAY + datetime.timedelta(d)).isoformat() for d in range(365)]
BIRTHDAYS = [(datetime.date(2006, 1, 1) + datetime.timedelta(d)).isoformat() for d in range(3650)]


def clock(seconds):
    return f"{seconds // 3600 % 24:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def person(rng):
    return f"{FIRST[int(rng() * 15)]} {LAST[int(rng() * 12)]}"


def teacher(rng, number, n):
    name = person(rng)
    return {
        "teacher_id": f"T{number:06d}-{n}",
        "name": name,
        "email": f"{name.replace(' ', '.').lower()}{n}@school.example",
        "department": SUBJECTS[int(rng() * 8)],
        "hired_on": BIRTHDAYS[int(rng() * 3650)],
        "salary": round(40000 + rng() * 40000, 2),
        "full_time": rng() < 0.8,
    }


def school_class(rng, number, n):
    return {
        "class_id": f"C{number:06d}-{n}",
        "teacher_id": f"T{number:06d}-{int(rng() * 2)}",
        "subject": SUBJECTS[int(rng() * 8)],
        "grade_level": 6 + int(rng() * 7),
        "capacity": 20 + int(rng() * 15),
        "room": {"building": "ABCD"[int(rng() * 4)], "number": 100 + int(rng() * 300)},
    }


def student(rng, number, n):
    name = person(rng)
    return {
        "student_id": f"S{number:06d}-{n:02d}",
        "name": name,
        "age": 11 + int(rng() * 8),
        "gpa": round(1 + rng() * 3, 2),
        "born_on": BIRTHDAYS[int(rng() * 3650)],
        "guardian": person(rng) if rng() < 0.9 else None,
    }


def enrollment(rng, number, n):
    seconds = int(rng() * 86400)
    return {
        "enrollment_id": f"E{number:06d}-{n:03d}",
        "student_id": f"S{number:06d}-{int(rng() * 20):02d}",
        "class_id": f"C{number:06d}-{int(rng() * 4)}",
        "enrolled_at": f"{DAYS[int(rng() * 365)]}T{clock(seconds)}Z",
        "status": STATUS[int(rng() * 10)],
        "grade": round(40 + rng() * 60, 1) if rng() < 0.85 else None,
    }


def document(number):
    rng = random.Random(number).random
    return {
        "job_id": number,
        "node": f"node{int(rng() * 64):02d}",
        "generated_at": f"{DAYS[number % 365]}T{clock(number)}Z",
        "teachers": [teacher(rng, number, n) for n in range(2)],
        "classes": [school_class(rng, number, n) for n in range(4)],
        "students": [student(rng, number, n) for n in range(20)],
        "enrollments": [enrollment(rng, number, n) for n in range(38 + int(rng() * 21))],
    }
