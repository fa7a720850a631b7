#!/usr/bin/env python3
"""Tables of docs/learning.md.

  learning.py splits --loads DIR --kernels DIR      write study/splits.tsv: which recordings there are, and on which side each stands
  learning.py files --loads DIR --kernels DIR       print the paths of the recordings of study/splits.tsv
  learning.py document                              write the tables of docs/learning.md from study/results
"""
import argparse
import hashlib
from pathlib import Path

STUDY = Path(__file__).resolve().parent
SPLITS = STUDY / "splits.tsv"
FOLDS = 5
# Repeats that are used: more of the same load say little more, and cost as much.
NATIVE = ["nothing-1", "nothing-2", "other-work-1"]
GUESTS = {"plain": "guest, 2 CPUs", "numa": "guest, 2 nodes", "slow-rcu": "guest, 4 CPUs, slow RCU",
          "cpus-1": "guest, 1 CPU", "cpus-4": "guest, 4 CPUs", "cpus-8": "guest, 8 CPUs"}
SEEDS = [1, 2]


def recordings(loads, kernels):
    """What there is: the end of a path, the load, the machine."""
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
    # By a digest of the name: nobody chose who stands with whom.
    names = sorted({load for _, load, _ in rows}, key=lambda load: hashlib.sha256(load.encode()).hexdigest())
    lines = ["recording\tload\tmachine\tfold"]
    lines += [f"{recording}\t{load}\t{machine}\t{names.index(load) % FOLDS}" for recording, load, machine in rows]
    SPLITS.write_text("\n".join(lines) + "\n")


def print_files(options):
    for line in SPLITS.read_text().splitlines()[1:]:
        recording = line.split("\t")[0]
        print(options.loads / recording if recording.endswith(".perf.data") else options.kernels / "recordings" / recording)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["splits", "files", "document"])
    parser.add_argument("--loads", type=Path, help="folder that study/record.sh --work had")
    parser.add_argument("--kernels", type=Path, help="folder that study/kernels/run.sh --work had")
    arguments = parser.parse_args()
    {"splits": write_splits, "files": print_files}[arguments.action](arguments)
