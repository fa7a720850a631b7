// Nanoseconds that are modelled, with what they leave out, beside those that the recording's events measure.
function costNote(cells) {
  const shown = cells.filter((cell) => cell.is_shown && cell.unmet === null);
  const lines = [];
  for (const [model, rows] of groupBy(shown, (cell) => cell.cost_model)) {
    const names = (of) => [...new Set(rows.flatMap(of))].join(", ");
    const basis = rows[0].cost_basis ?? "of unknown origin";
    const unpriced = names((cell) => (cell.create_join_unpriced ?? "").split(", ").filter(Boolean));
    const others = names((cell) => (cell.cost_other_era ? [cell.policy] : []));
    lines.push(`Costs are modelled by ${model}, whose prices are ${basis}${basis === "input" ? ", not result: To pages is what was put in" : ""}.`);
    if (unpriced) lines.push(`≥ is a lower bound, for the model has no price for ${unpriced}.`);
    if (others) lines.push(`The model is of kernels that clear or charge stacks otherwise than ${others}.`);
  }
  return element("p", { class: "note modelled" }, lines.join(" "));
}

function bounded(key, unpriced) {
  return (row) => (row[key] === null ? "–" : `${row[unpriced] ? "≥ " : ""}${format.duration(row[key])}`);
}

function toPages(row) {
  if (row.difference_to_pages_ns === null) return "–";
  const bound = { ">=": "≥ ", "<=": "≤ " }[row.difference_to_pages_bound] ?? "";
  return `${bound}${format.difference(row.difference_to_pages_ns)}`;
}

function measuredChart(rows) {
  return spreadChart(rows, {
    title: "How long forks took, measured", xTitle: "Time at most", yTitle: "Share of forks",
    about: "By the recording's own events, the recorder's time included. copy process: from the task_struct's allocation to task_newtask, "
      + "which is getting the stack and the rest. hit and miss: what the kernel's own cache did.",
    empty: "The recording has no events that measure it: kmem_cache_alloc of the task_struct with task_newtask, or system calls.",
  });
}

function measuredTable(rows) {
  const number = (key, title) => ({ key, title, format: format.of(key) });
  const columns = [
    { key: "measure", title: "Measured", isText: true }, { key: "kind", title: "Kind", isText: true },
    { key: "outcome", title: "Stack", isText: true }, number("forks", "Forks"), number("mean_ns", "Time mean"), number("p50_ns", "p50"),
    number("p90_ns", "p90"), number("p99_ns", "p99"), number("copy_process_share", "copy_process"),
  ];
  return rows.length > 0 ? table({ caption: "How long forks took, measured", columns, rows }) : "";
}
