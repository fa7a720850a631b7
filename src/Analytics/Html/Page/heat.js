// Where tasks are born and die: a square for each pair of CPUs, darker where more tasks are.
function heatMap(rows) {
  const total = rows.reduce((sum, row) => sum + row.tasks, 0);
  const home = rows.reduce((sum, row) => sum + row.tasks_on_one_cpu, 0);
  const figure = element("figure", { class: "chart heat" }, element("figcaption", null,
    element("h4", null, "CPU of the fork, CPU of the death"),
    element("p", null, "A per-CPU cache gets stacks where tasks die and gives them where tasks fork; off the diagonal, stacks wander."),
    total > 0 ? element("p", null, "Of ", element("b", null, format.count(total)), " tasks, ",
      element("b", { "data-home": home }, format.share(home / total)), " died on the CPU that forked them.") : null));
  if (total === 0) {
    figure.append(element("p", { class: "empty" }, "No task's fork and death are both in the recording."));
    return figure;
  }
  const width = rows[0].width;
  const cpus = [...new Set(rows.flatMap((row) => [row.fork_cpu, row.death_cpu]))].sort((left, right) => left - right);
  const name = (cpu) => (width > 1 ? `${cpu}–${cpu + width - 1}` : String(cpu));
  const tasks = new Map(rows.map((row) => [`${row.fork_cpu} ${row.death_cpu}`, row.tasks]));
  const squares = cpus.flatMap((fork) => cpus.map((death) => ({ fork, death, tasks: tasks.get(`${fork} ${death}`) ?? 0 })));
  const most = Math.max(...squares.map((square) => square.tasks));
  const drawn = squares.map((square, index) => heatSquare(square, index, most, cpus.length));
  const describe = (index) => heatWords(squares[index], name, total);
  const stage = heatStage(cpus, name, drawn);
  readable(stage, drawn, cpus.length, describe);
  figure.append(heatScale(most), stage, numbersOf(() => ({
    caption: "Tasks by CPU of fork and of death",
    columns: [
      { key: "fork_cpu", title: "Forked on", format: name }, { key: "death_cpu", title: "Died on", format: name },
      { key: "tasks", title: "Tasks", format: format.count },
    ],
    rows,
  })));
  return figure;
}

function heatSquare(square, index, most, side) {
  const made = element("span", { class: "square", "data-at": index }, side <= 8 && square.tasks > 0 ? format.count(square.tasks) : "");
  // The root of the share: few tasks off the diagonal are to be seen beside many on it.
  const depth = square.tasks > 0 ? Math.max(6, Math.round(100 * Math.sqrt(square.tasks / most))) : 0;
  made.style.setProperty("--depth", `${depth}%`);
  if (depth > 75) made.classList.add("deep");
  return made;
}

function heatStage(cpus, name, drawn) {
  const side = cpus.length;
  const every = Math.ceil(side / 12);
  const grid = element("div", { class: "squares", "aria-hidden": "true" });
  grid.style.gridTemplateColumns = `auto repeat(${side}, minmax(0, 1fr))`;
  grid.style.maxWidth = `${Math.min(560, 60 + side * 84)}px`;
  grid.style.gap = side > 32 ? "0" : "2px";
  const label = (cpu, index, isTop) => element("span", { class: isTop ? "cpu top" : "cpu" }, index % every === 0 ? cpu : "");
  grid.append(element("span"), ...cpus.map((cpu, index) => label(cpu, index, true)));
  cpus.forEach((cpu, index) => grid.append(label(cpu, index), ...drawn.slice(index * side, (index + 1) * side)));
  return element("div", {
    class: "stage", tabindex: 0, role: "group", "aria-label": "Tasks by CPU of fork and of death. The four arrow keys read the squares.",
  }, element("p", { class: "axis" }, "Rows: CPU of the fork. Columns: CPU of the death."), grid);
}

function heatWords(square, name, total) {
  return [
    element("div", { class: "at" }, `Forked on CPU ${name(square.fork)}, died on CPU ${name(square.death)}`),
    element("div", null, element("b", null, format.count(square.tasks)), ` tasks (${format.share(square.tasks / total)})`),
  ];
}

function heatScale(most) {
  const ramp = element("span", { class: "ramp", "aria-hidden": "true" });
  return element("p", { class: "scale" }, "none ", ramp, ` ${format.count(most)} tasks (root scale)`);
}
