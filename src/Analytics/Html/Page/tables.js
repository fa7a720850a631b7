// A table that sorts by any of its columns. columns: { key, title, hint, format, isText, show: (row) => Node }.
function table(spec) {
  const body = element("tbody");
  const heads = spec.columns.map((column) => head(column, (direction) => {
    fill([...spec.rows].sort((left, right) => direction * order(left[column.key], right[column.key])));
    heads.forEach((other) => other.removeAttribute("aria-sort"));
  }));
  function fill(rows) {
    body.replaceChildren(...rows.map((row) => element("tr", rowAttributes(row), spec.columns.map((column) => cell(column, row)))));
  }
  fill(spec.rows);
  const made = element("table", null, element("caption", null, spec.caption), element("thead", null, element("tr", null, heads)), body);
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": spec.caption }, made);
}

function rowAttributes(row) {
  return row.cell ? { "data-cell": row.cell } : null;
}

function head(column, sort) {
  const made = element("th", { scope: "col", class: column.isText ? "text" : null });
  const button = element("button", { type: "button", title: column.hint }, column.title);
  let direction = -1;
  button.addEventListener("click", () => {
    direction = -direction;
    sort(direction);
    made.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
  });
  made.append(button);
  return made;
}

// What is not there comes last in either order of numbers and texts.
function order(left, right) {
  if (left == null || right == null) return (left == null) - (right == null);
  return typeof left === "number" ? left - right : String(left).localeCompare(String(right));
}

function cell(column, row) {
  const value = row[column.key];
  const shown = typeof value === "boolean" ? String(value) : value;
  const attributes = { class: column.isText ? "text" : null, "data-column": column.key, "data-value": shown };
  if (column.show) return element("td", attributes, column.show(row));
  if (value === null || value === undefined) return element("td", attributes, "–");
  return element("td", attributes, typeof value === "number" ? column.format(value) : value);
}
