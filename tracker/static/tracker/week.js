/*
 * The table of a week while somebody types: sums that follow, every form of a duration brought
 * to h:mm, movement by keyboard, and a word before typed hours are lost. Without it the form
 * posts as it is, and the server does all of this once.
 */

import { clock, hoursAndMinutes, parseMinutes } from "longrun/durations";

const form = document.getElementById("week-form");
const state = document.getElementById("week-state");
const progress = document.getElementById("week-progress");
const rows = [...form.querySelectorAll(".week-row")];
const grid = rows.map((row) => [...row.querySelectorAll(".week-cell > input")]);
const inputs = grid.flat();
const POSTS = 7; // the column after the seven days

const isPosts = (input) => input.name.startsWith("posts.");
const atFocus = new WeakMap(); // what stood in an input when it was entered
let moving = false; // true where an arrow selects the whole cell
let sending = false;

function parsePosts(text) {
  const said = text.trim();
  if (!/^[0-9]{0,6}$/.test(said)) {
    throw new RangeError(`“${said.slice(0, 30)}” is not a number of posts such as 2`);
  }
  if (Number(said) > 999) {
    throw new RangeError(`“${said}” posts are more than the 999 that a row can hold`);
  }
  return Number(said);
}

function read(input) {
  return isPosts(input) ? parsePosts(input.value) : parseMinutes(input.value);
}

/* The number in an input, and the line that refuses it if there is none. */
function reading(input) {
  try {
    return { value: read(input), problem: "" };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { value: 0, problem: error.message };
  }
}

const valueOf = (input) => reading(input).value;
const total = (input) => valueOf(input) + Number(input.dataset.others);
const sumOf = (numbers) => numbers.reduce((sum, number) => sum + number, 0);
const clockOrDash = (minutes) => (minutes === 0 ? "–" : clock(minutes));

function isChanged(input) {
  const { value, problem } = reading(input);
  return problem !== "" || value !== Number(input.dataset.saved);
}

/* --- sums ------------------------------------------------------------------------------- */

function addUp() {
  const byChannel = new Map();
  const days = Array(POSTS).fill(0);
  let posts = 0;
  for (const [n, row] of rows.entries()) {
    const numbers = grid[n].map(total);
    const minutes = sumOf(numbers.slice(0, POSTS));
    row.querySelector("[data-row-sum]").textContent = clockOrDash(minutes);
    for (let day = 0; day < POSTS; day += 1) days[day] += numbers[day];
    posts += numbers[POSTS];
    const channel = byChannel.get(row.dataset.channel) ?? { minutes: 0, posts: 0 };
    channel.minutes += minutes;
    channel.posts += numbers[POSTS];
    byChannel.set(row.dataset.channel, channel);
  }
  for (const row of rows) showPlan(row, byChannel.get(row.dataset.channel));
  for (const cell of form.querySelectorAll("[data-day-sum]")) {
    cell.textContent = clockOrDash(days[Number(cell.dataset.daySum)]);
  }
  const minutes = sumOf(days);
  form.querySelector("[data-sum]").textContent = clockOrDash(minutes);
  form.querySelector("[data-posts-sum]").textContent = posts === 0 ? "–" : String(posts);
  showProgress(minutes);
}

function showPlan(row, own) {
  const minutes = row.querySelector("[data-plan-minutes]");
  if (minutes !== null) {
    minutes.textContent = clock(own.minutes + Number(minutes.dataset.colleagues));
  }
  const posts = row.querySelector("[data-plan-posts]");
  if (posts !== null) posts.textContent = String(own.posts + Number(posts.dataset.colleagues));
}

function showProgress(own) {
  const planned = Number(progress.dataset.planned);
  const team = own + Number(progress.dataset.colleagues);
  const percent = (minutes) => String(Math.min(100, (100 * minutes) / planned).toFixed(1));
  progress.querySelector("[data-team-words]").textContent = hoursAndMinutes(team);
  const ownWords = progress.querySelector("[data-own-words]");
  if (ownWords !== null) ownWords.textContent = hoursAndMinutes(own);
  if (planned === 0) return;
  progress.querySelector("[data-team-bar]").setAttribute("width", percent(team));
  progress.querySelector("[data-own-bar]").setAttribute("width", percent(own));
}

function showState() {
  let changed = 0;
  for (const input of inputs) {
    const is = isChanged(input);
    input.classList.toggle("is-changed", is);
    changed += is ? 1 : 0;
  }
  const filled = inputs.filter((input) => input.value.trim() !== "").length;
  const cells = `${filled} ${filled === 1 ? "cell" : "cells"}`;
  state.textContent = changed === 0 ? cells : `${cells} · ${changed} changed`;
}

/* --- one cell --------------------------------------------------------------------------- */

function errorRow(input) {
  return document.getElementById(`${input.id}-error`)?.closest("tr") ?? null;
}

function showProblem(input, problem) {
  errorRow(input)?.remove();
  if (problem === "") {
    if (input.hasAttribute("aria-invalid")) {
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
    }
    return;
  }
  const text = document.createElement("span");
  text.className = "field-error";
  text.id = `${input.id}-error`;
  text.textContent = `${input.getAttribute("aria-label")}: ${problem}`;
  text.setAttribute("role", "alert");
  const cell = document.createElement("td");
  cell.colSpan = 12;
  cell.append(text);
  const line = document.createElement("tr");
  line.className = "week-error";
  line.append(cell);
  input.closest("tr").after(line);
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", text.id);
}

/* Bring what was typed to the form that the page itself would show. */
function normalise(input) {
  const { value, problem } = reading(input);
  showProblem(input, problem);
  if (problem !== "") return;
  if (isPosts(input)) input.value = value === 0 ? "" : String(value);
  else input.value = value === 0 ? "" : clock(value);
}

function placeOf(input) {
  const row = grid.findIndex((line) => line.includes(input));
  return { row, column: grid[row].indexOf(input) };
}

function moveTo(row, column) {
  const input = grid[row]?.[column];
  if (input === undefined) return false;
  input.focus();
  input.select();
  return true;
}

/* Inside a text that is being edited, left and right belong to the caret. */
function leavesTheText(input, key) {
  if (moving || input.value === "") return true;
  const { selectionStart: start, selectionEnd: end, value } = input;
  if (start === 0 && end === value.length) return true;
  return key === "ArrowLeft" ? end === 0 : start === value.length;
}

function onKey(event) {
  const input = event.target;
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const { row, column } = placeOf(input);
  let done = false;
  if (event.key === "Enter") {
    done = true;
    moveTo(row + (event.shiftKey ? -1 : 1), column);
    if (document.activeElement === input) normalise(input);
  } else if (event.key === "ArrowDown" && !event.shiftKey) {
    done = moveTo(row + 1, column);
  } else if (event.key === "ArrowUp" && !event.shiftKey) {
    done = moveTo(row - 1, column);
  } else if (event.key === "ArrowRight" && !event.shiftKey && leavesTheText(input, event.key)) {
    done = moveTo(row, column + 1);
  } else if (event.key === "ArrowLeft" && !event.shiftKey && leavesTheText(input, event.key)) {
    done = moveTo(row, column - 1);
  } else if (event.key === "Escape") {
    done = true;
    input.value = atFocus.get(input) ?? "";
    showProblem(input, reading(input).problem);
    input.select();
    refresh();
  } else if (event.key === "F2") {
    done = true;
    moving = false;
    input.setSelectionRange(input.value.length, input.value.length);
  } else if (event.key === "a") {
    // No duration has an "a" at its beginning, so that the key is free for a new row.
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    done = whole && openNewRow();
  }
  if (done) event.preventDefault();
}

function openNewRow() {
  const adding = form.querySelector(".week-add");
  if (adding === null) return false;
  adding.open = true;
  adding.querySelector("select").focus();
  return true;
}

function refresh() {
  addUp();
  showState();
}

/* --- saving and leaving ----------------------------------------------------------------- */

function firstProblem() {
  return inputs.find((input) => reading(input).problem !== "");
}

form.addEventListener("submit", (event) => {
  const isAdding = event.submitter?.name === "add-row";
  const wrong = isAdding ? undefined : firstProblem();
  if (wrong !== undefined) {
    event.preventDefault();
    for (const input of inputs) normalise(input);
    wrong.focus();
    return;
  }
  sending = true;
});

window.addEventListener("beforeunload", (event) => {
  if (!sending && inputs.some(isChanged)) event.preventDefault();
});

// A page that comes back from the browser's memory is being typed in again.
window.addEventListener("pageshow", () => {
  sending = false;
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "Enter" && event.target === document.body && grid.length > 0) {
    // From nowhere into the table: today's column where the week has one.
    event.preventDefault();
    const today = grid[0].findIndex((input) => input.closest(".is-today") !== null);
    moveTo(0, Math.max(today, 0));
  }
});

for (const input of inputs) {
  input.addEventListener("focus", () => {
    atFocus.set(input, input.value);
    input.select();
  });
  input.addEventListener("blur", () => {
    normalise(input);
    refresh();
  });
  input.addEventListener("input", refresh);
  input.addEventListener("keydown", onKey);
}

form.querySelector(".week-add")?.addEventListener("toggle", (event) => {
  if (event.target.open) event.target.querySelector("select").focus();
});

// After a refusal the server shows texts as they were typed.
for (const input of inputs) {
  if (!input.hasAttribute("aria-invalid")) normalise(input);
}
if (rows.length > 0) refresh();
form.querySelector("[data-new] input, [aria-invalid]")?.focus();
