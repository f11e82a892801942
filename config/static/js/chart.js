/*
 * One way to draw a chart: ECharts, as SVG, in our colours, in both themes.
 *
 *   import { renderChart, tip } from "longrun/chart";
 *   await renderChart(element, (colours) => ({ series: […], … }), { label: "…" });
 *
 * `option` is a function of the colours of longrun.css (see `palette`), called again when the
 * theme changes. It returns an ordinary ECharts option and need not dress text, axes, grid,
 * legend and tooltip: that is done here, where it says nothing else. `label` is our own
 * description of what is to be seen, for those who do not see it; the numbers themselves
 * belong into a table beside the chart.
 *
 * The content security policy forbids style attributes in markup. ECharts 6 sets the styles of
 * its SVG and of its tooltip's box through element.style, which the policy allows; tried in
 * Chromium with our exact policy, bars, lines, areas, marks, decals and legends report
 * nothing. Only the HTML that it writes into a tooltip carries style attributes. So a tooltip
 * must have a `formatter` that returns a node, which is what `tip` makes, and toolbox's data
 * view is not to be used.
 */

const drawn = new Map(); // element → { chart, draw }

const families = ["effort", "attributed", "baseline", "in-person"];
const singles = [
  "ink", "ink-soft", "muted", "line", "line-strong", "surface", "surface-sunk", "plan",
  "counted", "cost",
];

/** The colours in force: {effort, effortSoft, effortText, …, inPerson, …, ink, muted, line, …}. */
export function palette() {
  const style = getComputedStyle(document.documentElement);
  const names = [...singles, ...families.flatMap((name) => [name, `${name}-soft`, `${name}-text`])];
  return Object.fromEntries(
    names.map((name) => [
      name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase()),
      style.getPropertyValue(`--${name}`).trim(),
    ]),
  );
}

/**
 * What a tooltip says: a heading, and rows of [label, value] or [label, value, family] where a
 * family is "effort", "attributed", "baseline" or "in-person" and colours the row's dot.
 */
export function tip(heading, rows) {
  const box = document.createElement("div");
  box.className = "chart-tip";
  const title = document.createElement("strong");
  title.textContent = heading;
  box.append(title);
  for (const [label, value, family] of rows) {
    const row = document.createElement("div");
    const dot = document.createElement("span");
    dot.className = family ? `dot is-${family}` : "dot is-none";
    const name = document.createElement("span");
    name.textContent = label;
    const number = document.createElement("b");
    number.textContent = value;
    row.append(dot, name, number);
    box.append(row);
  }
  return box;
}

/**
 * Draws into `element`, which must have a height (.chart has); a second call draws anew.
 * Follows the theme and the element's width. Resolves to the ECharts instance.
 */
export async function renderChart(element, option, { label } = {}) {
  await import("echarts"); // comes when the first chart does; it sets a global
  const { echarts } = globalThis;
  const chart = drawn.get(element)?.chart ?? echarts.init(element, null, { renderer: "svg" });
  const draw = () => chart.setOption(dressed(option(palette()), palette(), element), true);
  if (label !== undefined) {
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", label);
  }
  draw();
  if (!drawn.has(element)) sizes.observe(element);
  drawn.set(element, { chart, draw });
  return chart;
}

/** Saves a chart as a PNG of twice its size, on the ground of its card. */
export async function savePng(chart, fileName) {
  // Not chart.getDataURL: it leaves the quotation marks of font names bare inside attributes.
  const svg = new XMLSerializer().serializeToString(chart.getDom().querySelector("svg"));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 2 * chart.getWidth();
  canvas.height = 2 * chart.getHeight();
  const context = canvas.getContext("2d");
  context.fillStyle = palette().surface;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Calls `act` on every chart that is still in the page; lets go of those that are not. */
function forEachDrawn(act) {
  for (const [element, { chart, draw }] of drawn) {
    if (element.isConnected) {
      act(chart, draw);
    } else {
      sizes.unobserve(element);
      chart.dispose();
      drawn.delete(element);
    }
  }
}

const sizes = new ResizeObserver(() => forEachDrawn((chart) => chart.resize()));

new MutationObserver(() => forEachDrawn((_, draw) => draw())).observe(document.documentElement, {
  attributeFilter: ["data-bs-theme"],
});

function dressed(option, colours, element) {
  const small = { color: colours.muted, fontSize: 11 };
  return {
    animation: false,
    ...option,
    series: option.series?.map((each) => ({ emphasis: { disabled: true }, ...each })),
    aria: { enabled: false }, // its description would be a list of numbers; ours says what they mean
    textStyle: {
      fontFamily: getComputedStyle(element).fontFamily,
      color: colours.inkSoft,
      ...option.textStyle,
    },
    grid: option.grid ?? {
      left: 4,
      right: 16,
      top: 28,
      bottom: option.legend ? 28 : 4,
      containLabel: true,
    },
    xAxis: axes(option.xAxis, colours, small),
    yAxis: axes(option.yAxis, colours, small),
    legend: option.legend && {
      bottom: 0,
      itemWidth: 12,
      itemHeight: 8,
      itemGap: 16,
      type: "scroll",
      pageIconColor: colours.muted,
      pageTextStyle: small,
      inactiveColor: colours.lineStrong,
      ...option.legend,
      textStyle: { ...small, ...option.legend.textStyle },
    },
    tooltip: option.tooltip && {
      confine: true,
      transitionDuration: 0,
      padding: [8, 12],
      borderWidth: 1,
      borderColor: colours.line,
      backgroundColor: colours.surface,
      ...option.tooltip,
      textStyle: { color: colours.inkSoft, fontSize: 12, ...option.tooltip.textStyle },
      axisPointer: {
        lineStyle: { color: colours.lineStrong, type: "dotted" },
        ...option.tooltip.axisPointer,
      },
    },
  };
}

function axes(given, colours, small) {
  if (given === undefined) return undefined;
  if (Array.isArray(given)) return given.map((axis) => axes(axis, colours, small));
  const measures = given.type === "value" || given.type === "log";
  return {
    ...given,
    axisLine: { show: !measures, lineStyle: { color: colours.line }, ...given.axisLine },
    axisTick: { show: false, ...given.axisTick },
    splitLine: { show: measures, lineStyle: { color: colours.line }, ...given.splitLine },
    axisLabel: { ...small, hideOverlap: true, ...given.axisLabel },
    nameTextStyle: { ...small, ...given.nameTextStyle },
  };
}
