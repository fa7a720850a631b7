"""Results of `forktrace validate` for recordings, and the study's figures from them."""
import json
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Replay:
    """One recording, with one policy and one level of evidence. Rates are in percent."""
    recording: str
    policy: str
    evidence: str
    forks: int
    predicted: float
    kernel: float
    confusion: tuple  # forks: hits replayed as hits, misses as misses, misses as hits, hits as misses


def validate(forktrace, recordings, *options, evidence="all"):
    """Replays of recordings that contain the kernel's own results. They use all stock events and, if recorded, the callbacks of stacks."""
    command = [forktrace, "validate", *map(str, recordings), *options, "--evidence", evidence, "--json"]
    for row in json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)["results"]:
        if row["evidence"] in ("standard", "callbacks"):
            counts = (row["confusion"][key] for key in ("true_hits", "true_misses", "false_hits", "false_misses"))
            yield Replay(row["trace"], row["policy"], row["evidence"], row["forks"], 100 * row["predicted_hit_rate"],
                         100 * row["true_hit_rate"], tuple(counts))


def totals(replays):
    return tuple(map(sum, zip(*(replay.confusion for replay in replays))))


def agreement(replays):
    """Share of forks with the right result, in percent."""
    hits, misses, false_hits, false_misses = totals(replays)
    return 100 * (hits + misses) / (hits + misses + false_hits + false_misses)


def balanced(replays):
    """Mean of the shares of hits and of misses with the right result, in percent; None if the kernel had only hits or only misses."""
    hits, misses, false_hits, false_misses = totals(replays)
    if hits + false_misses == 0 or misses + false_hits == 0:
        return None
    return 50 * (hits / (hits + false_misses) + misses / (misses + false_hits))


def best_constant(replays):
    """Agreement of the better of "always a hit" and "always a miss", in percent."""
    hits, misses, false_hits, false_misses = totals(replays)
    return 100 * max(hits + false_misses, misses + false_hits) / (hits + misses + false_hits + false_misses)


def number(value, digits=2):
    return "-" if value is None else f"{value:.{digits}f}"


def write_rows(path, columns, rows):
    path.write_text("".join("\t".join(map(str, row)) + "\n" for row in [columns, *rows]))


def read_rows(path):
    header, *rows = [line.split("\t") for line in path.read_text().splitlines()]
    return [dict(zip(header, row)) for row in rows]
