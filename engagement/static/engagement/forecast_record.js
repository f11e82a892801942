/* How our forecasts held: the band of what was forecast, a dot for what came, misses marked. */

import { renderChart, tip } from "longrun/chart";
import { short, weekAxis, weekHeading, whenShown, worth } from "longrun/weeks";

const LEFT = 44;
const RIGHT = 12;
const MOST_TOLD = 6; // misses of one week that a tooltip names

function option(series, colours, element) {
  const band = { type: "bar", stack: "band", stackStrategy: "all", silent: true, z: 1 };
  const width = series.high.map((high, index) => (high === null ? null : high - series.low[index]));
  const dots = series.dots.map(dotOf);
  const perWeek = (element.clientWidth - LEFT - RIGHT) / series.weeks.length;
  const size = Math.min(Math.max(perWeek * 0.6, 3), 6);
  return {
    grid: { left: LEFT, right: RIGHT, top: 10, bottom: 20 },
    tooltip: {
      trigger: "axis",
      formatter: ([{ axisValue }]) => words(series, dots, series.weeks.indexOf(axisValue)),
    },
    xAxis: weekAxis(series, { boundaryGap: true }),
    yAxis: series.by_place ? placeAxis() : worthAxis(),
    series: [
      // A bar a week, from the low end to the high, on one that nobody sees.
      { ...band, barCategoryGap: "0%", data: series.low, itemStyle: { opacity: 0 } },
      { ...band, data: width, itemStyle: { color: colours.baselineSoft } },
      {
        name: "Held",
        type: "scatter",
        z: 3,
        symbolSize: size,
        itemStyle: { color: colours.counted },
        data: dots.filter((dot) => !dot.miss).map((dot) => pointOf(dot, "circle", colours)),
      },
      {
        name: "Missed",
        type: "scatter",
        z: 4,
        symbolSize: size + 3,
        itemStyle: { color: colours.cost },
        data: dots.filter((dot) => dot.miss).map((dot) => pointOf(dot, "triangle", colours)),
      },
    ],
  };
}

function dotOf([week, channel, at, counted, low, high, miss, inHindsight]) {
  return { week, channel, at, counted, low, high, miss, inHindsight: Boolean(inHindsight) };
}

/** Hollow where it was made in hindsight; a triangle points to the side of the miss. */
function pointOf({ week, at, miss, inHindsight }, shape, colours) {
  const colour = miss ? colours.cost : colours.counted;
  return {
    value: [week, at],
    symbol: shape,
    symbolRotate: miss < 0 ? 180 : 0,
    itemStyle: inHindsight
      ? { color: colours.surface, borderColor: colour, borderWidth: 1.25 }
      : undefined,
  };
}

function worthAxis() {
  return {
    type: "value",
    boundaryGap: [0, "10%"],
    splitNumber: 4,
    axisLabel: { formatter: short },
  };
}

/** From one width below the interval to one above it; its ends alone have names. */
function placeAxis() {
  const names = new Map([
    [0, "5%"],
    [1, "95%"],
  ]);
  return {
    type: "value",
    min: -1.15,
    max: 2.15,
    axisLabel: { customValues: [0, 1], formatter: (value) => names.get(value) ?? "" },
    splitLine: { show: false },
  };
}

function words(series, dots, index) {
  const here = dots.filter((dot) => dot.week === index);
  const heading = weekHeading(series, index);
  if (!here.length) return tip(heading, [["No forecast", ""]]);
  if (!series.by_place) return tip(heading, rowsOf(series, here[0]));
  const missed = here.filter((dot) => dot.miss);
  const rows = [["Held", `${here.length - missed.length} of ${here.length}`]];
  for (const dot of missed.slice(0, MOST_TOLD)) {
    rows.push([series.channels[dot.channel], `${worth(dot.counted, series.unit)}, not ${span(series, dot)}`]);
  }
  if (missed.length > MOST_TOLD) rows.push([`and ${missed.length - MOST_TOLD} more`, ""]);
  return tip(heading, rows);
}

function rowsOf(series, dot) {
  const how = dot.inHindsight ? "90% forecast, in hindsight" : "90% forecast";
  return [
    [dot.miss ? "Came back, a miss" : "Came back", worth(dot.counted, series.unit)],
    [how, span(series, dot)],
  ];
}

function span(series, { low, high }) {
  return `${worth(low, series.unit)} to ${worth(high, series.unit)}`;
}

whenShown("forecast-record", (element, series) =>
  renderChart(element, (colours) => option(series, colours, element), { label: series.description }),
);
