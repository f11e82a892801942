/*
 * What charts over weeks share: where their numbers come from, the axis of weeks, the thin
 * lines of events and of today, and numbers with their units.
 *
 * A chart's place is <div data-chart="NAME" data-series="JSON">, where the JSON is
 * { description, unit: {prefix, suffix}, weeks: ["2026-11-16", …], running: the week that is
 * not over or null, events: [{week, name}, …], and the series }.
 */

const LETTER = 6; // px, about the width of a letter of an event's name
const LETTERS = 24; // more are cut: the whole name is in the tooltip
const LEVEL = 14; // px, the height of one line of such names

const dayAndMonth = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const monthAndYear = new Intl.DateTimeFormat("en-GB", { month: "short", year: "2-digit", timeZone: "UTC" });
const fullDay = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });

/** Calls `draw(element, series)` for each place of chart `name`, now and after a swap by htmx. */
export function whenShown(name, draw) {
  const all = () => {
    for (const element of document.querySelectorAll(`[data-chart="${name}"]:not([role])`)) {
      draw(element, JSON.parse(element.dataset.series));
    }
  };
  all();
  document.addEventListener("htmx:afterSettle", all);
}

/** `2026-11-16` as a heading of a tooltip. */
export function weekHeading(series, index) {
  const week = series.weeks[index];
  const state = week === series.running ? " · not over yet" : "";
  return `Week of ${fullDay.format(new Date(week))}${state}`;
}

/** A category axis of weeks; more than a year of them is labelled by month and year. */
export function weekAxis(series, given = {}) {
  const format = series.weeks.length > 54 ? monthAndYear : dayAndMonth;
  return {
    type: "category",
    data: series.weeks,
    ...given,
    axisLabel: { formatter: (week) => format.format(new Date(week)), ...given.axisLabel },
  };
}

/** A number as people read it: no digits behind the point from 10 on, or for whole numbers. */
export function number(value) {
  const digits = Math.abs(value) >= 10 || Number.isInteger(value) ? 0 : 2;
  const shown = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString("en-GB", shown).replace("-", "−");
}

export function worth(value, { prefix, suffix }) {
  if (value === null) return "–";
  const sign = value < 0 ? "−" : "";
  return `${sign}${prefix}${number(Math.abs(value))}${suffix}`;
}

export function hours(value) {
  return value === null ? "–" : `${value.toLocaleString("en-GB", { maximumFractionDigits: 1 })} h`;
}

/** Labels of a value axis: short, so that every chart's axis stands at the same place. */
export function short(value) {
  const compact = { notation: "compact", maximumFractionDigits: 1 };
  const shown = Math.abs(value) >= 10000 ? compact : { maximumFractionDigits: 1 };
  return value.toLocaleString("en-GB", shown).replace("-", "−");
}

/** What happened in the week, for a tooltip. */
export function eventRows(series, index) {
  return series.events
    .filter((event) => event.week === series.weeks[index])
    .map((event) => [event.name, ""]);
}

/**
 * The lines of events and of today, and how much room their names need above the chart.
 *
 * A name that would run into its neighbour moves one line up; where no line is free it is left
 * out, and stands in the tooltip and nowhere else. Gives {lines, room}: `lines(named)` is a
 * markLine with or without names.
 */
export function marks(series, colours, width) {
  const perWeek = width / series.weeks.length;
  const wanted = [
    ...(series.running === null ? [] : [{ week: series.running, name: "today", isToday: true }]),
    ...byWeek(series.events),
  ];
  const taken = []; // level → [from, to] in px
  const placed = wanted.map((mark) => {
    const centre = (series.weeks.indexOf(mark.week) + 0.5) * perWeek;
    const name = mark.name.length > LETTERS ? `${mark.name.slice(0, LETTERS - 1).trim()}…` : mark.name;
    const half = (name.length * LETTER) / 2 + 4;
    // Near an edge a name leans inwards instead of being cut off.
    const align = centre < half ? "left" : centre + half > width ? "right" : "center";
    const from = { left: centre - 4, center: centre - half, right: centre - 2 * half }[align];
    const span = [from, from + 2 * half];
    let level = taken.findIndex((spans) => spans.every((other) => apart(other, span)));
    if (level < 0 && taken.length < 2) level = taken.push([]) - 1;
    if (level >= 0) taken[level].push(span);
    return { ...mark, name, align, level };
  });
  return {
    room: taken.length * LEVEL,
    lines: (named) => ({
      symbol: "none",
      silent: true,
      z: named ? 3 : 1, // without names they stand behind bars
      data: placed.map((mark) => ({
        xAxis: mark.week,
        lineStyle: {
          color: mark.isToday ? colours.muted : colours.lineStrong,
          type: mark.isToday ? "dotted" : "solid",
          width: 1,
        },
        label: {
          show: named && mark.level >= 0,
          formatter: mark.name,
          position: "end",
          distance: [0, 3 + mark.level * LEVEL],
          align: mark.align,
          color: colours.muted,
          fontSize: 11,
        },
      })),
    }),
  };
}

function apart([fromA, toA], [fromB, toB]) {
  return toA < fromB || toB < fromA;
}

/** Events of one week share one line and one name. */
function byWeek(events) {
  const names = new Map();
  for (const { week, name } of events) names.set(week, [...(names.get(week) ?? []), name]);
  return [...names].map(([week, all]) => ({ week, name: all.join(", ") }));
}

/** A value between two gaps has no line to be seen by: it gets a dot. */
export function withLoneDots(values) {
  return values.map((value, index) => {
    const isLone = value !== null && values[index - 1] == null && values[index + 1] == null;
    return isLone ? { value, symbol: "circle", symbolSize: 5 } : value;
  });
}
