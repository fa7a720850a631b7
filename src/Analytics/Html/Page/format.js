// Numbers as people read them. A column's last word is its unit.
const format = {
  count(value) {
    return Math.round(value).toLocaleString("en-US");
  },
  number(value) {
    return Number.isInteger(value) ? format.count(value) : value.toLocaleString("en-US", { maximumFractionDigits: 3 });
  },
  share(value) {
    return `${(value * 100).toFixed(1)} %`;
  },
  finely(value) {
    return `${(value * 100).toFixed(2).replace(/\.?0+$/, "")} %`;
  },
  duration(ns) {
    const size = Math.abs(ns);
    if (size < 999.5) return `${Math.round(ns)} ns`;
    if (size < 999.5e3) return `${scaled(ns / 1e3)} µs`;
    if (size < 999.5e6) return `${scaled(ns / 1e6)} ms`;
    return `${scaled(ns / 1e9)} s`;
  },
  difference(ns) {
    return ns >= 0.5 ? `+${format.duration(ns)}` : format.duration(ns <= -0.5 ? ns : 0);
  },
  bytes(value) {
    const units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let unit = 0;
    while (Math.abs(value) >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
  },
  // The way to write a column, by its name.
  of(column) {
    if (column.startsWith("difference") && column.endsWith("_ns")) return format.difference;
    if (column.endsWith("_ns")) return format.duration;
    if (column.endsWith("_bytes")) return format.bytes;
    if (column.endsWith("_rate") || column.endsWith("_share")) return format.share;
    return format.number;
  },
};

function scaled(value) {
  return Math.abs(value) < 9.995 ? value.toFixed(2) : value.toFixed(1);
}
