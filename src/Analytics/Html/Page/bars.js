// What became of forks, as bars that stack: from the cache, or missed, by cause.
const outcomes = [
  { key: "hits", name: "from the cache", color: "--calm" },
  { key: "misses_capacity", name: "capacity", color: "--c0", hint: "dropped for lack of room or by age: more slots help" },
  { key: "misses_rcu_delay", name: "RCU delay", color: "--c1", hint: "on its way through RCU: freeing earlier helps" },
  { key: "misses_placement", name: "placement", color: "--c3", hint: "the task had died on another CPU: a shared pool helps" },
  { key: "misses_node", name: "node", color: "--c5", hint: "of another memory node: forks and deaths on one node help" },
  { key: "misses_cold", name: "cold", color: "--c4", hint: "nobody had died yet whose stack was free: nothing helps" },
];

// spec: title, about, key (of the rows' first column), first (its title), rows, name: row -> text, empty, hasTable (it stands elsewhere).
function outcomeBars(spec) {
  const figure = element("figure", { class: "chart" },
    element("figcaption", null, element("h4", null, spec.title), element("p", null, spec.about)));
  if (spec.rows.length === 0) {
    figure.append(element("p", { class: "empty" }, spec.empty ?? "No numbers to draw."));
    return figure;
  }
  const most = Math.max(1, ...spec.rows.map((row) => row.allocations));
  const isThere = (kind) => kind.key !== "misses_node" || spec.rows.some((row) => row.misses_node > 0);
  const kinds = outcomes.filter(isThere).map((kind) => ({ ...kind }));
  const lines = spec.rows.map((row, index) => outcomeLine(spec, row, index, kinds, most));
  const stage = element("div", {
    class: "stage outcomes", tabindex: 0, role: "group", "aria-label": `${spec.title}. Up and down arrow keys read the bars.`,
  }, lines);
  const hide = (index, isHidden) => {
    for (const part of stage.querySelectorAll(`.bar > :nth-child(${index + 1})`)) part.hidden = isHidden;
  };
  readable(stage, lines, 1, (index) => outcomeWords(spec, spec.rows[index], kinds));
  figure.append(legend(kinds, hide), stage, spec.hasTable ? "" : numbersOf(() => outcomeTable(spec)));
  return figure;
}

function outcomeLine(spec, row, index, kinds, most) {
  const parts = kinds.map((kind) => {
    const part = element("span");
    part.style.width = `${(100 * row[kind.key]) / most}%`;
    part.style.background = `var(${kind.color})`;
    return part;
  });
  const words = row.allocations > 0 ? `${format.share((row.allocations - row.hits) / row.allocations)} missed` : "no forks";
  return element("div", { class: "outcome", "data-at": index },
    element("span", { class: "who" }, spec.name(row)), element("span", { class: "bar", "aria-hidden": "true" }, parts),
    element("small", null, words));
}

function outcomeWords(spec, row, kinds) {
  const lines = kinds.filter((kind) => !kind.hidden && row[kind.key] > 0).map((kind) => element("div", null,
    swatch(kind.color), `${kind.name}: `, element("b", null, format.count(row[kind.key])),
    ` (${format.share(row[kind.key] / row.allocations)})`, kind.hint ? element("small", null, ` ${kind.hint}`) : null));
  return [element("div", { class: "at" }, `${spec.name(row)}: ${format.count(row.allocations)} forks`), ...lines];
}

function outcomeTable(spec) {
  const share = (row) => ({ ...row, hit_rate: row.allocations > 0 ? row.hits / row.allocations : null, name: spec.name(row) });
  const number = (key, title) => ({ key, title, hint: descriptions[key], format: format.of(key) });
  const columns = [
    { key: spec.key, title: spec.first, isText: true, show: (row) => row.name },
    number("allocations", "Forks"), number("hits", "Hits"), number("hit_rate", "Hit rate"),
    number("misses_capacity", "Capacity"), number("misses_rcu_delay", "RCU delay"), number("misses_placement", "Placement"),
    number("misses_node", "Node"), number("misses_cold", "Cold"),
  ];
  return { caption: `${spec.title}: misses by cause`, columns, rows: spec.rows.map(share) };
}
