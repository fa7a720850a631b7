// What lies in a figure, read with the pointer, a finger or the arrow keys: one thing at a time, in a tooltip that is also spoken.
// targets: elements in order, `columns` of them a row; describe: index -> nodes.
function readable(stage, targets, columns, describe) {
  const tip = element("div", { class: "tip", role: "status", "aria-live": "polite", hidden: true });
  let now = -1;
  function show(index) {
    targets[now]?.classList.remove("at-hand");
    now = index;
    tip.hidden = index < 0;
    if (index < 0) return;
    targets[index].classList.add("at-hand");
    tip.replaceChildren(...describe(index));
    beside(targets[index], stage, tip);
  }
  stage.append(tip);
  stage.addEventListener("pointerover", (event) => {
    const target = event.target.closest("[data-at]");
    if (target) show(Number(target.dataset.at));
  });
  stage.addEventListener("pointerleave", () => show(-1));
  stage.addEventListener("blur", () => show(-1));
  stage.addEventListener("keydown", (event) => {
    const next = event.key === "Escape" ? -1 : moved(event.key, now, columns, targets.length);
    if (next === null) return;
    event.preventDefault();
    show(next);
  });
}

function moved(key, now, columns, count) {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
  if (!step) return null;
  if (now < 0) return 0;
  const next = now + step;
  const leavesRow = Math.abs(step) === 1 && columns > 1 && Math.floor(next / columns) !== Math.floor(now / columns);
  return leavesRow || next < 0 || next >= count ? now : next;
}

function beside(target, stage, tip) {
  const frame = stage.getBoundingClientRect();
  const box = target.getBoundingClientRect();
  const room = frame.width - tip.offsetWidth;
  tip.style.left = `${Math.max(0, Math.min(room, box.left - frame.left + box.width / 2))}px`;
  const below = box.bottom - frame.top + 6;
  const above = box.top - frame.top - tip.offsetHeight - 6;
  tip.style.top = `${above >= 0 ? above : below}px`;
}

function swatch(color, isDashed) {
  const made = element("span", { class: isDashed ? "swatch dashed" : "swatch" });
  made.style.setProperty("--swatch", `var(${color})`);
  return made;
}

// items: { name, color, dash }; toggled: index, whether it is hidden now.
function legend(items, toggled) {
  const list = element("ul", { class: "legend", "aria-label": "Series; press to hide or show" });
  items.forEach((one, index) => {
    const button = element("button", { type: "button", "aria-pressed": "true" }, swatch(one.color, one.dash), one.name);
    button.addEventListener("click", () => {
      one.hidden = !one.hidden;
      button.setAttribute("aria-pressed", String(!one.hidden));
      toggled(index, one.hidden);
    });
    list.append(element("li", null, button));
  });
  return list;
}

// A table that is made when somebody opens it.
function numbersOf(spec) {
  const details = element("details", { class: "numbers" }, element("summary", null, "Numbers"));
  details.addEventListener("toggle", () => {
    if (details.childElementCount === 1) details.append(table(spec()));
  });
  return details;
}
