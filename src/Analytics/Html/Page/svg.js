// A chart as an SVG file: what its canvas shows, drawn again as paths and text, so that it can be scaled and edited.
function saveButton(spec, series, figure) {
  const button = element("button", { type: "button", class: "save" }, "Save as SVG");
  button.addEventListener("click", () => {
    const address = URL.createObjectURL(new Blob([svgOf(spec, series, figure.plot)], { type: "image/svg+xml" }));
    const link = element("a", { href: address, download: `${spec.title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.svg` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  });
  return button;
}

function svgOf(spec, series, plot) {
  const shown = series.filter((one) => !one.hidden);
  const area = {
    left: plot.over.offsetLeft, top: plot.over.offsetTop + 26, width: plot.over.clientWidth, height: plot.over.clientHeight,
  };
  const legendTop = area.top + area.height + 52;
  const [width, height] = [plot.width, legendTop + 16 * shown.length + 8];
  const x = (value) => area.left + plot.valToPos(value, "x");
  const y = (value) => area.top + plot.valToPos(value, "y");
  const font = "font-family=\"system-ui, sans-serif\" font-size=\"12\"";
  const text = (at, words, more = "") => `<text x="${round(at[0])}" y="${round(at[1])}" ${more}>${escaped(words)}</text>`;
  const line = (from, to) =>
    `<line x1="${round(from[0])}" y1="${round(from[1])}" x2="${round(to[0])}" y2="${round(to[1])}" stroke="${cssColor("--line")}"/>`;
  const bottom = area.top + area.height;
  const ticks = (axis, labels) => (axis._splits ?? []).flatMap((split, index) => (axis._values?.[index] ? [labels(split, axis._values[index])] : []));
  const parts = [
    `<rect width="100%" height="100%" fill="${cssColor("--card")}"/>`,
    text([8, 18], spec.title, `font-size="15" font-weight="600" fill="${cssColor("--ink")}"`),
    `<g ${font} fill="${cssColor("--soft")}">`,
    ...ticks(plot.axes[0], (split, label) => line([x(split), area.top], [x(split), bottom])
      + text([x(split), bottom + 18], label, "text-anchor=\"middle\"")),
    ...ticks(plot.axes[1], (split, label) => line([area.left, y(split)], [area.left + area.width, y(split)])
      + text([area.left - 6, y(split) + 4], label, "text-anchor=\"end\"")),
    text([area.left + area.width / 2, bottom + 38], spec.xTitle, "text-anchor=\"middle\""),
    text([0, 0], spec.yTitle, `text-anchor="middle" transform="translate(14 ${round(area.top + area.height / 2)}) rotate(-90)"`),
    "</g>",
    `<clipPath id="area"><rect x="${area.left}" y="${area.top}" width="${area.width}" height="${area.height}"/></clipPath>`,
    `<g clip-path="url(#area)">${shown.map((one) => drawnSeries(one, x, y, bottom)).join("")}</g>`,
    `<g ${font} fill="${cssColor("--ink")}">`,
    ...shown.map((one, index) => `<rect x="${area.left}" y="${legendTop + 16 * index - 9}" width="10" height="10" fill="${cssColor(one.color)}"/>`
      + text([area.left + 16, legendTop + 16 * index], one.name)),
    "</g>",
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n${parts.join("\n")}\n</svg>\n`;
}

function drawnSeries(one, x, y, bottom) {
  const color = cssColor(one.color);
  const places = one.points.filter((point) => point[1] !== null).map(([px, py]) => [x(px), y(py)]);
  const dots = (of, radius) => of.map(([px, py]) => `<circle cx="${round(px)}" cy="${round(py)}" r="${radius}" fill="${color}"/>`).join("");
  if (one.kind === "points") return dots(places, (one.size ?? 9) / 2);
  if (one.kind === "bars") {
    const step = places.length > 1 ? Math.min(40, 0.9 * (places[1][0] - places[0][0])) : 40;
    return places.map(([px, py]) =>
      `<rect x="${round(px)}" y="${round(py)}" width="${round(step)}" height="${round(Math.max(0, bottom - py))}" fill="${color}"/>`).join("");
  }
  const marked = one.marks ? one.points.filter((point) => one.marks.has(point[0])).map(([px, py]) => [x(px), y(py)]) : [];
  const path = one.strokes
    ? one.strokes.map(([ax, ay, bx, by]) => `M${round(x(ax))} ${round(y(ay))}L${round(x(bx))} ${round(y(by))}`).join("")
    : places.map(([px, py], index) => (index === 0 ? `M${round(px)} ${round(py)}`
      : one.kind === "step" ? `H${round(px)}V${round(py)}` : `L${round(px)} ${round(py)}`)).join("");
  const dash = one.dash ? ` stroke-dasharray="${one.dash.join(" ")}"` : "";
  return `<path d="${path}" fill="none" stroke="${color}" stroke-width="2"${dash}/>${dots(marked, 4.5)}`;
}

function round(number) {
  return Math.round(10 * number) / 10;
}

function escaped(words) {
  const spelt = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;" };
  return visible(String(words)).replace(/[&<>"]/g, (letter) => spelt[letter]);
}
