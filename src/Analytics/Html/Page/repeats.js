// Several recordings on one page: what each policy gave in each, as points, and the 95 % interval of the mean.
function repeats(traces) {
  const cells = objects(report.cells).filter((cell) => cell.is_shown && cell.unmet === null);
  const byPolicy = [...groupBy(cells, cellName)].filter(([, of]) => of.length > 1);
  if (traces.length < 2 || byPolicy.length === 0) return [];
  const rows = byPolicy.map(([name, of]) => ({ name, ...sample(of.map((cell) => cell.hit_rate)), cells: of }));
  const lines = rows.map((row, index) => element("div", { class: "outcome", "data-at": index },
    element("span", { class: "who" }, row.name), dots(row), element("small", null, `${format.share(row.mean)} ± ${points(row)}`)));
  const stage = element("div", {
    class: "stage outcomes", tabindex: 0, role: "group", "aria-label": "Hit rate by recording. Up and down arrow keys read the policies.",
  }, lines);
  readable(stage, lines, 1, (index) => [element("div", { class: "at" }, rows[index].name), ...rows[index].cells.map((cell) =>
    element("div", null, `${traces.find((trace) => trace.digest === cell.trace_digest)?.name ?? cell.trace}: `,
      element("b", null, format.share(cell.hit_rate))))]);
  const columns = [
    { key: "name", title: "Policy", isText: true }, { key: "count", title: "Recordings", format: format.count },
    { key: "mean", title: "Mean", format: format.share }, { key: "half", title: "± (95 %)", format: format.share },
    { key: "least", title: "Least", format: format.share }, { key: "most", title: "Most", format: format.share },
  ];
  return [element("section", { id: "repeats", "aria-labelledby": "repeats-title" },
    element("h2", { id: "repeats-title" }, "Across recordings"),
    answerOf(report.answer_over_all),
    element("figure", { class: "chart" },
      element("figcaption", null, element("h4", null, "Hit rate"),
        element("p", null, "A point per recording; the bar is the 95 % interval of the mean (Student's t). Only recordings of one load tell its noise.")),
      stage, numbersOf(() => ({ caption: "Hit rate across recordings", columns, rows }))))];
}

function sample(values) {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const half = report.student[count - 2] * Math.sqrt(variance / count);
  return { count, mean, half, least: Math.min(...values), most: Math.max(...values), values };
}

function points(row) {
  return `${(100 * row.half).toFixed(1)}`;
}

function dots(row) {
  const at = (share) => `${100 * Math.min(1, Math.max(0, share))}%`;
  const interval = element("span", { class: "interval" });
  interval.style.left = at(row.mean - row.half);
  interval.style.right = at(1 - row.mean - row.half);
  const each = row.values.map((value) => {
    const dot = element("span", { class: "dot" });
    dot.style.left = at(value);
    return dot;
  });
  return element("span", { class: "dots", "aria-hidden": "true" }, interval, each);
}
