/*
 * Keys that lead somewhere: `g w` follows the link marked data-shortcut="g w", and a single
 * key such as "/" clicks or focuses the element marked with it. `?` opens the list of keys.
 * Nothing happens while somebody types, nor together with Ctrl, Alt or Meta.
 */

const PAUSE = 1200; // ms between the two keys of a pair
const dialog = document.getElementById("shortcuts");
let first = "";
let firstAt = 0;

function typing(target) {
  return target.closest?.("input, textarea, select, [contenteditable], dialog[open]") !== null;
}

function follow(keys) {
  const target = document.querySelector(`[data-shortcut="${CSS.escape(keys)}"]`);
  if (target === null) return false;
  if (target.matches("input, textarea, select")) target.focus();
  else target.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key.length !== 1 || event.key === " " || typing(event.target)) return;
  const pair = first !== "" && event.timeStamp - firstAt < PAUSE ? `${first} ${event.key}` : "";
  first = event.key;
  firstAt = event.timeStamp;
  if (event.key === "?" && dialog !== null) {
    dialog.showModal();
    event.preventDefault();
  } else if ((pair !== "" && follow(pair)) || follow(event.key)) {
    first = "";
    event.preventDefault();
  }
});

for (const opener of document.querySelectorAll("[data-opens='shortcuts']")) {
  opener.addEventListener("click", () => dialog?.showModal());
}
