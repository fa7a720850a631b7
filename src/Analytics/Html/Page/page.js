// Puts the page together from its data.
const report = JSON.parse(document.getElementById("data").textContent);
const descriptions = report.descriptions;
const palette = ["--c0", "--c1", "--c2", "--c3", "--c4", "--c5", "--c6", "--c7"];

function cellName(cell) {
  const models = new Set(objects(report.cells).map((one) => `${one.cost_model} ${one.seed}`));
  const model = models.size > 1 ? ` [${cell.cost_model}, seed ${cell.seed}]` : "";
  return `${cell.policy}${cell.parameters ? `:${cell.parameters}` : ""}${model}`;
}

function familyName(cell) {
  return cellName({ ...cell, parameters: cell.family });
}

function families(cells) {
  return [...groupBy(cells.filter((cell) => cell.unmet === null), familyName)];
}

function capacityChart(cells, colors) {
  const swept = families(cells.filter((cell) => cell.capacity !== null)).filter(([, group]) => group.length > 1);
  return chart({
    title: "Hit rate against capacity", xTitle: "Stacks that each CPU may keep", yTitle: "Hit rate", x: format.count, y: format.share,
    about: "What more slots buy. Where a line goes flat, further slots hold memory and nothing else. Kernels since 4.9 have two.",
    empty: "No policy was replayed at several capacities: forktrace run TRACE --html does so.",
    yMin: 0, yMax: 1, xAxis: { incrs: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] },
    series: swept.map(([name, group], index) => ({
      name, color: colors.get(group[0].policy), kind: "line", dash: index % 2 ? [6, 3] : null,
      points: group.map((cell) => [cell.capacity, cell.hit_rate]).sort((left, right) => left[0] - right[0]),
    })),
  });
}

function hiddenKib(cell) {
  return (cell.cached_mean_bytes + cell.waiting_mean_bytes) / 1024;
}

function memoryChart(cells, colors) {
  const series = families(cells).map(([name, group]) => {
    const best = new Map();
    for (const cell of group) {
      const there = best.get(hiddenKib(cell));
      if (!there || cell.hit_rate > there.hit_rate) best.set(hiddenKib(cell), cell);
    }
    const points = [...best].sort((left, right) => left[0] - right[0]);
    return {
      name, color: colors.get(group[0].policy), kind: points.length > 1 ? "line" : "points",
      points: points.map(([kib, cell]) => [kib, cell.hit_rate]),
      labels: new Map(points.map(([kib, cell]) => [kib, cell.parameters])),
    };
  });
  return chart({
    title: "Memory against hit rate", xTitle: "Cached and waiting for RCU, average over time", yTitle: "Hit rate",
    x: (kib) => format.bytes(kib * 1024), y: format.share, yMin: 0, yMax: 1, series, xScale: { distr: 4, asinh: 4 },
    about: "What a policy holds that no task uses: stacks in caches and stacks of dead tasks that wait for RCU. "
      + "/proc/meminfo shows neither. Up and to the left is better; the axis is logarithmic above 4 KiB.",
  });
}

function costChart(cells, rows, colors) {
  const shown = cells.filter((cell) => cell.is_shown && cell.unmet === null);
  const byCell = groupBy(rows, (row) => row.cell);
  const costs = shown.flatMap((cell) => (byCell.get(cell.cell) ?? []).map((row) => Math.max(1, row.high_ns)));
  const most = Math.max(...costs) * 1.5;
  const least = Math.min(...costs) / 1.5;
  return chart({
    title: "What a fork pays for its stack", xTitle: "Cost at most", yTitle: "Share of forks", x: format.duration, y: format.share,
    about: "Of all forks, the share that paid so much or less. Further left is cheaper; a step is a cost that many forks share.",
    yMin: 0, yMax: 1.02, xScale: { distr: 3, range: [least, most] },
    series: shown.map((cell, index) => {
      const points = (byCell.get(cell.cell) ?? []).map((row) => [Math.max(1, row.high_ns), row.share_at_most]);
      const whole = points.length === 0 ? [] : [[least, 0], ...points, [most, 1]];
      return { name: cellName(cell), color: colors.get(cell.policy), kind: "step", points: whole, dash: index % 2 ? [6, 3] : null };
    }),
  });
}

function timeCharts(cells, rows) {
  const shown = cells.filter((cell) => cell.is_shown && cell.unmet === null);
  const byCell = groupBy(rows, (row) => row.cell);
  const place = element("div", { class: "pair" });
  const choice = element("select", { onchange: () => show(Number(choice.value)) },
    shown.map((cell, index) => element("option", { value: index }, cellName(cell))));
  function show(index) {
    const cell = shown[index];
    const windows = byCell.get(cell?.cell) ?? [];
    const over = (column) => windows.map((row) => [row.start_ns, row[column]]);
    const time = { xTitle: "Time from the first event", x: format.duration, y: format.count, yMin: 0, height: 220 };
    place.replaceChildren(
      chart({
        ...time, title: "Forks over time", yTitle: "Forks a window", about: `Windows of ${format.duration(cell?.window_ns ?? 0)}.`,
        series: [
          { name: "forks", color: "--faint", kind: "bars", points: over("allocations") },
          { name: "from the cache", color: "--c0", kind: "bars", points: over("hits") },
        ],
      }),
      chart({
        ...time, title: "Stacks over time", yTitle: "Stacks", about: "At each window's end.",
        series: [
          { name: "in caches", color: "--c0", kind: "step", points: over("cached_stacks") },
          { name: "waiting for RCU", color: "--c1", kind: "step", points: over("waiting_stacks") },
          { name: "of tasks alive", color: "--c2", kind: "step", points: over("live_stacks"), dash: [6, 3] },
        ],
      }));
    drawAll();
  }
  const cached = shown.findIndex((cell) => cell.policy === "linux-5.18");
  const first = cached >= 0 ? cached : 0;
  choice.value = String(first);
  show(first);
  return element("div", { class: "times" }, element("label", { class: "choose" }, "Over time under ", choice), place);
}

function recording(trace, index) {
  const of = (name) => objects(report[name]).filter((row) => row.trace_sha256 === trace.sha256);
  const cells = of("cells");
  const names = [...new Set(cells.map((cell) => cell.policy))];
  const colors = new Map(names.map((name, at) => [name, palette[at % palette.length]]));
  const rows = { losses: of("losses"), issues: of("issues"), evidence: objects(report.evidence) };
  return element("article", { id: `recording-${index}` },
    element("h2", { class: "name" }, trace.name),
    element("div", { class: "opening" }, facts(trace), trust(trace, cells, rows)),
    element("h3", null, "Policies side by side"), sideBySide(cells, colors),
    element("div", { class: "charts" },
      capacityChart(cells, colors), costChart(cells, objects(report.latency), colors), memoryChart(cells, colors)),
    timeCharts(cells, objects(report.timeline)), everyNumber(cells), eventTable(of("events")));
}

function changeTheme() {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
  drawAll();
}

function start() {
  const traces = objects(report.traces);
  document.title = `${visible(traces.map((trace) => trace.name).join(", "))} – ForkTrace`;
  document.getElementById("main").replaceChildren(...traces.map(recording));
  if (traces.length > 1) {
    const links = traces.map((trace, index) => element("li", null, element("a", { href: `#recording-${index}` }, trace.name)));
    document.getElementById("contents").append(element("ul", null, links));
  }
  drawAll();
  document.getElementById("theme").addEventListener("click", changeTheme);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width) drawAll();
    width = innerWidth;
  });
  document.documentElement.dataset.ready = "yes";
}

start();
