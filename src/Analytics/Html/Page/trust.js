// How far to trust the numbers, before any of them.
const gradeMeanings = {
  A: "all that the policy depends on is observed or bounded by events",
  B: "some operations are placed by a neighbouring event, or a few callbacks by a model",
  C: "more than a quarter of the operations of some kind are modelled",
  D: "events were lost: the recording is not all that happened",
};

function trust(trace, cells, data) {
  const made = element("section", { class: "trust" }, element("h3", null, "How far to trust it"));
  const shown = cells.filter((cell) => cell.is_shown);
  for (const [grade, group] of [...groupBy(shown.filter((cell) => cell.unmet === null), (cell) => cell.grade)].sort()) {
    const names = [...new Set(group.map((cell) => cell.policy))].join(", ");
    made.append(element("p", null, badge(grade), ` ${gradeMeanings[grade] ?? ""}: ${names}.`));
  }
  for (const cell of shown.filter((one) => one.unmet !== null)) {
    made.append(element("p", { class: "warn" }, `No answer for ${cell.policy}: ${cell.unmet}.`));
  }
  for (const words of [...new Set(shown.map((cell) => cell.conditions))].filter(Boolean)) {
    const all = shown.every((cell) => cell.conditions === words);
    made.append(element("p", null, `${all ? "All" : "Some"} of it was replayed under `, element("code", null, words), "."));
  }
  made.append(losses(trace, data.losses), ...issues(data.issues), evidence(data.evidence, shown));
  made.append(agreement(data.agreement, trace), ...bracket(shown));
  made.append(element("p", { class: "note" },
    "Times are those of the recording: that a cheaper fork would have come earlier is not replayed. Costs are drawn from the cost model "
    + `${[...new Set(shown.map((cell) => cell.cost_model))].join(", ")}; hits, misses and memory do not depend on it.`));
  return made;
}

function badge(grade, words) {
  return element("span", { class: `badge grade-${grade}` }, words ?? `Grade ${grade}`);
}

function losses(trace, gaps) {
  if (trace.events_lost === 0 && gaps.length === 0) return element("p", { class: "good" }, "Data loss: none.");
  const where = gaps.length === 0 ? "" : ` in ${gaps.length} gap${gaps.length === 1 ? "" : "s"}`;
  const cuts = trace.cut_caches === 0 ? "" : ` ${format.count(trace.cut_caches)} times they hide what a CPU had cached: `
    + "from there its cache is taken to be empty again, or full, as when the recording began.";
  return element("p", { class: "warn" }, `Data loss: ${trace.events_lost > 0 ? format.count(trace.events_lost) : "an unknown number of"} `
    + `events lost${where}. Forks and deaths among them are missing from every number below.${cuts}`);
}

function issues(rows) {
  return rows.map((issue) => element("p", { class: issue.severity === "information" ? "note" : "warn" },
    `${issue.severity.replace("_", " ")}: ${issue.message}${issue.occurrences > 1 ? ` (${format.count(issue.occurrences)} times)` : ""}`));
}

// All policies saw the same operations; between them they use most kinds.
function evidence(rows, cells) {
  const ids = new Set(cells.map((cell) => cell.cell));
  const kinds = groupBy(rows.filter((row) => ids.has(row.cell)), (row) => row.operation);
  const made = element("div", { class: "evidence" });
  for (const [operation, [row]] of kinds) {
    const total = row.observed + row.inferred + row.modelled;
    const parts = ["observed", "inferred", "modelled"].filter((kind) => row[kind] > 0);
    const bar = element("span", { class: "bar", "aria-hidden": "true" }, parts.map((kind) => {
      const part = element("span", { class: kind });
      part.style.width = `${(100 * row[kind]) / total}%`;
      return part;
    }));
    const words = parts.map((kind) => `${kind} ${format.share(row[kind] / total)}`).join(", ") || "none";
    made.append(element("div", null, element("b", null, operation.replace("_", " ")), bar, element("span", null, words)));
  }
  return made;
}

// What was measured on other recordings; nothing says which of them this one is like.
function agreement(ranges, trace) {
  const unknown = "How often such a replay is right has not been measured for what this recording holds.";
  if (ranges.length === 0) return element("p", { class: "note" }, unknown);
  const made = element("p", { class: "agreement" }, "Replays of the recorded kernel's own policy, over recordings with as much evidence (",
    element("code", null, ranges[0].evidence), "), told hit from miss as that kernel did for ");
  ranges.forEach((range, index) => {
    const shares = element("b", { "data-low": range.low_share, "data-high": range.high_share },
      `${format.finely(range.low_share)} to ${format.finely(range.high_share)}`);
    made.append(index > 0 ? ", and for " : "", shares,
      ` of forks on ${range.machine} machines (${format.count(range.forks)} forks in ${range.recordings} recordings)`);
  });
  made.append(trace.events_lost > 0 ? ". This one lost events: expect less." : ".");
  return made;
}

function bracket(cells) {
  const known = cells.filter((cell) => cell.starting_full_hit_rate !== null && cell.hit_rate !== null);
  if (known.length === 0) return [];
  const gap = (cell) => Math.abs(cell.starting_full_hit_rate - cell.hit_rate);
  const widest = known.reduce((most, cell) => (gap(cell) > gap(most) ? cell : most));
  const asked = widest.starts_full ? "full, as was asked for" : "empty";
  return [element("p", { class: "bracket" },
    `What caches held when the recording began is not known. Hit rates take them to have been ${asked}, the column `,
    element("b", null, "If full"), " to have been full; the truth is between. The widest bracket is that of ", cellName(widest), ": ",
    element("b", null, `${format.finely(widest.hit_rate)} to ${format.finely(widest.starting_full_hit_rate)}`), ".")];
}
