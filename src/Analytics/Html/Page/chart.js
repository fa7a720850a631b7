// A chart with a legend that toggles, a tooltip for the pointer and the arrow keys, and its numbers as a table.
// spec: title, about, xTitle, yTitle, x and y (formats), xScale, yMin, yMax, height, series of
// { name, color, dash, kind: "line" | "step" | "bars" | "points" | "strokes", points: [[x, y], ...], labels: Map x -> text,
//   size: of points, marks: Set of x that alone have a dot, strokes: [[x, y, x, y], ...] drawn instead of a line from point to point };
// bands: [[from x, to x], ...] are shaded; note: a line under the chart.
const charts = [];

function chart(spec) {
  const series = spec.series.filter((one) => one.points.length > 0);
  const figure = element("figure", { class: "chart" },
    element("figcaption", null, element("h4", null, spec.title), element("p", null, spec.about)));
  if (series.length === 0) {
    figure.append(element("p", { class: "empty" }, spec.empty ?? "No numbers to draw."));
    return figure;
  }
  const data = uPlot.join(series.map((one) => [one.points.map((point) => point[0]), one.points.map((point) => point[1])]));
  const tip = element("div", { class: "tip", role: "status", "aria-live": "polite", hidden: true });
  const stage = element("div", {
    class: "stage", tabindex: 0, role: "group", "aria-label": `${spec.title}. Left and right arrow keys read the values.`,
  });
  const toggled = (index, isHidden) => figure.plot?.setSeries(index + 1, { show: !isHidden });
  figure.append(legend(series, toggled), stage, spec.note ? element("p", { class: "note" }, spec.note) : "",
    element("div", { class: "tools" }, numbers(spec, series, data), saveButton(spec, series, figure)));
  stage.append(tip);
  charts.push({ figure, stage, draw: () => draw(spec, series, data, stage, tip, figure) });
  return figure;
}

function numbers(spec, series, data) {
  return numbersOf(() => {
    const rows = data[0].map((x, index) => Object.fromEntries([["x", x], ...series.map((one, at) => [`y${at}`, data[at + 1][index]])]));
    const columns = [{ key: "x", title: spec.xTitle, format: spec.x }];
    series.forEach((one, at) => columns.push({ key: `y${at}`, title: one.name, format: spec.y }));
    return { caption: spec.title, columns, rows };
  });
}

function draw(spec, series, data, stage, tip, figure) {
  figure.plot?.destroy();
  const axis = (title, values, size, gap, narrow) => ({
    label: title, labelSize: 22, labelGap: 0, size, gap,
    values: (plot, splits) => splits.map((split) => (split === null ? "" : plain(values(split)))),
    stroke: () => cssColor("--soft"), grid: { stroke: () => cssColor("--line"), width: 1 }, ticks: { show: false },
    font: "12px system-ui, sans-serif", labelFont: "12px system-ui, sans-serif", space: narrow,
  });
  const options = {
    width: Math.max(240, stage.clientWidth), height: spec.height ?? 280, legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
    scales: { x: { time: false, ...spec.xScale }, y: { range: (plot, low, high) => rangeOf(spec, low, high) } },
    axes: [{ ...axis(spec.xTitle, spec.x, 38, 9, 70), ...spec.xAxis }, axis(spec.yTitle, spec.y, 66, 5, 36)],
    series: [{}, ...series.map(seriesOptions)],
    hooks: {
      drawClear: [(plot) => shade(plot, spec.bands ?? [])],
      setCursor: [(plot) => showTip(plot, spec, series, data, tip)],
    },
  };
  figure.plot = new uPlot(options, data, stage);
  stage.onkeydown = (event) => readByKey(event, figure.plot, tip);
  stage.onblur = () => { tip.hidden = true; };
}

// 100.0 % and 2.50 µs are 100 % and 2.5 µs on an axis.
function plain(text) {
  return text.replace(/\.(\d*?)0+(?= )/, (_, digits) => (digits ? `.${digits}` : ""));
}

// A logarithmic axis from least to most, with as many round numbers as a phone has room for.
function logarithmic(least, most) {
  const decades = Math.log10(most / least);
  const steps = decades > 3 ? [1] : decades > 1.5 ? [1, 3] : [1, 2, 5];
  const splits = [];
  for (let ten = 10 ** Math.floor(Math.log10(least)); ten <= most; ten *= 10) splits.push(...steps.map((step) => step * ten));
  return {
    xScale: { distr: 3, range: [least, most] },
    xAxis: { splits: splits.filter((split) => split >= least && split <= most), filter: (plot, shown) => shown },
  };
}

function rangeOf(spec, low, high) {
  const least = spec.yMin ?? low;
  const most = spec.yMax ?? (high > least ? least + (high - least) * 1.06 : least + 1);
  return [least, most];
}

function seriesOptions(one) {
  const made = {
    label: one.name, show: !one.hidden, spanGaps: true, width: one.kind === "points" ? 0 : 2,
    stroke: () => cssColor(one.color), dash: one.dash ?? undefined,
    points: { show: one.kind === "points" || (one.kind === "line" && one.points.length <= 40), size: one.size ?? (one.kind === "points" ? 9 : 6) },
  };
  if (one.marks) {
    made.points = { show: true, size: 9, filter: (plot) => indexesOf(plot.data[0], one.marks), fill: () => cssColor(one.color) };
  }
  if (one.strokes) made.paths = (plot) => ({ stroke: strokes(plot, one.strokes) });
  if (one.kind === "strokes") made.points = { show: true, size: 5, fill: () => cssColor(one.color) };
  if (one.kind === "points") made.points.fill = () => cssColor(one.color);
  if (one.kind === "step") made.paths = uPlot.paths.stepped({ align: 1 });
  if (one.kind === "bars") {
    made.paths = uPlot.paths.bars({ size: [0.9, 40], align: 1 });
    made.fill = () => cssColor(one.color);
    made.points.show = false;
    made.width = 0;
  }
  return made;
}

function indexesOf(xs, marks) {
  return xs.flatMap((x, index) => (marks.has(x) ? [index] : []));
}

function strokes(plot, parts) {
  const path = new Path2D();
  for (const [fromX, fromY, toX, toY] of parts) {
    path.moveTo(plot.valToPos(fromX, "x", true), plot.valToPos(fromY, "y", true));
    path.lineTo(plot.valToPos(toX, "x", true), plot.valToPos(toY, "y", true));
  }
  return path;
}

function shade(plot, bands) {
  plot.ctx.fillStyle = cssColor("--band");
  for (const [from, to] of bands) {
    const left = plot.valToPos(from, "x", true);
    plot.ctx.fillRect(left, plot.bbox.top, Math.max(1, plot.valToPos(to, "x", true) - left), plot.bbox.height);
  }
}

function showTip(plot, spec, series, data, tip) {
  const index = plot.cursor.idx;
  const isOutside = index === null || index === undefined || plot.cursor.left < 0;
  tip.hidden = isOutside;
  if (isOutside) return;
  const lines = [];
  series.forEach((one, at) => {
    const value = valueAt(one, data[at + 1], index);
    if (one.hidden || value === null) return;
    const label = one.labels?.get(data[0][index]);
    lines.push(element("div", null, swatch(one.color), `${one.name}${label ? ` (${label})` : ""}: `, element("b", null, spec.y(value))));
  });
  tip.replaceChildren(element("div", { class: "at" }, `${spec.xTitle}: ${spec.x(data[0][index])}`), ...lines);
  const left = plot.over.offsetLeft + plot.cursor.left;
  const isRight = left > plot.width / 2;
  tip.style.left = isRight ? "auto" : `${left + 14}px`;
  tip.style.right = isRight ? `${plot.width - left + 14}px` : "auto";
}

// A step holds until the next one; a line has values at its own points only.
function valueAt(one, values, index) {
  let at = index;
  if (one.kind === "step") while (at > 0 && values[at] == null) at--;
  return values[at] ?? null;
}

function readByKey(event, plot, tip) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (event.key === "Escape") tip.hidden = true;
  if (!step) return;
  event.preventDefault();
  const xs = plot.data[0];
  const now = plot.cursor.idx ?? (step > 0 ? -1 : xs.length);
  const next = Math.min(xs.length - 1, Math.max(0, now + step));
  plot.setCursor({ left: plot.valToPos(xs[next], "x"), top: plot.over.clientHeight / 2 });
}

function drawAll() {
  for (const one of charts) {
    if (one.figure.isConnected) one.draw();
  }
}
