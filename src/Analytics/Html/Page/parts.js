// Parts of one cell: by name of the new task, by CPU of the fork. Bars for the first twelve, a table of all.
const barsMax = 12;

function byName(rows) {
  const names = rows.reduce((sum, row) => sum + (row.parts ?? 1), 0);
  return parts(rows, {
    title: "By name of the task", key: "comm", first: "Name", empty: "No name is known.",
    name: (row) => (row.parts !== null ? `${format.count(row.parts)} other names` : row.comm ?? "(unknown)"),
    about: `What forks got, by the name that the new task was born with${few(rows, `of ${format.count(names)} names`)}.`,
  });
}

function byCpu(rows) {
  return parts(rows, {
    title: "By CPU of the fork", key: "cpu", first: "CPU", empty: "No CPU is known.",
    name: (row) => (row.parts !== null ? `${format.count(row.parts)} other CPUs` : `CPU ${row.cpu}`),
    about: `What forks got, by the CPU that forked${few(rows, "of all")}.`,
  });
}

function few(rows, all) {
  return rows.length > barsMax ? `: the ${barsMax} with most forks ${all}` : "";
}

function parts(rows, spec) {
  const bars = outcomeBars({ ...spec, rows: rows.slice(0, barsMax), hasTable: true });
  const whole = rows.length > 0 ? table(outcomeTable({ ...spec, rows })) : element("span");
  whole.classList.add("parts", `parts-${spec.key}`);
  return { bars, whole };
}
