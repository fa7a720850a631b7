#!/usr/bin/env python3
"""Are two cached stacks per CPU right? Writes the tables of the study from the results database of study.sh, and the document.

    study.py --database DB [--forktrace PATH]    writes study/results/rules.tsv and fork-times.tsv
    study.py --document                          writes the parts and charts of docs/study.md, and study/mail.txt, from these tables
"""
import argparse
import json
import subprocess
from collections import defaultdict
from pathlib import Path
from statistics import fmean

from kernels.paired import interval
from replays import number, write_rows

RESULTS = Path(__file__).resolve().parent / "results"
OWN = "linux-5.18:capacity=2"
CURVE = "linux-5.18"
LEAST = 5
CAUSES = ("cold", "placement", "rcu_delay", "capacity")
POLICY_COLUMNS = ("load beside policy recordings forks hit_pct hit_low hit_high kernel_hit_pct kernel_low kernel_high held_kib held_low held_high "
                  "gain_points gain_low gain_high cold_pct placement_pct rcu_delay_pct capacity_pct").split()
TIME_COLUMNS = ("load beside recordings forks_per_second hit_us miss_us extra_us extra_low extra_high stake_pct stake_low stake_high").split()

RESULTS_QUERY = """
    SELECT label, run, policy, parameters, capacity, allocations AS forks, hit_rate, measured_hit_rate,
        (cached_mean_bytes + waiting_mean_bytes + coalesce(vfree_mean_bytes, 0)) / 1024 AS held_kib,
        misses_cold, misses_placement, misses_rcu_delay, misses_capacity
    FROM history WHERE unmet IS NULL AND allocations > 0
"""
TIMES_QUERY = """
    SELECT label, fork_times.run, kind, outcome, fork_times.forks, mean_ns, p50_ns, (traces.last_ns - traces.first_ns) / 1e9 AS seconds,
        (SELECT max(allocations) FROM results WHERE results.run = fork_times.run) AS all_forks
    FROM fork_times JOIN runs ON runs.id = fork_times.run JOIN traces ON traces.digest = runs.trace_digest
    WHERE measure = 'copy_process'
"""


def ask(forktrace, database, query):
    return json.loads(subprocess.run([forktrace, "query", str(database), query, "--json"], check=True, stdout=subprocess.PIPE).stdout)


def name_of(row):
    return f"{row['policy']}:capacity={row['capacity']}" if row["policy"] == CURVE else row["policy"]


def on_curve(curve, kib):
    """The best hit rate that the recorded kernel's rule reaches with the same memory. Only capacities count that no other one beats in both
    hit rate and memory; between two of them the value is interpolated. Below all of them, it is that of the capacity with the least memory."""
    best = []
    for held, hits in sorted(curve):
        if not best or hits > best[-1][1]:
            best.append((held, hits))
    if kib <= best[0][0]:
        return best[0][1]
    for (low, hits_low), (high, hits_high) in zip(best, best[1:]):
        if kib <= high:
            return hits_low + (hits_high - hits_low) * (kib - low) / (high - low)
    return best[-1][1]


def spread(values, digits=2):
    """The mean and its 95 % interval, as text."""
    return [number(value, digits) for value in interval(values)]


def policy_rows(results):
    runs = defaultdict(dict)
    for row in results:
        runs[row["label"], row["run"]][name_of(row)] = row
    cells = defaultdict(list)
    for (label, _), by_name in runs.items():
        curve = [(row["held_kib"], 100 * row["hit_rate"]) for name, row in by_name.items() if name.startswith(CURVE + ":")]
        for name, row in by_name.items():
            cells[label, name].append((row, 100 * row["hit_rate"] - on_curve(curve, row["held_kib"])))
    for (label, name), found in sorted(cells.items()):
        load, beside = label.split("/")
        rows = [row for row, _ in found]
        measured = [100 * row["measured_hit_rate"] for row in rows if row["measured_hit_rate"] is not None]
        causes = [number(fmean(100 * row[f"misses_{cause}"] / row["forks"] for row in rows)) for cause in CAUSES]
        yield (load, beside, name, len(rows), number(fmean(row["forks"] for row in rows), 0), *spread([100 * row["hit_rate"] for row in rows]),
               *(spread(measured) if measured else ["-"] * 3), *spread([row["held_kib"] for row in rows], 1),
               *spread([gain for _, gain in found]), *causes)


def times_of(rows):
    """For one recording: forks per second, times of hits and misses, the extra time of a miss, and the share of copy_process that misses add.
    Hits and misses are compared only among threads and among vforks, which share their parent's memory. The time of other forks depends mostly
    on the amount of memory to copy. A kind with fewer than five hits or misses is not used."""
    kinds = defaultdict(dict)
    for row in rows:
        kinds[row["kind"]][row["outcome"]] = row
    both = [(kind["hit"], kind["miss"]) for name, kind in kinds.items() if name in ("thread", "vfork") and {"hit", "miss"} <= kind.keys()]
    both = [(hit, miss) for hit, miss in both if min(hit["forks"], miss["forks"]) >= LEAST]
    weight = sum(miss["forks"] for _, miss in both)
    if not weight:
        return None
    hit_us, miss_us = (sum(pair[1]["forks"] * pair[place]["p50_ns"] for pair in both) / weight / 1e3 for place in (0, 1))
    misses = sum(row["forks"] for row in rows if row["outcome"] == "miss")
    total_us = sum(row["forks"] * row["mean_ns"] for row in rows) / 1e3
    return rows[0]["all_forks"] / rows[0]["seconds"], hit_us, miss_us, miss_us - hit_us, 100 * misses * (miss_us - hit_us) / total_us


def time_rows(times):
    runs = defaultdict(list)
    for row in times:
        runs[row["label"], row["run"]].append(row)
    labels = defaultdict(list)
    for (label, _), rows in runs.items():
        if (found := times_of(rows)) is not None:
            labels[label].append(found)
    for label, found in sorted(labels.items()):
        rates, hits, misses, extra, stakes = zip(*found)
        yield (*label.split("/"), len(found), number(fmean(rates), 0), number(fmean(hits)), number(fmean(misses)), *spread(extra), *spread(stakes))


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--database", type=Path, help="the database that study.sh wrote")
    options.add_argument("--forktrace", default=str(RESULTS.parent.parent / "eng" / "forktrace"), help="the command that queries the database")
    options.add_argument("--document", action="store_true", help="write docs/study.md and study/mail.txt from the tables")
    chosen = options.parse_args()
    if chosen.database:
        write_rows(RESULTS / "rules.tsv", POLICY_COLUMNS, policy_rows(ask(chosen.forktrace, chosen.database, RESULTS_QUERY)))
        write_rows(RESULTS / "fork-times.tsv", TIME_COLUMNS, time_rows(ask(chosen.forktrace, chosen.database, TIMES_QUERY)))
    if chosen.document:
        from paper import write_document
        write_document()
    if not chosen.database and not chosen.document:
        options.error("give --database DB, --document, or both")


if __name__ == "__main__":
    main()
