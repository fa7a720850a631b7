#!/usr/bin/env python3
"""One line per recording of record.sh: how often the replay of the recorded kernel's own policy tells what that kernel did.

    table.py --recordings DIR [--forktrace PATH] [--output FILE]
"""
import argparse
import sys
from pathlib import Path

STUDY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(STUDY))

from replays import agreement, balanced, best_constant, number, validate, write_rows  # noqa: E402

COLUMNS = ("load beside repeat policy evidence forks kernel_hit_pct predicted_hit_pct hit_error_points agreement_pct balanced_pct "
           "best_constant_pct").split()


def rows_of(path, forktrace):
    beside, repeat = path.name.removesuffix(".perf.data").rsplit("-", 1)
    for replay in validate(forktrace, [path]):
        one = [replay]
        yield (path.parent.name, beside, repeat, replay.policy, replay.evidence, replay.forks, number(replay.kernel), number(replay.predicted),
               number(replay.predicted - replay.kernel), number(agreement(one)), number(balanced(one)), number(best_constant(one)))


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--recordings", type=Path, required=True, help="the folder that record.sh --work names")
    options.add_argument("--forktrace", default=str(STUDY.parent / "eng" / "forktrace"))
    options.add_argument("--output", type=Path, default=STUDY / "results" / "loads.tsv")
    chosen = options.parse_args()
    rows = []
    for path in sorted(chosen.recordings.glob("*/*.perf.data")):
        made = list(rows_of(path, chosen.forktrace))
        if not made:
            print(f"table.py: {path} does not hold the kernel's own answer and is left out", file=sys.stderr)
        rows += made
    write_rows(chosen.output, COLUMNS, rows)


if __name__ == "__main__":
    main()
