// Standard input: a JSON array of Vega-Lite specifications. Standard output: for each what Vega-Lite complains of, and how many bars or
// points it draws.
import { readFileSync } from "node:fs";
import * as vega from "vega";
import { compile } from "vega-lite";

const results = [];
for (const spec of JSON.parse(readFileSync(0, "utf8"))) {
  const complaints = [];
  const note = (...words) => { complaints.push(words.join(" ")); return logger; };
  const logger = { level: () => logger, error: note, warn: note, info: () => logger, debug: () => logger };
  const view = new vega.View(vega.parse(compile(spec, { logger }).spec), { renderer: "none", logger });
  const svg = await view.toSVG();
  const drawn = spec.mark.type === "line" ? "point" : "bar";
  results.push({ complaints, drawn: svg.split(`aria-roledescription="${drawn}"`).length - 1 });
}

process.stdout.write(JSON.stringify(results));
