// A chart with a legend that toggles, a tooltip for the pointer and the arrow keys, and its numbers as a table.
// spec: title, about, xTitle, yTitle, x and y (formats), xScale, yMin, yMax, height, series of
// { name, color, dash, kind: "line" | "step" | "bars" | "points", points: [[x, y], ...], labels: Map x -> text }.
const charts = [];

function chart(spec) {
  const series = spec.series.filter((one) => one.points.length > 0);
  const figure = element("figure", { class: "chart" }, element("figcaption", null, element("h3", null, spec.title), about(spec)));
  if (series.length === 0) {
    figure.append(element("p", { class: "empty" }, spec.empty ?? "No numbers to draw."));
    return figure;
  }
  const data = uPlot.join(series.map((one) => [one.points.map((point) => point[0]), one.points.map((point) => point[1])]));
  const tip = element("div", { class: "tip", role: "status", "aria-live": "polite", hidden: true });
  const stage = element("div", {
    class: "stage", tabindex: 0, role: "group", "aria-label": `${spec.title}. Left and right arrow keys read the values.`,
  });
  figure.append(legend(series, () => figure.plot), stage, numbers(spec, series, data));
  stage.append(tip);
  charts.push({ figure, stage, draw: () => draw(spec, series, data, stage, tip, figure) });
  return figure;
}

function about(spec) {
  return element("p", null, spec.about);
}

function legend(series, plot) {
  const list = element("ul", { class: "legend", "aria-label": "Series; press to hide or show" });
  series.forEach((one, index) => {
    const swatch = element("span", { class: `swatch ${one.dash ? "dashed" : ""}` });
    swatch.style.setProperty("--swatch", `var(${one.color})`);
    const button = element("button", { type: "button", "aria-pressed": "true" }, swatch, one.name);
    button.addEventListener("click", () => {
      one.hidden = !one.hidden;
      button.setAttribute("aria-pressed", String(!one.hidden));
      plot()?.setSeries(index + 1, { show: !one.hidden });
    });
    list.append(element("li", null, button));
  });
  return list;
}

function numbers(spec, series, data) {
  const details = element("details", { class: "numbers" }, element("summary", null, "Numbers"));
  details.addEventListener("toggle", () => {
    if (details.childElementCount > 1) return;
    const rows = data[0].map((x, index) => Object.fromEntries([["x", x], ...series.map((one, at) => [`y${at}`, data[at + 1][index]])]));
    const columns = [{ key: "x", title: spec.xTitle, format: spec.x }];
    series.forEach((one, at) => columns.push({ key: `y${at}`, title: one.name, format: spec.y }));
    details.append(table({ caption: spec.title, columns, rows }));
  });
  return details;
}

function draw(spec, series, data, stage, tip, figure) {
  figure.plot?.destroy();
  const axis = (title, values, size, narrow) => ({
    label: title, values: (plot, splits) => splits.map((split) => (split === null ? "" : plain(values(split)))), size, labelSize: 22, labelGap: 0,
    stroke: () => cssColor("--soft"), grid: { stroke: () => cssColor("--line"), width: 1 }, ticks: { show: false },
    font: "12px system-ui, sans-serif", labelFont: "12px system-ui, sans-serif", space: narrow,
  });
  const options = {
    width: Math.max(240, stage.clientWidth), height: spec.height ?? 280, legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
    scales: { x: { time: false, ...spec.xScale }, y: { range: (plot, low, high) => rangeOf(spec, low, high) } },
    axes: [{ ...axis(spec.xTitle, spec.x, 34, 70), ...spec.xAxis }, axis(spec.yTitle, spec.y, 66, 36)],
    series: [{}, ...series.map(seriesOptions)],
    hooks: { setCursor: [(plot) => showTip(plot, spec, series, data, tip)] },
  };
  figure.plot = new uPlot(options, data, stage);
  stage.onkeydown = (event) => readByKey(event, figure.plot, tip);
  stage.onblur = () => { tip.hidden = true; };
}

// 100.0 % and 2.50 µs are 100 % and 2.5 µs on an axis.
function plain(text) {
  return text.replace(/\.(\d*?)0+(?= )/, (_, digits) => (digits ? `.${digits}` : ""));
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
    points: { show: one.kind === "points" || (one.kind === "line" && one.points.length <= 40), size: one.kind === "points" ? 9 : 6 },
  };
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

function showTip(plot, spec, series, data, tip) {
  const index = plot.cursor.idx;
  const isOutside = index === null || index === undefined || plot.cursor.left < 0;
  tip.hidden = isOutside;
  if (isOutside) return;
  const lines = [];
  series.forEach((one, at) => {
    const value = valueAt(one, data[at + 1], index);
    if (one.hidden || value === null) return;
    const swatch = element("span", { class: "swatch" });
    swatch.style.setProperty("--swatch", `var(${one.color})`);
    const label = one.labels?.get(data[0][index]);
    lines.push(element("div", null, swatch, `${one.name}${label ? ` (${label})` : ""}: `, element("b", null, spec.y(value))));
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
