/* What came back, above; the hours that were planned and spent, below; one line of weeks. */

import { renderChart, tip } from "longrun/chart";
import { eventRows, hours, marks, number, short, weekAxis, weekHeading, whenShown, worth } from "longrun/weeks";

const LEFT = 44; // both panels begin here, whatever their numbers
const RIGHT = 12;
const FOOT = 20; // the labels of the weeks
const GAP = 30; // between the panels, with the name of the lower one

function option(series, colours, element) {
  const events = marks(series, colours, element.clientWidth - LEFT - RIGHT);
  const top = 22 + events.room;
  const panel = (element.clientHeight - top - GAP - FOOT) / 2;
  const isRunning = (index) => series.weeks[index] === series.running;
  const over = series.worth.map((value, index) => (isRunning(index) ? null : value));
  const running = series.worth.map((value, index) => (isRunning(index) ? value : null));
  const name = { align: "left", padding: [0, 0, 0, -LEFT + 8], color: colours.muted };
  const line = {
    name: "Worth",
    type: "line",
    lineStyle: { color: colours.counted, width: 1.5 },
    itemStyle: { color: colours.counted },
    symbol: "circle",
    symbolSize: series.weeks.length > 60 ? 3 : 5,
    showAllSymbol: true,
  };
  return {
    grid: [
      { left: LEFT, right: RIGHT, top, height: panel },
      { left: LEFT, right: RIGHT, top: top + panel + GAP, height: panel },
    ],
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    tooltip: { trigger: "axis", formatter: ([{ dataIndex }]) => words(series, dataIndex) },
    xAxis: [
      weekAxis(series, { gridIndex: 0, axisLabel: { show: false } }),
      weekAxis(series, { gridIndex: 1 }),
    ],
    yAxis: [
      {
        type: "value",
        gridIndex: 0,
        name: `worth a week, ${unitName(series.unit)}`,
        nameGap: 8 + events.room,
        nameTextStyle: name,
        splitNumber: 3,
        axisLabel: { formatter: short },
      },
      {
        type: "value",
        gridIndex: 1,
        name: "hours a week",
        nameGap: 8,
        nameTextStyle: name,
        splitNumber: 3,
        axisLabel: { formatter: short },
      },
    ],
    series: [
      { ...line, data: over, markLine: events.lines(true) },
      // Hollow and on its own: a line down to a week of which half is missing would be a fall.
      { ...line, data: running, symbol: "emptyCircle", symbolSize: 6 },
      {
        name: "Logged",
        type: "bar",
        xAxisIndex: 1,
        yAxisIndex: 1,
        barCategoryGap: "28%",
        data: series.hours.map((value, index) => ({
          value,
          itemStyle: isRunning(index) ? hatched(colours) : undefined,
        })),
        itemStyle: { color: colours.effort, borderRadius: [2, 2, 0, 0] },
        markLine: events.lines(false),
      },
      {
        name: "Planned",
        type: "line",
        step: "middle",
        xAxisIndex: 1,
        yAxisIndex: 1,
        symbol: "none",
        data: series.planned_hours,
        lineStyle: { color: colours.plan, width: 1.25, type: "dashed" },
      },
    ],
  };
}

function hatched(colours) {
  return {
    color: colours.effortSoft,
    borderColor: colours.effort,
    borderWidth: 1,
    decal: {
      color: colours.effort,
      dashArrayX: [1, 0],
      dashArrayY: [1, 4],
      rotation: -Math.PI / 4,
    },
  };
}

function unitName({ prefix, suffix }) {
  return `${prefix}${suffix}`.trim();
}

function words(series, index) {
  const responses = series.responses[index];
  return tip(weekHeading(series, index), [
    ["Worth of what came back", worth(series.worth[index], series.unit)],
    ["Responses", responses === null ? "–" : number(responses)],
    ["Logged", hours(series.hours[index]), "effort"],
    ["Planned", hours(series.planned_hours[index])],
    ...eventRows(series, index),
  ]);
}

whenShown("hours-and-responses", (element, series) =>
  renderChart(element, (colours) => option(series, colours, element), { label: series.description }),
);
