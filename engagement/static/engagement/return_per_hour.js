/* What an hour returned: four-week trend with its band, against the cost of an hour. */

import { renderChart, tip } from "longrun/chart";
import { eventRows, marks, short, weekAxis, weekHeading, whenShown, withLoneDots, worth } from "longrun/weeks";

const LEFT = 44;
const RIGHT = 12;

function option(series, colours, element) {
  const events = marks(series, colours, element.clientWidth - LEFT - RIGHT);
  const invisible = { type: "line", symbol: "none", lineStyle: { opacity: 0 }, silent: true };
  const band = { ...invisible, stack: "band", stackStrategy: "all" };
  const width = series.high.map((high, index) =>
    high === null || series.low[index] === null ? null : high - series.low[index],
  );
  return {
    grid: { left: LEFT, right: RIGHT, top: 10 + events.room, bottom: 20 },
    tooltip: { trigger: "axis", formatter: ([{ dataIndex }]) => words(series, dataIndex) },
    xAxis: weekAxis(series, { boundaryGap: true }),
    // Room above the highest, so that the cost's label and the events' names never meet.
    yAxis: { type: "value", boundaryGap: [0, "10%"], splitNumber: 5, axisLabel: { formatter: short } },
    series: [
      { ...band, data: series.low },
      { ...band, data: width, areaStyle: { color: colours.attributedSoft, opacity: 1 } },
      {
        name: "An hour returned",
        type: "line",
        showSymbol: true,
        symbol: "none",
        data: withLoneDots(series.mean),
        lineStyle: { color: colours.attributed, width: 2.5 },
        itemStyle: { color: colours.attributed },
        markLine: events.lines(true),
      },
      ...costLine(series, colours),
    ],
  };
}

/** Dashed, the whole width, and inside the axis, which a markLine alone would not stretch. */
function costLine(series, colours) {
  if (series.hour_cost === null) return [];
  return [
    {
      name: "Cost of an hour",
      type: "line",
      symbol: "none",
      data: series.weeks.map(() => series.hour_cost),
      lineStyle: { opacity: 0 },
      markLine: {
        symbol: "none",
        silent: true,
        lineStyle: { color: colours.plan, width: 1.25, type: "dashed" },
        label: {
          position: clearest(series),
          formatter: `cost of an hour ${worth(series.hour_cost, series.unit)}`,
          color: colours.inkSoft,
          fontSize: 11,
          textBorderColor: colours.surface,
          textBorderWidth: 2,
        },
        data: [{ yAxis: series.hour_cost }],
      },
    },
  ];
}

/** Where along the dashed line, and on which side of it, the trend is farthest off. */
function clearest({ mean, hour_cost: cost }) {
  const quarter = Math.ceil(mean.length / 4);
  const distance = (values) => {
    const known = values.filter((value) => value !== null);
    return known.reduce((sum, value) => sum + value - cost, 0) / (known.length || 1);
  };
  const [start, end] = [distance(mean.slice(0, quarter)), distance(mean.slice(-quarter))];
  const isStart = Math.abs(start) > Math.abs(end);
  return `inside${isStart ? "Start" : "End"}${(isStart ? start : end) > 0 ? "Bottom" : "Top"}`;
}

function words(series, index) {
  const low = series.low[index];
  const high = series.high[index];
  const rows = [["An hour returned", worth(series.mean[index], series.unit), "attributed"]];
  if (low !== null && high !== null) {
    rows.push(["90% interval", `${worth(low, series.unit)} to ${worth(high, series.unit)}`]);
  }
  if (series.hour_cost !== null) rows.push(["Cost of an hour", worth(series.hour_cost, series.unit)]);
  return tip(weekHeading(series, index), [...rows, ...eventRows(series, index)]);
}

whenShown("return-per-hour", (element, series) =>
  renderChart(element, (colours) => option(series, colours, element), { label: series.description }),
);
