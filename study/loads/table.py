#!/usr/bin/env python3
"""Writes one line per recording of record.sh: how often the replay with the recorded kernel's own policy agrees with that kernel.

    table.py --recordings DIR [--forktrace PATH] [--output FILE]    one line per recording
    table.py --document                                             one line per load of loads.tsv, into study/README.md
"""
import argparse
import sys
from collections import defaultdict
from pathlib import Path
from statistics import fmean

STUDY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(STUDY))

from document import markdown, write_parts  # noqa: E402
from replays import agreement, balanced, best_constant, number, read_rows, validate, write_rows  # noqa: E402

COLUMNS = ("load beside repeat policy evidence forks kernel_hit_pct predicted_hit_pct hit_error_points agreement_pct balanced_pct "
           "best_constant_pct").split()


def rows_of(path, forktrace):
    beside, repeat = path.name.removesuffix(".perf.data").rsplit("-", 1)
    for replay in validate(forktrace, [path]):
        one = [replay]
        yield (path.parent.name, beside, repeat, replay.policy, replay.evidence, replay.forks, number(replay.kernel), number(replay.predicted),
               number(replay.predicted - replay.kernel), number(agreement(one)), number(balanced(one)), number(best_constant(one)))


def rows_of_all(recordings, forktrace):
    rows = []
    for path in sorted(recordings.glob("*/*.perf.data")):
        made = list(rows_of(path, forktrace))
        if not made:
            print(f"table.py: {path} does not contain the kernel's own results and is left out", file=sys.stderr)
        rows += made
    return rows


def by_load(rows):
    """For each load and other work: means over recordings, the lowest balanced agreement and the largest error of one recording."""
    groups = defaultdict(list)
    for row in rows:
        if row["evidence"] == "standard":
            groups[row["load"], row["beside"]].append(row)

    def mean(of_load, column):
        return fmean(float(row[column]) for row in of_load)

    lines = []
    for (load, beside), of_load in sorted(groups.items()):
        known = [float(row["balanced_pct"]) for row in of_load if row["balanced_pct"] != "-"]
        lines.append((load, beside, str(len(of_load)), number(mean(of_load, "forks"), 0), number(mean(of_load, "kernel_hit_pct"), 1),
                      number(mean(of_load, "predicted_hit_pct"), 1), number(mean(of_load, "agreement_pct"), 1),
                      number(fmean(known) if known else None, 1), number(min(known, default=None), 1), number(mean(of_load, "best_constant_pct"), 1),
                      number(max((float(row["hit_error_points"]) for row in of_load), key=abs))))
    return markdown((("load", False), ("beside", False), ("recordings", True), ("forks", True), ("kernel's hit rate", True), ("predicted", True),
                     ("agreement", True), ("balanced", True), ("lowest balanced", True), ("best constant", True),
                     ("largest hit-rate error", True)), lines)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--recordings", type=Path, help="the --work folder of record.sh")
    options.add_argument("--forktrace", default=str(STUDY.parent / "eng" / "forktrace"))
    options.add_argument("--output", type=Path, default=STUDY / "results" / "loads.tsv")
    options.add_argument("--document", action="store_true", help="write the table of study/README.md")
    chosen = options.parse_args()
    if chosen.recordings:
        write_rows(chosen.output, COLUMNS, rows_of_all(chosen.recordings, chosen.forktrace))
    if chosen.document:
        write_parts(STUDY / "README.md", {"loads": by_load(read_rows(chosen.output))})
    if not chosen.recordings and not chosen.document:
        options.error("give --recordings DIR, --document, or both")


if __name__ == "__main__":
    main()
