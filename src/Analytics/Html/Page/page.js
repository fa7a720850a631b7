// Puts the page together from its data.
const report = JSON.parse(document.getElementById("data").textContent);
const descriptions = report.descriptions;
const palette = ["--c0", "--c1", "--c2", "--c3", "--c4", "--c5", "--c6", "--c7"];

const hasSeveral = (name) => new Set(objects(report.cells).map(name)).size > 1;
const hasSeveralModels = hasSeveral((cell) => `${cell.cost_model} ${cell.seed}`);
const hasSeveralConditions = hasSeveral((cell) => cell.conditions);

function cellName(cell) {
  const model = hasSeveralModels ? ` [${cell.cost_model}, seed ${cell.seed}]` : "";
  const conditions = conditionsOf(cell) ? ` [${cell.conditions}]` : "";
  return `${cell.policy}${cell.parameters ? `:${cell.parameters}` : ""}${model}${conditions}`;
}

// Only where they tell cells apart; the page's opening says them in any case.
function conditionsOf(cell) {
  return hasSeveralConditions ? cell.conditions : "";
}

function familyName(cell) {
  return cellName({ ...cell, parameters: cell.family });
}

function families(cells) {
  return [...groupBy(cells.filter((cell) => cell.unmet === null), familyName)];
}

function recording(trace, index) {
  const of = (name) => objects(report[name]).filter((row) => row.trace_digest === trace.digest || row.recording === index);
  const cells = of("cells");
  const names = [...new Set([...cells, ...of("curves")].map((row) => row.policy))];
  const colors = new Map(names.map((name, at) => [name, palette[at % palette.length]]));
  const rows = { losses: of("losses"), issues: of("issues"), evidence: objects(report.evidence) };
  const id = `recording-${index}`;
  const periods = of("grace_periods");
  const part = (name, title, ...content) => {
    const at = `${id}-${name}`;
    return element("section", { id: at, "aria-labelledby": `${at}-title` }, element("h3", { id: `${at}-title` }, title), content);
  };
  const parts = [
    part("policies", "Policies side by side", sideBySide(cells, colors)),
    part("charts", "What a cache buys", element("div", { class: "charts" },
      capacityChart(trace, cells, of("curves"), colors), memoryChart(cells, colors), missesChart(cells))),
    part("measured", "How long forks took, measured", measuredChart(of("measured_fork_times")), measuredTable(of("measured_forks"))),
    part("modelled", "What forks would pay, modelled", costChart(cells, objects(report.latency), colors), costNote(cells)),
    part("load", "The load, whatever the policy", element("div", { class: "pair" },
      happeningsChart(trace, of("happenings")), graceChart(trace, periods), lifetimesChart(of("lifetimes")), delaysChart(of("rcu_delays")),
      heatMap(of("matrix")))),
    part("detail", "One policy in detail", inDetail(trace, cells, periods)),
    part("numbers", "Every number", everyNumber(cells), eventTable(of("events"))),
  ];
  const links = parts.map((one) => element("li", null, element("a", { href: `#${one.id}` }, one.firstChild.textContent)));
  return element("article", { id, "aria-label": trace.name },
    element("h2", { class: "name" }, trace.name), answerOf(report.answers[index]), element("div", { class: "opening" }, facts(trace, cells), trust(trace, cells, rows)),
    element("nav", { class: "jump", "aria-label": "Sections" }, element("ul", null, links)), parts);
}

// What a run comes down to, as the terminal says it.
function answerOf(answer) {
  return element("div", { class: "answer" }, element("p", null, answer.kernel), element("p", null, answer.change));
}

function missesChart(cells) {
  const rows = cells.filter((cell) => cell.is_shown && cell.unmet === null && cell.misses_cold !== null);
  return outcomeBars({
    title: "Why forks missed", key: "policy", first: "Policy", rows, name: cellName,
    about: "Each fork, by what it got: a stack from the cache, or none, by what would have helped.",
    empty: "An older ForkTrace replayed this: causes were not told.",
  });
}

function start() {
  const traces = objects(report.traces);
  document.title = `${visible(traces.map((trace) => trace.name).join(", "))} – ForkTrace`;
  document.getElementById("main").replaceChildren(...repeats(traces), ...traces.map(recording));
  if (traces.length > 1) {
    const links = traces.map((trace, index) => element("li", null, element("a", { href: `#recording-${index}` }, trace.name)));
    document.getElementById("contents").append(element("ul", null, links));
  }
  drawFromNowOn();
}

start();
