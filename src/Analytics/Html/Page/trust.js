// How far to trust the numbers, before any of them.
const gradeMeanings = {
  A: "all that the policy depends on is observed or bounded by events",
  B: "some operations are placed by a neighbouring event, or a few callbacks by a model",
  C: "more than a quarter of the operations of some kind are modelled, or too few forks and deaths were recorded",
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
  made.append(...agreement(trace, shown), ...bracket(shown));
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
    `${issue.severity.replace("_", " ")}: ${issue.message}${issue.occurrences > 1 ? ` (${format.count(issue.occurrences)} in all)` : ""}`));
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

// Of the recorded kernel's own policy alone: what was measured where the recording holds the kernel's answer, else what to expect.
function agreement(trace, cells) {
  const measured = cells.find((cell) => cell.measured_agreement_share != null);
  const expected = cells.find((cell) => cell.expected_agreement_low_share != null);
  const others = " Of other policies it says nothing: docs/counterfactual.md does.";
  if (measured) {
    return [element("p", { class: "agreement" }, "The recording holds the kernel's own answer. The replay of ", cellName(measured),
      ", its own policy, told hit from miss as the kernel did for ",
      element("b", { "data-share": measured.measured_agreement_share }, format.finely(measured.measured_agreement_share)),
      ` of ${format.count(measured.measured_forks)} forks (balanced ${format.finely(measured.measured_balanced_share)}; always the same answer: `
      + `${format.finely(measured.measured_constant_share)}). The kernel hit ${format.finely(measured.measured_hit_rate)}, the replay `
      + `${format.finely(measured.hit_rate)}.${others}`)];
  }
  if (!expected) {
    const why = trace.events_lost > 0 ? "This recording lost events" : "The recorded kernel's own policy was not replayed as recorded";
    return [element("p", { class: "note" }, `${why}: no agreement with the kernel is promised.`)];
  }
  const [low, high] = [expected.expected_agreement_low_share, expected.expected_agreement_high_share];
  return [element("p", { class: "agreement" }, "The replay of ", cellName(expected), ", the recorded kernel's own policy, is expected to tell hit "
    + "from miss as the kernel did for ", element("b", { "data-low": low, "data-high": high }, `${format.finely(low)} to ${format.finely(high)}`),
    ` of forks, from what this recording holds.${others}`)];
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
