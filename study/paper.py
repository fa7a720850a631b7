"""Writes docs/study.md and study/mail.txt: the text of the study, with figures from the tables in study/results."""
import textwrap
from pathlib import Path
from statistics import fmean

from document import markdown, write_parts
from kernels.paired import interval
from replays import read_rows

STUDY = Path(__file__).resolve().parent
RESULTS = STUDY / "results"
DOCUMENT = STUDY.parent / "docs" / "study.md"
CHARTS = DOCUMENT.parent / "study"
OWN = "linux-5.18:capacity=2"
QUIET = "nothing"
CAPACITIES = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
RULES = {  # their names in the text
    "linux-4.9": "4.9's rule: no second chance",
    "rcu-cache": "stacks come back after a grace period",
    "parent-return": "stacks go back to the forking CPU",
    "adaptive": "the limit follows demand",
    "budget": "one budget for the machine, shared by demand",
    "ttl": "16 slots, unused ones freed after a second",
    "refill": "a worker refills two slots",
    "sheaf": "sheaves of two and a barn",
    "magazine": "two slots and a depot for each node",
    "node-shared": "one pool for each node",
}
CAUSES = {"cold": "no stack yet", "placement": "freed on the other CPU", "rcu_delay": "waiting for RCU", "capacity": "dropped for lack of room"}


def of(text):
    return None if text == "-" else float(text)


class Tables:
    """The tables, by load."""

    def __init__(self):
        self.policies = {(row["load"], row["beside"], row["policy"]): row for row in read_rows(RESULTS / "rules.tsv")}
        self.times = {(row["load"], row["beside"]): row for row in read_rows(RESULTS / "fork-times.tsv")}
        own = [row for row in self.policies.values() if (row["beside"], row["policy"]) == (QUIET, OWN)]
        self.beside = next(beside for beside in ("other-work", "stress", QUIET) if any(key[1] == beside for key in self.policies))
        self.loads = [row["load"] for row in sorted(own, key=lambda row: of(row["kernel_hit_pct"]))]
        self.recordings = sum(int(row["recordings"]) for row in self.policies.values() if row["policy"] == OWN)
        self.forks = sum(int(row["recordings"]) * int(row["forks"]) for row in self.policies.values() if row["policy"] == OWN)

    def value(self, load, policy, column, beside=QUIET):
        row = self.policies.get((load, beside, policy))
        return None if row is None else of(row[column])

    def values(self, policy, column, beside=QUIET):
        return [self.value(load, policy, column, beside) for load in self.loads]

    def gain(self, policy, column="hit_pct", beside=QUIET):
        """By load: the policy's figure minus that of the kernel's own rule."""
        return [one - own for one, own in zip(self.values(policy, column, beside), self.values(OWN, column, beside))]

    def extra(self, beside=QUIET):
        return [of(self.times[load, beside]["extra_us"]) for load in self.loads if (load, beside) in self.times]

    def stake(self, beside=QUIET):
        return {load: tuple(of(self.times[load, beside][f"stake_{end}"]) for end in ("pct", "low", "high")) for load in self.loads
                if (load, beside) in self.times}


def ranged(values, unit="", digits=1, sign=False, least=None):
    """The mean over loads, with its 95 % interval over loads."""
    mean, low, high = interval(values)
    if least is not None:
        low = max(low, least)
    show = f"{{:{'+' if sign else ''}.{digits}f}}"
    return f"{show.format(mean)}{unit} ({show.format(low)} to {show.format(high)})"


def filled(text):
    return textwrap.fill(text, 140, break_long_words=False, break_on_hyphens=False)


def answer(tables):
    own, built = tables.values(OWN, "kernel_hit_pct"), [row for row in read_rows(RESULTS / "table-b.tsv") if row["load"] != "threads"]
    small = [load for load, gain in zip(tables.loads, tables.gain("linux-5.18:capacity=16")) if gain < 2]
    stakes = tables.stake()
    sure = [mean for mean, low, _ in stakes.values() if low > 0]
    return filled(
        f"On a machine of two CPUs, two cached stacks per CPU served {ranged(own, ' %')} of all forks, as a mean over {len(tables.loads)} everyday loads. "
        f"The lowest share is {min(own):.0f} % ({tables.loads[0]}), the highest {max(own):.0f} % ({tables.loads[-1]}). For {len(small)} of the {len(own)} loads "
        f"more slots do not help: sixteen would serve less than 2 points more. Over all loads, four slots would change the mean by "
        f"{ranged(tables.gain('linux-5.18:capacity=4'), ' points', sign=True)}, and sixteen by "
        f"{ranged(tables.gain('linux-5.18:capacity=16'), ' points', sign=True)}. One pool of the same four stacks, used by both CPUs, would change it by "
        f"{ranged(tables.gain('node-shared'), ' points', sign=True)}, and the memory that it holds by "
        f"{ranged(tables.gain('node-shared', 'held_kib'), ' KiB', digits=0, sign=True)} (without the cost of its lock). Little time is at stake. "
        f"It can be measured in {len(stakes)} loads. In {len(sure)} of them, misses make copy_process longer by more than noise: by {min(sure):.1f} to "
        f"{max(sure):.1f} % of its time. Intervals are 95 %, over loads.") + "\n\n" + filled(
        f"Kernels were built to check such replays: {sum(row['verdict'] == 'holds' for row in built)} of {len(built)} predictions "
        f"hold within 2 points, {sum(row['verdict'] == 'fails' for row in built)} fail, {sum(row['verdict'] == 'undecided' for row in built)} need more "
        f"repeats ([counterfactual](counterfactual.md)).")


def today(tables):
    quiet, busy = tables.values(OWN, "kernel_hit_pct"), tables.values(OWN, "kernel_hit_pct", tables.beside)
    both = [other - one for one, other in zip(quiet, busy) if other is not None]
    causes = {cause: [value for value in tables.values(OWN, f"{cause}_pct")] for cause in CAUSES}
    words = "; ".join(f"{CAUSES[cause]} {ranged(values, least=0)}" for cause, values in causes.items())
    return filled(f"Beside other work, the hit rate of the same loads differs by {ranged(both, ' points', sign=True)}. Misses by cause, in percent of all forks: {words}.")


def sizes(tables):
    rows = []
    for capacity in CAPACITIES[1:]:
        name = f"linux-5.18:capacity={capacity}"
        rows.append((str(capacity), ranged(tables.values(name, "hit_pct")), "" if capacity == 2 else ranged(tables.gain(name), sign=True),
                     ranged(tables.values(name, "held_kib"), digits=0)))
    return markdown((("slots per CPU", True), ("hit rate, %", True), ("against two, points", True), ("held for dead tasks, KiB", True)), rows)


def rules(tables):
    rows = [(f"`{name}`", words, ranged(tables.values(name, "hit_pct")), ranged(tables.values(name, "held_kib"), digits=0),
             ranged(tables.values(name, "gain_points"), sign=True)) for name, words in RULES.items()]
    return markdown((("policy", False), ("what it does", False), ("hit rate, %", True), ("held, KiB", True), ("at equal memory, points", True)), rows)


def loads(tables):
    rows = []
    for load in tables.loads:
        row, time = tables.policies[load, QUIET, OWN], tables.times.get((load, QUIET))
        rows.append((load, row["forks"], f"{of(row['kernel_hit_pct']):.1f} ({of(row['kernel_low']):.1f} to {of(row['kernel_high']):.1f})",
                     *(f"{tables.value(load, name, 'hit_pct'):.1f}" for name in
                       ("linux-5.18:capacity=4", "linux-5.18:capacity=16", "node-shared", "refill")),
                     f"{of(time['extra_us']):.1f} ({of(time['extra_low']):.1f} to {of(time['extra_high']):.1f})" if time else "-",
                     f"{of(time['stake_pct']):.1f} ({of(time['stake_low']):.1f} to {of(time['stake_high']):.1f})" if time else "-"))
    return markdown((("load", False), ("forks", True), ("kernel's hit rate, %", True), ("4 slots", True), ("16 slots", True), ("pool", True),
                     ("refill", True), ("a miss takes more, us", True), ("at stake, % of copy_process", True)), rows)


def right(tables):
    gains = dict(zip(tables.loads, tables.gain("linux-5.18:capacity=16")))
    enough = sorted((load for load, gain in gains.items() if gain < 2), key=gains.get)
    short = sorted((load for load, gain in gains.items() if gain >= 10), key=gains.get, reverse=True)
    pool = dict(zip(tables.loads, tables.gain("node-shared")))
    return filled(
        f"**More slots do not help** (16 add less than 2 points; dotnet-build forks all of its 31 tasks before one has died): {', '.join(enough) or 'none'}. **Too few** (16 slots add 10 points or more): "
        f"{', '.join(f'{load} {gains[load]:+.0f}' for load in short) or 'none'}. The pool of equal size adds 10 points or more in "
        f"{sum(gain >= 10 for gain in pool.values())} loads, and loses more than a point in "
        f"{', '.join(f'{load} ({gain:+.1f})' for load, gain in pool.items() if gain < -1) or 'none'}.")


def draw(tables):
    import matplotlib
    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "forktrace", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
    from matplotlib import pyplot

    def chart(name, height=4.2):
        figure, axes = pyplot.subplots(figsize=(7.5, height))

        def save():
            figure.tight_layout()
            figure.savefig(CHARTS / f"{name}.svg", metadata={"Date": None, "Creator": None})
            pyplot.close(figure)
        return axes, save

    CHARTS.mkdir(exist_ok=True)
    places = range(len(tables.loads))

    axes, save = chart("today")
    for beside, marker, offset in ((QUIET, "o", 0.15), (tables.beside, "s", -0.15)):
        ends = [[tables.value(load, OWN, f"kernel_{end}", beside) for load in tables.loads] for end in ("hit_pct", "low", "high")]
        axes.errorbar(ends[0], [place + offset for place in places], fmt=marker, markersize=4, linewidth=1,
                      xerr=[[a - b for a, b in zip(ends[0], ends[1])], [b - a for a, b in zip(ends[0], ends[2])]],
                      label="alone" if beside == QUIET else "beside other work")
    axes.set(yticks=list(places), yticklabels=tables.loads, xlabel="the kernel's own hit rate, % of forks (mean and 95 % interval)", xlim=(0, 100))
    axes.legend(frameon=False)
    save()

    axes, save = chart("misses")
    left = [0.0] * len(tables.loads)
    for cause, words in CAUSES.items():
        widths = tables.values(OWN, f"{cause}_pct")
        axes.barh(list(places), widths, left=left, label=words)
        left = [one + other for one, other in zip(left, widths)]
    axes.set(yticks=list(places), yticklabels=tables.loads, xlabel="misses, % of forks, two slots per CPU, replayed (alone)", xlim=(0, 100))
    axes.legend(frameon=False)
    save()

    axes, save = chart("capacity", 3.6)
    for load in tables.loads:
        axes.plot(CAPACITIES, [tables.value(load, f"linux-5.18:capacity={capacity}", "hit_pct") for capacity in CAPACITIES], linewidth=0.7, color="0.7")
    means = [interval(tables.values(f"linux-5.18:capacity={capacity}", "hit_pct")) for capacity in CAPACITIES]
    axes.errorbar(CAPACITIES, [mean for mean, _, _ in means], yerr=[[m - low for m, low, _ in means], [high - m for m, _, high in means]],
                  linewidth=1.8, label="mean of loads, 95 % interval over loads")
    axes.set(xscale="symlog", xticks=CAPACITIES, xticklabels=CAPACITIES, xlabel="slots per CPU (each grey line is a load, alone)", ylabel="hit rate, %")
    axes.minorticks_off()
    axes.legend(frameon=False, loc="lower right")
    save()

    axes, save = chart("rules", 3.6)
    for place, name in enumerate(RULES):
        gains = tables.values(name, "gain_points")
        mean, low, high = interval(gains)
        axes.plot(gains, [place] * len(gains), "o", markersize=3, color="0.7")
        axes.errorbar([mean], [place], xerr=[[mean - low], [high - mean]], fmt="o", markersize=5, color="C0")
    axes.axvline(0, linewidth=0.8, color="0.4")
    axes.set(yticks=range(len(RULES)), yticklabels=list(RULES), xlabel="hit rate less that of today's rule at equal memory, points (each grey dot is a load)")
    save()

    axes, save = chart("stake")
    stakes = tables.stake()
    shown = [load for load in tables.loads if load in stakes]
    means = [stakes[load] for load in shown]
    axes.errorbar([mean for mean, _, _ in means], range(len(shown)), fmt="o", markersize=4, linewidth=1,
                  xerr=[[mean - low for mean, low, _ in means], [high - mean for mean, _, high in means]])
    axes.set(yticks=range(len(shown)), yticklabels=shown, xlabel="time that misses add, % of all time in copy_process, measured (alone)")
    axes.axvline(0, linewidth=0.8, color="0.4")
    save()


def mail(tables, parts):
    """The same text as a mail: no markup, 72 columns, a table in ASCII."""
    def words(text):
        plain = text.replace("**", "").replace("`", "").replace("[counterfactual](counterfactual.md)", "docs/counterfactual.md")
        return "\n\n".join(textwrap.fill(" ".join(part.split()), 72, break_on_hyphens=False) for part in plain.split("\n\n"))

    lines = ["load              hits %  4 slots  16 slots   pool  miss +us  stake %"]
    for load in tables.loads:
        time = tables.times.get((load, QUIET))
        hits, four, sixteen, pool = (tables.value(load, name, column) for name, column in (
            (OWN, "kernel_hit_pct"), ("linux-5.18:capacity=4", "hit_pct"), ("linux-5.18:capacity=16", "hit_pct"), ("node-shared", "hit_pct")))
        extra, stake = (f"{of(time[name]):.1f}" if time else "-" for name in ("extra_us", "stake_pct"))
        lines.append(f"{load:17} {hits:6.1f} {four:8.1f} {sixteen:9.1f} {pool:6.1f} {extra:>9} {stake:>8}")
    return f"""\
Subject: Are two cached thread stacks per CPU right? Measured on {len(tables.loads)} loads

Hi,

{words(parts['answer'])}

{words(f"How it was done: {tables.recordings} recordings of {len(tables.loads)} loads ({tables.forks:,} forks) on a virtual x86-64 machine of two CPUs with kernel 6.18, five alone and five beside other work. Hits and misses of today's rule are the kernel's own events (vmalloc:alloc_vmap_area); everything else is a replay of the same recordings.")}

{words(parts['today'])}

"hits" is the kernel's own rate; "4 slots", "16 slots" and "pool" (one
pool of as many stacks for both CPUs) are replayed; "miss +us" is how
much longer copy_process takes for a miss, and "stake" is the time that
misses add, in percent of all time in copy_process:

{chr(10).join(lines)}

{words(parts['right'])}

This does not tell about larger machines, several memory nodes,
contention for a shared pool, or what tasks would do if forks were
faster.

Tables, intervals and commands: docs/study.md of ForkTrace.
"""


def write_document():
    tables = Tables()
    parts = {"answer": answer(tables), "today": today(tables), "sizes": sizes(tables), "rules": rules(tables), "right": right(tables),
             "loads": loads(tables)}
    write_parts(DOCUMENT, parts)
    draw(tables)
    (STUDY / "mail.txt").write_text(mail(tables, parts))
