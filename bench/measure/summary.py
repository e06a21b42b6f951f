"""Medians, ranges and tables of a list of runs, as text for a terminal or as Markdown."""

import statistics

MEASURES = ("wall", "cpu", "peak", "bytes")


def medians(runs):
    """{(input, tool): {measure: median}}, of the runs that did not fail."""
    grouped = {}
    for run in runs:
        if "failed" not in run:
            grouped.setdefault((run["input"], run["tool"]), []).append(run)
    return {
        key: {m: statistics.median(r[m] for r in group) for m in MEASURES if m in group[0]}
        | {
            "wall_min": min(r["wall"] for r in group),
            "wall_max": max(r["wall"] for r in group),
            "runs": len(group),
        }
        for key, group in grouped.items()
    }


def row(middle, ours):
    cells = [
        f"{middle['wall']:.2f}",
        f"{middle['wall_min']:.2f}..{middle['wall_max']:.2f}",
        str(middle["runs"]),
    ]
    cells.append(f"{middle['wall'] / ours['wall']:.1f}" if ours else "")
    cells.append(f"{middle['cpu']:.2f}")
    cells.append(f"{middle['peak'] / 1e6:.0f}")
    cells.append(f"{middle['bytes'] / 1e6:.1f}" if middle.get("bytes") else "")
    return cells


HEADER = ["tool", "wall s", "min..max", "runs", "x roost", "CPU s", "peak MB", "MB out", "note"]


def table_of(name, tools, middles, runs):
    """Rows of one input's table, in the order of `tools`."""
    lines = []
    for tool in tools:
        mine = [r for r in runs if r["input"] == name and r["tool"] == tool]
        if (name, tool) in middles:
            cells = row(middles[name, tool], middles.get((name, "roost")))
            lines.append([tool, *cells, mine[-1].get("note", "")])
        elif mine:
            lines.append([tool, *[""] * 7, "fails: " + mine[-1]["failed"]])
    return lines


def text_table(header, rows):
    widths = [max(len(r[i]) for r in [header, *rows]) for i in range(len(header))]

    def line(cells):
        return "  ".join(
            c.ljust(w) if i in (0, len(header) - 1) else c.rjust(w)
            for i, (c, w) in enumerate(zip(cells, widths))
        ).rstrip()

    return "\n".join(line(r) for r in [header, *rows])


def markdown_table(header, rows):
    def line(cells):
        return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"

    align = ["---"] + ["---:"] * (len(header) - 2) + ["---"]
    return "\n".join([line(header), line(align), *[line(r) for r in rows]])


def target_rows(targets):
    return [
        [t["what"], f"{t['value']:.2f}", t["bound"], "met" if t["met"] else "MISSED"]
        for t in targets
    ]


def markdown(report, tables):
    machine, versions = report["machine"], report["versions"]
    parts = [
        "Machine: " + ", ".join(f"{k} {v}" for k, v in machine.items()) + ".",
        "Versions: " + ", ".join(f"{k} {v}" for k, v in versions.items()) + ".",
    ]
    for name, title, rows in tables:
        parts.append(f"### {title}\n\n" + markdown_table(HEADER, rows))
        checked = report["checks"].get(name)
        if checked:
            parts.append(f"Against DuckDB: {checked}")
    if report["targets"]:
        parts.append(
            "### Targets\n\n"
            + markdown_table(["target", "measured", "bound", ""], target_rows(report["targets"]))
        )
    return "\n\n".join(parts) + "\n"
