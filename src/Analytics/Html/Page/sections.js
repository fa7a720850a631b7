// What was recorded; policies side by side; every number.
function facts(trace, cells) {
  const list = element("dl", { class: "facts" });
  const add = (name, value) => list.append(element("div", null, element("dt", null, name), element("dd", null, value)));
  add("Kernel", trace.kernel ? `${trace.kernel} ${trace.machine ?? ""}` : "not recorded");
  add("CPUs", String(trace.cpus));
  add("Time", trace.clock_unit === "ns" ? format.duration(trace.duration_ns) : `${format.count(trace.duration_ns)} ${trace.clock_unit}`);
  add("Events", `${format.count(trace.events_stored)} used of ${format.count(trace.events_total)}`);
  add("Tasks", format.count(trace.tasks));
  add("Format", `${trace.format}, ${format.bytes(trace.size_bytes)}, clock ${trace.clock ?? "unknown"}`);
  const topologies = new Set(cells.map((cell) => cell.topology).filter(Boolean));
  if (topologies.size === 1) add("Topology", longText([...topologies][0]));
  if (trace.recorder) add("Recorded by", longText(trace.recorder));
  add("Digest", element("code", null, trace.digest));
  add("Replayed by", `ForkTrace ${trace.version}, run ${trace.run}${trace.started_at ? `, ${trace.started_at} UTC` : ""}`);
  return list;
}

// A recorder's filters can fill a screen.
function longText(text) {
  const code = element("code", null, text);
  if (text.length <= 160) return code;
  return element("details", { class: "long" }, element("summary", null, element("code", null, `${text.slice(0, 90)} …`)), code);
}

function sideBySide(cells, colors) {
  const number = (key, title, hint) => ({ key, title, hint: hint ?? descriptions[key], format: format.of(key) });
  const grade = (row) => (row.unmet === null ? badge(row.grade, row.grade) : "–");
  const cost = (key, title, unpriced) => ({ ...number(key, title), show: bounded(key, unpriced ?? "cost_unpriced") });
  const hasEnds = cells.some((cell) => cell.cost_mean_low_ns !== null);
  const ends = hasEnds ? [number("cost_mean_low_ns", "low"), number("cost_mean_high_ns", "high")] : [];
  const columns = [
    { key: "policy", title: "Policy", isText: true, show: (row) => policyName(row, colors) },
    { key: "grade", title: "Grade", isText: true, hint: descriptions.grade, show: grade },
    number("allocations", "Forks"),
    { ...number("hit_rate", "Hit rate"), show: rateBar }, number("starting_full_hit_rate", "If full"),
    number("misses", "Misses"), cost("cost_mean_ns", "Cost mean"), ...ends, cost("cost_p50_ns", "p50"), cost("cost_p99_ns", "p99"),
    { ...number("difference_to_pages_ns", "To pages"), show: toPages },
    cost("create_join_cost_mean_ns", "Create+join", "create_join_unpriced"), number("cached_peak_bytes", "Cached peak"), number("waiting_peak_bytes", "RCU peak"),
  ];
  const rows = cells.filter((cell) => cell.is_shown).sort((left, right) => order(left.cost_mean_ns, right.cost_mean_ns));
  return [
    element("p", { class: "note" }, "The cheapest first. Point at a column's name for its meaning; press it to sort."),
    table({ caption: "Policies", columns, rows }),
  ];
}

function policyName(row, colors) {
  const parameters = element("small", null, [row.parameters.replaceAll(",", " "), conditionsOf(row)].filter(Boolean).join("; "));
  return element("span", null, swatch(colors.get(row.policy)), element("b", null, row.policy), " ", parameters);
}

function rateBar(row) {
  if (row.hit_rate === null) return "–";
  const fill = element("span");
  fill.style.width = `${100 * row.hit_rate}%`;
  return element("span", { class: "rate" }, element("span", { class: "bar", "aria-hidden": "true" }, fill), format.share(row.hit_rate));
}

function everyNumber(cells) {
  const details = element("details", { class: "all" }, element("summary", null, `Every number of all ${cells.length} cells`));
  const hidden = new Set(["trace", "trace_digest", "family", "is_shown", "kernel", "conditions"]);
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
