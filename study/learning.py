#!/usr/bin/env python3
"""Writes the tables of docs/learning.md.

    learning.py splits --loads DIR --kernels DIR      write study/splits.tsv: the recordings, and for what each is used
  learning.py files --loads DIR --kernels DIR       print the paths of the recordings of study/splits.tsv
  learning.py document                              write the tables of docs/learning.md from study/results
"""
import argparse
import hashlib
from collections import Counter
from pathlib import Path

from document import markdown, write_parts
from replays import read_rows

STUDY = Path(__file__).resolve().parent
SPLITS = STUDY / "splits.tsv"
RESULTS = STUDY / "results"
DOCUMENT = STUDY.parent / "docs" / "learning.md"
FOLDS = 5
# The repeats that are used. More repeats of a load add little information, at the same cost.
NATIVE = ["nothing-1", "nothing-2", "other-work-1"]
GUESTS = {"plain": "guest, 2 CPUs", "numa": "guest, 2 nodes", "slow-rcu": "guest, 4 CPUs, slow RCU",
          "cpus-1": "guest, 1 CPU", "cpus-4": "guest, 4 CPUs", "cpus-8": "guest, 8 CPUs"}
SEEDS = [1, 2]


def recordings(loads, kernels):
    """The existing recordings: end of the path, load, machine."""
    for load in sorted(path.stem for path in (STUDY / "loads").glob("*.sh")):
        for repeat in NATIVE:
            if (loads / load / f"{repeat}.perf.data").exists():
                yield f"{load}/{repeat}.perf.data", load, "native, 2 CPUs"
    for machine, name in GUESTS.items():
        for load in ("burst", "fork", "prefork", "threads"):
            for seed in SEEDS:
                if (kernels / "recordings" / machine / "stock" / f"{load}-{seed}.txt.zst").exists():
                    yield f"{machine}/stock/{load}-{seed}.txt.zst", f"guest {load}", name


def write_splits(options):
    rows = list(recordings(options.loads, options.kernels))
    # Ordered by a digest of the name, so that the splits are not chosen by hand.
    names = sorted({load for _, load, _ in rows}, key=lambda load: hashlib.sha256(load.encode()).hexdigest())
    lines = ["recording\tload\tmachine\tfold"]
    lines += [f"{recording}\t{load}\t{machine}\t{names.index(load) % FOLDS}" for recording, load, machine in rows]
    SPLITS.write_text("\n".join(lines) + "\n")


def print_files(options):
    for line in SPLITS.read_text().splitlines()[1:]:
        recording = line.split("\t")[0]
        print(options.loads / recording if recording.endswith(".perf.data") else options.kernels / "recordings" / recording)


def interval(row, value, low, high):
    return "-" if row[value] == "-" else f"{row[value]} ({row[low]} to {row[high]})"


def corpus():
    rows = read_rows(SPLITS)
    loads = {machine: {row["load"] for row in rows if row["machine"] == machine} for machine in Counter(row["machine"] for row in rows)}
    counts = Counter(row["machine"] for row in rows)
    return markdown([("machine", False), ("loads", True), ("recordings", True)],
                    [(machine, str(len(loads[machine])), str(counts[machine])) for machine in loads])


def forecasts():
    columns = [("window, ms", True), ("forecast", False), ("loss, bits (95 %)", True), ("gain, % (95 %)", True)]
    return markdown(columns, [(f"{int(row['window_ns']) / 1e6:.2f}", row["forecast"], interval(row, "loss_bits", "low", "high"),
                               interval(row, "gain_pct", "gain_low", "gain_high")) for row in read_rows(RESULTS / "forecasts.tsv")])


def policies():
    columns = [("left out", False), ("memory", True), ("policy", False), ("hit rate, % (95 %)", True), ("bound, %", True),
               ("learned won, % (95 %)", True)]

    def won(row):
        return "" if row["policy"] in ("learned", "refill") else interval(row, "learned_won_pct", "won_low", "won_high")

    return markdown(columns, [(row["split"], row["memory"], f"`{row['policy']}`", interval(row, "hit_pct", "low", "high"), row["bound_pct"], won(row))
                              for row in read_rows(RESULTS / "policies.tsv")])


def picks():
    columns = [("judged on", False), ("picked by", False), ("picks", True), ("variance covered, % (95 %)", True),
               ("clusters ahead, points (95 %)", True)]

    def ahead(row):
        return "" if row["picked_by"] == "clusters" else interval(row, "clusters_ahead_points", "ahead_low", "ahead_high")

    return markdown(columns, [(row["judged_on"], row["picked_by"], row["picks"], interval(row, "covered_pct", "low", "high"), ahead(row))
                              for row in read_rows(RESULTS / "picks.tsv")])


def write_document(_):
    write_parts(DOCUMENT, {"corpus": corpus(), "forecasts": forecasts(), "policies": policies(), "picks": picks()})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["splits", "files", "document"])
    parser.add_argument("--loads", type=Path, help="the --work folder of study/record.sh")
    parser.add_argument("--kernels", type=Path, help="the --work folder of study/kernels/run.sh")
    arguments = parser.parse_args()
    {"splits": write_splits, "files": print_files, "document": write_document}[arguments.action](arguments)
