// One section a recording: what was recorded and how far to trust it, policies side by side, charts, every number.
const gradeMeanings = {
  A: "all that the policy depends on is observed or bounded by events",
  B: "some operations are placed by a neighbouring event, or a few callbacks by a model",
  C: "more than a quarter of the operations of some kind are modelled",
  D: "events were lost: the recording is not all that happened",
};

function facts(trace) {
  const list = element("dl", { class: "facts" });
  const add = (name, value) => list.append(element("div", null, element("dt", null, name), element("dd", null, value)));
  add("Kernel", trace.kernel ? `${trace.kernel} ${trace.machine ?? ""}` : "not recorded");
  add("CPUs", String(trace.cpus));
  add("Time", trace.clock_unit === "ns" ? format.duration(trace.duration_ns) : `${format.count(trace.duration_ns)} ${trace.clock_unit}`);
  add("Events", `${format.count(trace.events_stored)} used of ${format.count(trace.events_total)}`);
  add("Tasks", format.count(trace.tasks));
  add("Format", `${trace.format}, ${format.bytes(trace.size_bytes)}, clock ${trace.clock ?? "unknown"}`);
  if (trace.recorder) add("Recorded by", longText(trace.recorder));
  add("sha256", element("code", null, trace.sha256));
  add("Replayed by", `ForkTrace ${trace.version}, run ${trace.run}, ${trace.started_at} UTC`);
  return list;
}

// A recorder's filters can fill a screen.
function longText(text) {
  const code = element("code", null, text);
  if (text.length <= 160) return code;
  return element("details", { class: "long" }, element("summary", null, element("code", null, `${text.slice(0, 90)} …`)), code);
}

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
  made.append(losses(trace, data.losses), ...issues(data.issues), evidence(data.evidence, shown));
  made.append(element("p", { class: "note" },
    "Times are those of the recording: that a cheaper fork would have come earlier is not replayed. Costs are drawn from the cost model "
    + `${[...new Set(shown.map((cell) => cell.cost_model))].join(", ")}; hits, misses and memory do not depend on it.`));
  return made;
}

function badge(grade) {
  return element("span", { class: `badge grade-${grade}` }, `Grade ${grade}`);
}

function losses(trace, gaps) {
  if (trace.events_lost === 0 && gaps.length === 0) return element("p", { class: "good" }, "Data loss: none.");
  const where = gaps.length === 0 ? "" : ` in ${gaps.length} gap${gaps.length === 1 ? "" : "s"}`;
  return element("p", { class: "warn" }, `Data loss: ${trace.events_lost > 0 ? format.count(trace.events_lost) : "an unknown number of"} `
    + `events lost${where}. Forks and deaths among them are missing from every number below.`);
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

function sideBySide(cells, colors) {
  const number = (key, title, hint) => ({ key, title, hint: hint ?? descriptions[key], format: format.of(key) });
  const columns = [
    { key: "policy", title: "Policy", isText: true, show: (row) => policyName(row, colors) },
    { key: "grade", title: "Grade", isText: true, hint: descriptions.grade, show: (row) => row.unmet === null ? badge(row.grade) : "–" },
    number("allocations", "Forks"),
    { ...number("hit_rate", "Hit rate"), show: rateBar },
    number("misses", "Misses"), number("cost_mean_ns", "Cost mean"), number("cost_p50_ns", "p50"), number("cost_p99_ns", "p99"),
    number("difference_to_pages_ns", "To pages"), number("cached_peak_bytes", "Cached peak"), number("waiting_peak_bytes", "RCU peak"),
  ];
  const rows = cells.filter((cell) => cell.is_shown).sort((left, right) => order(left.cost_mean_ns, right.cost_mean_ns));
  return table({ caption: "The cheapest first. Point at a column's name for its meaning; press it to sort.", columns, rows });
}

function policyName(row, colors) {
  const swatch = element("span", { class: "swatch" });
  swatch.style.setProperty("--swatch", `var(${colors.get(row.policy)})`);
  return element("span", null, swatch, element("b", null, row.policy), " ", element("small", null, row.parameters.replaceAll(",", " ")));
}

function rateBar(row) {
  if (row.hit_rate === null) return "–";
  const fill = element("span");
  fill.style.width = `${100 * row.hit_rate}%`;
  return element("span", { class: "rate" }, element("span", { class: "bar", "aria-hidden": "true" }, fill), format.share(row.hit_rate));
}

function everyNumber(cells) {
  const details = element("details", { class: "all" }, element("summary", null, `Every number of all ${cells.length} cells`));
  const hidden = new Set(["trace", "trace_sha256", "family", "is_shown", "kernel"]);
  details.addEventListener("toggle", () => {
    if (details.childElementCount > 1) return;
    const keys = Object.keys(cells[0]).filter((key) => !hidden.has(key));
    const isText = (key) => cells.every((cell) => typeof cell[key] !== "number");
    const columns = keys.map((key) => ({ key, title: key, hint: descriptions[key], format: format.of(key), isText: isText(key) }));
    details.append(table({ caption: "All cells", columns, rows: cells }));
  });
  return details;
}

function eventTable(rows) {
  const details = element("details", null, element("summary", null, "Events in the recording"));
  const columns = [
    { key: "event", title: "Event", isText: true }, { key: "events", title: "Count", format: format.count },
    { key: "is_used", title: "Used", isText: true, show: (row) => (row.is_used ? "yes" : "no") },
  ];
  details.append(table({ caption: "Events by kind", columns, rows }));
  return details;
}
