// A map of recordings: principal components of their fingerprints, a colour for each cluster, a ring around picks.
// A chart has one point of a series at each x: recordings at the same place are moved apart by less than anybody sees.
const points = JSON.parse(document.getElementById("data").textContent).map((point, index) => ({ ...point, x: point.x + index * 1e-9 }));
const colors = ["--c0", "--c1", "--c2", "--c3", "--c4", "--c5", "--c6", "--c7"];
const coordinate = (value) => value.toFixed(2);

function mapSeries() {
  const clusters = [...groupBy(points, (point) => point.cluster)].sort((left, right) => left[0] - right[0]);
  const series = (name, color, members, size) => ({
    name, color, size, kind: "points", points: members.map((point) => [point.x, point.y]).sort((left, right) => left[0] - right[0]),
    labels: new Map(members.map((point) => [point.x, point.name])),
  });
  return [
    series("to keep", "--ink", points.filter((point) => point.is_pick), 15),
    ...clusters.map(([cluster, members]) => series(`cluster ${cluster}`, colors[(cluster - 1) % colors.length], members, 10)),
  ];
}

function mapTable() {
  const rows = [...points].sort((left, right) => left.cluster - right.cluster || right.is_pick - left.is_pick || left.name.localeCompare(right.name));
  return table({
    caption: "Clusters, and the recording to keep of each",
    columns: [
      { key: "cluster", title: "cluster", format: format.count },
      { key: "name", title: "recording", isText: true, show: (row) => (row.is_pick ? element("b", null, row.name) : row.name) },
      { key: "is_pick", title: "keep", isText: true, show: (row) => (row.is_pick ? "keep" : "") },
      { key: "oddity", title: "oddity", hint: "how unlike the others it is, 0 to 1", format: coordinate },
    ],
    rows,
  });
}

document.getElementById("main").replaceChildren(element("article", null,
  element("h2", { class: "name" }, `${points.length} recordings, ${points.filter((point) => point.is_pick).length} to keep`),
  element("section", null, element("div", { class: "charts" }, chart({
    title: "Recordings that are near each other are alike",
    about: "Axes are the two components in which the recordings' fingerprints differ most; they have no unit.",
    xTitle: "first component", yTitle: "second component", x: coordinate, y: coordinate, height: 460, series: mapSeries(),
    xScale: { range: (plot, least, most) => [least - 0.5, most + 0.5] }, yMin: Math.min(...points.map((point) => point.y)) - 0.5,
  }))),
  element("section", null, mapTable())));
drawFromNowOn();
