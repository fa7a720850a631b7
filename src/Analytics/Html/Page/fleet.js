// The results of many recordings: policies over all of them, a row for each machine, the tasks that missed most.
const fleet = JSON.parse(document.getElementById("data").textContent);
const fleetColors = ["--c0", "--c1", "--c2", "--c3", "--c4", "--c5", "--c6", "--c7"];

function settingName(row) {
  return [row.policy, row.parameters_else, row.conditions && `[${row.conditions}]`].filter(Boolean).join(" ");
}

function column(key, title, hint) {
  return { key, title, hint, format: format.of(key) };
}

function text(key, title, hint) {
  return { key, title, hint, isText: true, format: String };
}

// Texts that no row has would only push the numbers aside.
function fleetTable(caption, rows, ...columns) {
  const told = columns.filter((one) => !one.isText || rows.some((row) => row[one.key]));
  return table({ caption, rows, columns: told });
}

function section(id, title, about, ...content) {
  return element("section", { id, "aria-labelledby": `${id}-title` },
    element("h3", { id: `${id}-title` }, title), about && element("p", { class: "note" }, about), content);
}

function fleetCurves(rows) {
  const swept = [...groupBy(rows, settingName)];
  const most = Math.max(1, ...rows.map((row) => row.capacity));
  return element("div", { class: "charts" }, chart({
    title: "Hit rate against capacity, over all machines", xTitle: "Stacks that each CPU may keep", yTitle: "Hit rate",
    about: "Every fork counts the same. Only capacities at which every machine was replayed are drawn.",
    empty: "No policy was replayed at several capacities.",
    x: format.count, y: format.share, yMin: 0, yMax: 1, xScale: { distr: 4, asinh: 4, range: [0, most * 1.04] },
    xAxis: { splits: capacityTicks.filter((tick) => tick <= most), filter: (plot, splits) => splits },
    series: swept.map(([name, group], index) => ({
      name, color: fleetColors[index % fleetColors.length], kind: "line", dash: index % 2 ? [6, 3] : null,
      points: group.map((row) => [row.capacity, row.hit_rate]),
    })),
  }));
}

// How machines differ: all of them in order of their hit rate, now and at the capacity that is enough.
function hostsChart(rows) {
  const told = rows.filter((row) => row.hit_rate !== null).sort((left, right) => left.hit_rate - right.hit_rate);
  const points = (key) => told.map((row, index) => [index + 1, row[key]]).filter((point) => point[1] !== null);
  const labels = new Map(told.map((row, index) => [index + 1, row.host ?? "(unknown)"]));
  return element("div", { class: "charts" }, chart({
    title: "Machines in order of their hit rate", xTitle: "Machines", yTitle: "Hit rate", x: format.count, y: format.share, yMin: 0, yMax: 1,
    about: "The machine's own policy as it was replayed, and at the capacity that is enough. The gap is what more slots would buy.",
    series: [
      { name: "own policy", color: "--c0", kind: "points", points: points("hit_rate"), labels },
      { name: "at the best capacity", color: "--c2", kind: "points", points: points("best_hit_rate"), labels },
    ],
  }));
}

function fleetPage() {
  const [totals] = objects(fleet.totals);
  const hosts = objects(fleet.hosts);
  const recordings = objects(fleet.recordings);
  const loss = totals.lossy > 0 ? `; in ${format.count(totals.lossy)} of them events were lost` : "";
  const shown = recordings.length < totals.recordings ? `The ${format.count(recordings.length)} with most misses, of ${format.count(totals.recordings)}.` : null;
  return element("article", null,
    element("h2", { class: "name" }, `${format.count(totals.hosts)} machines, ${format.count(totals.recordings)} recordings`),
    element("p", null, `${format.count(totals.forks)} forks${loss}.`),
    section("policies", "Policies over all recordings", "Headroom: what hindsight would hit more with as much memory.",
      fleetTable("Policies", objects(fleet.policies),
        text("policy", "Policy"), text("parameters_else", "Parameters"), text("conditions", "Conditions"), column("hosts", "Machines"),
        column("recordings", "Recordings"), column("allocations", "Forks"), column("hit_rate", "Hit rate"), column("least_hit_rate", "Least"),
        column("median_hit_rate", "Median"), column("most_hit_rate", "Most"), column("headroom_share", "Headroom"), column("cached_mean_bytes", "Cached mean"))),
    section("curves", "What a cache buys", null, fleetCurves(objects(fleet.curves))),
    section("hosts", "Machines", "By the policy of each machine's own kernel; by all policies where that is not known. "
      + "The best capacity hits at most half a point less than the best of the curve.", hostsChart(hosts),
      fleetTable("Machines", hosts,
        text("host", "Machine"), text("policy", "Policy"), text("conditions", "Conditions"), column("recordings", "Recordings"),
        column("allocations", "Forks"), column("hit_rate", "Hit rate"), column("headroom_share", "Headroom"), column("best_capacity", "Best capacity"),
        column("best_hit_rate", "Hit rate there"), text("worst_grade", "Worst grade"), text("worst_comms", "Missed most"))),
    section("comms", "Tasks that missed most", "Names that differ only in numbers are taken together.",
      fleetTable("Tasks that missed most", objects(fleet.comms),
        text("comm", "Name"), text("policy", "Policy"), column("hosts", "Machines"), column("recordings", "Recordings"),
        column("allocations", "Forks"), column("hit_rate", "Hit rate"), column("misses", "Misses"), column("misses_share", "Of all misses"))),
    section("recordings", "Recordings", shown,
      fleetTable("Recordings", recordings,
        text("host", "Machine"), text("trace", "Recording"), text("kernel", "Kernel"), text("policy", "Policy"), text("conditions", "Conditions"),
        text("grade", "Grade"), column("events_lost", "Lost"), column("allocations", "Forks"), column("hit_rate", "Hit rate"),
        column("misses", "Misses"), column("headroom_share", "Headroom"))));
}

document.title = "Fleet – ForkTrace";
document.getElementById("main").replaceChildren(fleetPage());
drawFromNowOn();
