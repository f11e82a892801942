/*
 * One way to draw a chart: ECharts, as SVG, in our colours, in both themes.
 *
 *   import { renderChart, tip } from "longrun/chart";
 *   await renderChart(element, (colours) => ({ series: […], … }), { label: "…" });
 *
 * `option` is a function of the colours of longrun.css (see `palette`), called again when the
 * theme changes; it returns an ordinary ECharts option, without colours of text, axes and
 * grid, which are set here. `label` is our own description of what is to be seen, for those
 * who don't see it.
 */

const families = ["effort", "attributed", "baseline", "in-person"];
const others = ["ink", "ink-soft", "muted", "line", "line-strong", "surface", "plan", "counted", "cost"];
const drawn = new Map();

/** The colours in force: {effort, effortSoft, effortText, attributed, …, ink, muted, line, …}. */
export function palette(element = document.documentElement) {
  const style = getComputedStyle(element);
  const names = [...others, ...families.flatMap((name) => [name, `${name}-soft`, `${name}-text`])];
  return Object.fromEntries(
    names.map((name) => [
      name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase()),
      style.getPropertyValue(`--${name}`).trim(),
    ]),
  );
}

/**
 * What a tooltip says: a heading and rows of [label, value] or [label, value, colour name].
 * It is built as nodes because ECharts' own HTML carries style attributes.
 */
export function tip(heading, rows) {
  const box = document.createElement("div");
  const title = document.createElement("strong");
  title.textContent = heading;
  box.append(title);
  for (const [label, value, colour] of rows) {
    const row = document.createElement("div");
    row.className = "chart-tip-row";
    if (colour) {
      const dot = document.createElement("span");
      dot.className = `dot is-${colour}`;
      row.append(dot);
    }
    const name = document.createElement("span");
    name.textContent = label;
    const number = document.createElement("b");
    number.textContent = value;
    row.append(name, number);
    box.append(row);
  }
  return box;
}
