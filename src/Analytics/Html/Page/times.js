// Time: what happened whatever the policy, and what became of it under one.
function time(trace) {
  return {
    xTitle: "Time from the first event", x: format.duration, y: format.count, yMin: 0, height: 220,
    xScale: { range: [0, Math.max(1, trace.duration_ns)] },
  };
}

function happeningsChart(trace, rows) {
  const over = (column) => rows.map((row) => [row.start_ns, row[column]]);
  const bursts = rows.filter((row) => row.is_burst);
  const shaded = bursts.length === 0 ? "None has twice the average's forks, which would be a burst."
    : `Shaded: the ${format.count(bursts.length)} that have twice the average's forks or more, bursts.`;
  return chart({
    ...time(trace), title: "Forks, deaths, RCU", yTitle: "In a window",
    about: `Windows of ${format.duration(rows[0]?.window_ns ?? 0)}. ${shaded}`,
    empty: "The recording's clock does not count nanoseconds, or an older ForkTrace replayed it.",
    bands: bursts.map((row) => [row.start_ns, row.start_ns + row.window_ns]),
    series: [
      { name: "forks", color: "--c0", kind: "step", points: over("forks") },
      { name: "deaths", color: "--c3", kind: "step", points: over("deaths"), dash: [6, 3] },
      { name: "RCU callbacks", color: "--c1", kind: "step", points: over("callbacks") },
    ],
  });
}

const evidenceColors = { observed: "--good", inferred: "--c0", modelled: "--c4" };

function graceChart(trace, rows) {
  const all = rows[0]?.periods ?? 0;
  const some = rows.length < all ? ` Of ${format.count(all)}, those are drawn that most tasks waited for.` : "";
  return chart({
    ...time(trace), title: "Grace periods", yTitle: "Length at most", y: format.duration,
    about: `Each line is one that let task_structs go: it began no earlier and ended no later. Its height is that length.${some}`,
    empty: "No RCU callback of a task_struct is known.",
    series: [...groupBy(rows, (row) => row.evidence)].map(([evidence, group]) => ({
      name: evidence, color: evidenceColors[evidence] ?? "--c6", kind: "strokes",
      points: group.map((row) => [row.end_ns, row.end_ns - row.start_ns]),
      strokes: group.map((row) => [row.start_ns, row.end_ns - row.start_ns, row.end_ns, row.end_ns - row.start_ns]),
      labels: new Map(group.map((row) => [row.end_ns, `${format.count(row.callbacks)} callbacks`])),
    })),
  });
}

function forksChart(trace, cell, windows) {
  const over = (column) => windows.map((row) => [row.start_ns, row[column]]);
  return chart({
    ...time(trace), title: "Forks over time", yTitle: "Forks a window", about: `Windows of ${format.duration(cell.window_ns ?? 0)}.`,
    series: [
      { name: "forks", color: "--faint", kind: "bars", points: over("allocations") },
      { name: "from the cache", color: "--c0", kind: "bars", points: over("hits") },
    ],
  });
}

// Where few grace periods ended, each end is a mark that explains a fall of the stacks that wait.
function stacksChart(trace, cell, windows, periods) {
  const over = (column) => windows.map((row) => [row.start_ns, row[column]]);
  const hasMarks = periods.length > 0 && periods.length <= 200;
  return chart({
    ...time(trace), title: "Stacks over time", yTitle: "Stacks",
    about: `At each window's end.${hasMarks ? " Thin lines: a grace period ended." : ""}`,
    bands: hasMarks ? periods.map((row) => [row.end_ns, row.end_ns]) : [],
    series: [
      { name: "in caches", color: "--c0", kind: "step", points: over("cached_stacks") },
      { name: "waiting for RCU", color: "--c1", kind: "step", points: over("waiting_stacks") },
      { name: "of tasks alive", color: "--c2", kind: "step", points: over("live_stacks"), dash: [6, 3] },
    ],
  });
}

// One cell in detail, the reader's choice: over time, by name, by CPU.
function inDetail(trace, cells, periods) {
  const shown = cells.filter((cell) => cell.is_shown && cell.unmet === null);
  const [windows, names, cpus] = ["timeline", "comms", "cpus"].map((name) => groupBy(objects(report[name]), (row) => row.cell));
  const place = element("div", { class: "pair" });
  const choice = element("select", { onchange: () => show(Number(choice.value)) },
    shown.map((cell, index) => element("option", { value: index }, cellName(cell))));
  function show(index) {
    const cell = shown[index];
    const of = (rows) => rows.get(cell.cell) ?? [];
    const [ofNames, ofCpus] = [byName(of(names)), byCpu(of(cpus))];
    place.replaceChildren(
      forksChart(trace, cell, of(windows)), stacksChart(trace, cell, of(windows), periods),
      ofNames.bars, ofCpus.bars, ofNames.whole, ofCpus.whole);
    drawAll();
  }
  const cached = shown.findIndex((cell) => cell.policy === "linux-5.18");
  const first = cached >= 0 ? cached : 0;
  choice.value = String(first);
  if (shown.length > 0) show(first);
  return element("div", { class: "times" }, element("label", { class: "choose" }, "Under ", choice), place);
}
