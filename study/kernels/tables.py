#!/usr/bin/env python3
"""Compares replays with the kernels that run.sh built, and writes the tables.

    tables.py --recordings DIR [--forktrace PATH]    replays the recordings; writes study/results/table-a.tsv and table-b.tsv
    tables.py --document                                writes both tables and the chart into docs/counterfactual.md

Table A: each kernel's own policy, replayed on the recordings of that kernel, fork by fork.
Table B: the policy replayed on recordings of the stock kernel, against the hit rate of the kernel that was built.
"""
import argparse
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from statistics import fmean, stdev

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from document import markdown, write_parts  # noqa: E402
from paired import interval, verdict  # noqa: E402
from replays import agreement, balanced, number, read_rows, validate, write_rows  # noqa: E402
from variants import KERNELS  # noqa: E402

RESULTS = HERE.parent / "results"
DOCUMENT = HERE.parent.parent / "docs" / "counterfactual.md"
LIMIT_POINTS = 2.0
FREE = "threads"  # the load whose tasks are placed by the scheduler: its pairs share only the program
MACHINES = {  # in the order of the tables, with the options for a replay
    "plain": ["--topology", "0-1:0"],
    "slow-rcu": ["--topology", "0-3:0", "--rcu-model", "gp=1s"],
    "numa": ["--topology", "0:0,1:1"],
}
A_COLUMNS = ("machine kernel load policy recordings forks forks_per_grace_period kernel_hit_pct predicted_hit_pct hit_error_points "
             "agreement_pct balanced_pct balanced_with_callbacks_pct").split()
B_COLUMNS = ("machine kernel load policy pairs stock_hit_pct stock_forks_per_grace_period built_forks_per_grace_period predicted_pct predicted_sd "
             "built_pct built_sd difference_points low_points high_points verdict").split()


def replays_of(folder, machine, policies, forktrace, evidence="all"):
    """Every recording in a folder with each policy. A policy that is not in the catalogue has a C# file here."""
    plugins = [word for policy in policies for path in [HERE / (policy.split(":")[0] + ".cs")] if path.exists()
               for word in ("--policy-file", str(path))]
    chosen = [word for policy in policies for word in ("--policy", policy)]
    return list(validate(forktrace, sorted(folder.glob("*.txt.zst")), *plugins, *chosen, *MACHINES[machine],
                         evidence=evidence))


def load_of(recording):
    return recording.rsplit("-", 1)[0]


def read_text(path):
    return subprocess.run(["zstd", "-dcq", str(path)], check=True, stdout=subprocess.PIPE).stdout.decode(errors="replace")


def forks_per_grace_period(text):
    """r x T of one recording: forks per second per forking CPU, times the mean length of a grace period."""
    forks = [(int(cpu), float(time)) for cpu, time in re.findall(r"\[(\d+)\] \S+ +([\d.]+): task_newtask:", text)]
    began, lengths = None, []
    for time, what in re.findall(r" ([\d.]+): rcu_grace_period: \S+ \S+ (start|end)", text):
        if what == "start":
            began = float(time)
        elif began is not None:
            lengths.append(float(time) - began)
            began = None
    cpus = len({cpu for cpu, _ in forks})
    seconds = forks[-1][1] - forks[0][1]
    # Without a complete grace period in the recording, all its forks are in one grace period.
    return len(forks) / cpus / seconds * (fmean(lengths) if lengths else seconds)


def regimes_of(folder):
    """Each load with its mean number of forks per grace period."""
    values = defaultdict(list)
    for path in folder.glob("*.txt.zst"):
        values[load_of(path.name)].append(forks_per_grace_period(read_text(path)))
    return {load: fmean(of_load) for load, of_load in values.items()}


def by_load(replays, policy, evidence):
    groups = defaultdict(list)
    for replay in replays:
        if (replay.policy, replay.evidence) == (policy, evidence):
            groups[load_of(replay.recording)].append(replay)
    return groups


def deviation(values):
    return number(stdev(values) if len(values) > 1 else None)


def row_a(replays, callbacks, regime):
    measured, told = fmean(replay.kernel for replay in replays), fmean(replay.predicted for replay in replays)
    return (len(replays), sum(replay.forks for replay in replays), number(regime, 1), number(measured), number(told), number(told - measured),
            number(agreement(replays)), number(balanced(replays)), number(balanced(callbacks) if callbacks else None))


def row_b(stock, built, stock_regime, regime):
    """Pairs are recordings with the same name: the same load and seed on the two kernels."""
    measured_by_name = {replay.recording: replay.kernel for replay in built}
    pairs = [replay for replay in stock if replay.recording in measured_by_name]
    told = [replay.predicted for replay in pairs]
    measured = [measured_by_name[replay.recording] for replay in pairs]
    ends = interval([one - other for one, other in zip(told, measured)])
    difference, low, high = (None if end is None else round(end, 2) for end in ends)
    return (len(pairs), number(fmean(replay.kernel for replay in pairs)), number(stock_regime, 1), number(regime, 1),
            number(fmean(told)), deviation(told), number(fmean(measured)), deviation(measured), number(difference), number(low), number(high),
            verdict(low, high, LIMIT_POINTS))


def write_tables(recordings, forktrace):
    a_rows, b_rows = [], []
    for machine in MACHINES:
        folders = {name: recordings / machine / name for name in KERNELS if list((recordings / machine / name).glob("*.txt.zst"))}
        policies = [KERNELS[name].policy for name in folders]
        stock = replays_of(folders["stock"], machine, policies, forktrace, "standard") if "stock" in folders else []
        stock_regimes = regimes_of(folders["stock"]) if "stock" in folders else {}
        for (kernel, folder), policy in zip(folders.items(), policies):
            own = replays_of(folder, machine, [policy], forktrace)
            regimes = regimes_of(folder)
            predicted, callbacks = by_load(stock, policy, "standard"), by_load(own, policy, "callbacks")
            for load, replays in sorted(by_load(own, policy, "standard").items()):
                key = (machine, kernel, load, policy)
                a_rows.append(key + row_a(replays, callbacks[load], regimes[load]))
                if kernel != "stock" and predicted[load]:
                    b_rows.append(key + row_b(predicted[load], replays, stock_regimes[load], regimes[load]))
    write_rows(RESULTS / "table-a.tsv", A_COLUMNS, a_rows)
    write_rows(RESULTS / "table-b.tsv", B_COLUMNS, b_rows)


def table_a(rows):
    """One line per machine and kernel, over its loads, with the name of the load with the lowest agreement."""
    groups = defaultdict(list)
    for row in rows:
        groups[row["machine"], row["kernel"]].append(row)
    lines = []
    for (machine, kernel), loads in groups.items():
        both = [row for row in loads if row["balanced_pct"] != "-"]
        worst = min(both, key=lambda row: float(row["balanced_pct"]), default=None)
        farthest = max(loads, key=lambda row: abs(float(row["hit_error_points"])))
        regimes = [float(row["forks_per_grace_period"]) for row in loads]
        callbacks = [float(row["balanced_with_callbacks_pct"]) for row in both if row["balanced_with_callbacks_pct"] != "-"]
        lines.append((machine, f"`{kernel}`", f"`{loads[0]['policy']}`", str(sum(int(row["forks"]) for row in loads)),
                      f"{min(regimes):.1f} to {max(regimes):.1f}",
                      number(fmean(float(row["balanced_pct"]) for row in both) if both else None),
                      f"{worst['balanced_pct']} ({worst['load']})" if worst else "-",
                      number(min(callbacks) if callbacks else None),
                      f"{float(farthest['hit_error_points']):+.2f} ({farthest['load']})"))
    return markdown((("machine", False), ("kernel", False), ("policy", False), ("forks", True), ("forks per grace period", True),
                     ("balanced agreement, mean of loads", True), ("lowest", True), ("lowest, callbacks observed", True),
                     ("largest hit-rate error", True)), lines)


def table_b(rows):
    return markdown((("machine", False), ("kernel", False), ("load", False), ("forks per grace period, stock / built", True),
                     ("stock hits %", True), ("predicted %", True), ("built %", True),
                     ("predicted - built, 95 % interval", True), ("verdict", False)),
                    [(row["machine"], f"`{row['kernel']}`", row["load"],
                      f"{row['stock_forks_per_grace_period']} / {row['built_forks_per_grace_period']}", row["stock_hit_pct"], row["predicted_pct"],
                      row["built_pct"],
                      f"{float(row['difference_points']):+.2f}" + ("" if row["low_points"] == "-" else
                      f" ({float(row['low_points']):+.2f} to {float(row['high_points']):+.2f})"), row["verdict"]) for row in rows])


def chart(rows, load="prefork", machine="plain"):
    """A Mermaid chart. Bars are the built kernels; the line is the prediction for them."""
    chosen = [row for row in rows if row["load"] == load and row["machine"] == machine]
    return "\n".join(("```mermaid", "xychart-beta", f'    title "{load}, {machine}: hit rate of the built kernel (bars), predicted (line)"',
                      "    x-axis [" + ", ".join(f'"{row["kernel"]}"' for row in chosen) + "]", '    y-axis "hit rate, %" 0 --> 100',
                      "    bar [" + ", ".join(row["built_pct"] for row in chosen) + "]",
                      "    line [" + ", ".join(row["predicted_pct"] for row in chosen) + "]", "```"))


def summary(a_rows, all_b_rows):
    b_rows, free = placed(all_b_rows), [row for row in all_b_rows if row["load"] == FREE]
    counts = {word: sum(row["verdict"] == word for row in b_rows) for word in ("holds", "undecided", "fails")}
    differences = [float(row["difference_points"]) for row in b_rows]
    both = [row for row in a_rows if row["balanced_pct"] != "-"]
    good = sum(float(row["balanced_pct"]) >= 99 for row in both)
    near = sum(abs(float(row["hit_error_points"])) <= 1 for row in a_rows)
    return (f"Table A: {good} of {len(both)} rows have a balanced agreement of at least 99 %; in {near} of {len(a_rows)} the hit rate is within one "
            f"point.\n\nTable B: {counts['holds']} of {len(b_rows)} rows hold, {counts['undecided']} are undecided, {counts['fails']} fail. The mean "
            f"difference of the rows is {fmean(differences):+.2f} points, the largest {max(differences, key=abs):+.2f}. "
            f"Of the {len(free)} rows of `{FREE}`,\nwhich the scheduler places, {sum(row['verdict'] == 'holds' for row in free)} hold, "
            f"{sum(row['verdict'] == 'undecided' for row in free)} are undecided, {sum(row['verdict'] == 'fails' for row in free)} fail.")


def placed(rows):
    return [row for row in rows if row["load"] != FREE]


def seeds_claim(b_rows):
    """The claim of 2016 that a cache filled by RCU rarely hits, tested on a kernel with such a cache."""
    for row in b_rows:
        if (row["machine"], row["kernel"], row["load"]) == ("slow-rcu", "rcu-deferred", "fork"):
            return (f"\n\nWith {row['built_forks_per_grace_period']} forks per grace period (`slow-rcu`, `fork`) the stock kernel hit "
                    f"{row['stock_hit_pct']} %, and the kernel whose stacks come back after a grace period {row['built_pct']} %.\nPredicted from "
                    f"the stock kernel's recordings: {row['predicted_pct']} %.")
    return ""


def write_document():
    a_rows, b_rows = read_rows(RESULTS / "table-a.tsv"), read_rows(RESULTS / "table-b.tsv")
    parts = {"summary": summary(a_rows, b_rows) + seeds_claim(b_rows), "table-a": table_a(a_rows), "chart": chart(b_rows), "table-b": table_b(placed(b_rows)),
             "table-b-free": table_b([row for row in b_rows if row["load"] == FREE])}
    write_parts(DOCUMENT, parts)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--recordings", type=Path, help="the folder `recordings` in the --work folder of run.sh")
    options.add_argument("--forktrace", default=str(HERE.parent.parent / "eng" / "forktrace"), help="the command that replays")
    options.add_argument("--document", action="store_true", help="write the tables into docs/counterfactual.md")
    chosen = options.parse_args()
    if chosen.recordings:
        write_tables(chosen.recordings, chosen.forktrace)
    if chosen.document:
        write_document()
    if not chosen.recordings and not chosen.document:
        options.error("give --recordings DIR, --document, or both")


if __name__ == "__main__":
    main()
