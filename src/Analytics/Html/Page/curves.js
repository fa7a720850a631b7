// Curves: over capacity, of what forks pay, memory against hits, how long things took.
const capacityTicks = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

// The curves that runs keep, that of the recorded kernel's own policy among them, and for cells of older runs those that were replayed.
function capacityCurves(trace, cells, points) {
  const known = groupBy(points, (point) => familyName({ ...point, parameters: "" }));
  const replayed = new Map(families(cells.filter((cell) => cell.capacity !== null)).filter(([, group]) => group.length > 1));
  const names = new Set([...cells.map(familyName), ...known.keys()].filter((name) => known.has(name) || replayed.has(name)));
  return [...names].map((name) => [name, [...(known.get(name) ?? replayed.get(name))].sort((left, right) => left.capacity - right.capacity)]);
}

function capacityChart(trace, cells, points, colors) {
  const swept = capacityCurves(trace, cells, points);
  const most = Math.max(1, ...swept.map(([, group]) => group.at(-1).capacity));
  const knees = swept.flatMap(([name, group]) => group.filter((point) => point.is_knee).map((point) => [name, point.capacity]));
  const bends = knees.map(([name, capacity]) => `${name} ${capacity}`).join(", ");
  return chart({
    title: "Hit rate against capacity", xTitle: "Stacks that each CPU may keep", yTitle: "Hit rate", x: format.count, y: format.share,
    about: "What more slots buy. Where a line goes flat, further slots hold memory and nothing else. Kernels since 4.9 have two.",
    empty: "No policy was replayed at several capacities: forktrace run TRACE --html does so.",
    note: knees.length > 0 ? `Dots mark the knee: ${bends}. It depends on how far a curve goes.` : null,
    yMin: 0, yMax: 1, xScale: { distr: 4, asinh: 4, range: [0, most * 1.04] },
    xAxis: { splits: capacityTicks.filter((tick) => tick <= most), filter: (plot, splits) => splits },
    series: swept.map(([name, group], index) => ({
      name, color: colors.get(group[0].policy), kind: "line", dash: index % 2 ? [6, 3] : null,
      points: group.map((point) => [point.capacity, point.hit_rate]),
      marks: knees.length > 0 ? new Set(group.filter((point) => point.is_knee).map((point) => point.capacity)) : null,
      labels: new Map(group.filter((point) => point.is_knee).map((point) => [point.capacity, "knee"])),
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
    const path = [...group].sort((left, right) => left.capacity - right.capacity).map((cell) => [hiddenKib(cell), cell.hit_rate]);
    return {
      name, color: colors.get(group[0].policy), kind: points.length > 1 ? "line" : "points",
      strokes: points.length > 1 ? path.slice(1).map((to, index) => [...path[index], ...to]) : null,
      points: points.map(([kib, cell]) => [kib, cell.hit_rate]),
      labels: new Map(points.map(([kib, cell]) => [kib, cell.parameters])),
    };
  });
  const most = Math.max(1, ...series.flatMap((one) => one.points.map((point) => point[0])));
  const ticks = [0, ...Array.from({ length: 20 }, (_, index) => 4 ** (index + 1))].filter((kib) => kib <= most);
  return chart({
    title: "Memory against hit rate", xTitle: "Cached or waiting for RCU, on average", yTitle: "Hit rate",
    x: (kib) => format.bytes(kib * 1024), y: format.share, yMin: 0, yMax: 1, series,
    xScale: { distr: 4, asinh: 4, range: [0, most * 1.2] }, xAxis: { splits: ticks, filter: (plot, splits) => splits },
    about: "What a policy holds that no task uses: stacks in caches and stacks of dead tasks that wait for RCU. "
      + "/proc/meminfo shows neither. Up and to the left is better; lines go from capacity to capacity. Logarithmic above 4 KiB.",
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
    about: "Modelled. Of all forks, the share that paid so much or less. Further left is cheaper; a step is a cost that many forks share.",
    yMin: 0, yMax: 1.02, ...logarithmic(least, most),
    series: shown.map((cell, index) => {
      const points = (byCell.get(cell.cell) ?? []).map((row) => [Math.max(1, row.high_ns), row.share_at_most]);
      const whole = points.length === 0 ? [] : [[least, 0], ...points, [most, 1]];
      return { name: cellName(cell), color: colors.get(cell.policy), kind: "step", points: whole, dash: index % 2 ? [6, 3] : null };
    }),
  });
}

// rows: { series, high_ns, share_at_most }.
function spreadChart(rows, words) {
  const groups = [...groupBy(rows, (row) => row.series)];
  const times = rows.map((row) => Math.max(1, row.high_ns));
  const least = Math.min(...times) / 1.5;
  const most = Math.max(...times) * 1.5;
  return chart({
    ...words, x: format.duration, y: format.share, yMin: 0, yMax: 1.02, height: 240, ...logarithmic(least, most),
    series: groups.map(([name, group], index) => ({
      name, color: palette[index % palette.length], kind: "step", dash: index % 2 ? [6, 3] : null,
      points: [[least, 0], ...group.map((row) => [Math.max(1, row.high_ns), row.share_at_most]), [most, 1]],
    })),
  });
}

function lifetimesChart(rows) {
  return spreadChart(rows, {
    title: "How long stacks are in use", xTitle: "Fork to death at most", yTitle: "Share of tasks",
    about: "Of all tasks of a kind whose life is in the recording, the share that lived so long or less.",
    empty: "No task's fork and death are both in the recording.",
  });
}

function delaysChart(rows) {
  return spreadChart(rows, {
    title: "How long RCU takes", xTitle: "Death to callback at most", yTitle: "Share of callbacks",
    about: "From a task's last switch to its RCU callbacks, by how the callback's time is known. A zombie waits for its parent first.",
    empty: "No RCU callback is known.",
  });
}
