/*
 * Menus are <details class="menu">: they open without this. It closes them again on a click
 * elsewhere, on Escape and when the focus leaves, and keeps the choice of theme.
 */

// On a narrow phone the sections scroll; the current one is to be seen.
document
  .querySelector(".sections [aria-current]")
  ?.scrollIntoView({ block: "nearest", inline: "nearest" });

const menus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of menus()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    const held = menu.contains(document.activeElement);
    menu.open = false;
    if (held) menu.querySelector("summary").focus();
  }
});

document.addEventListener("focusin", (event) => {
  for (const menu of menus()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

function keptTheme() {
  try {
    return localStorage.getItem("theme") ?? "system";
  } catch {
    return "system";
  }
}

for (const choice of document.querySelectorAll(".theme-choice input")) {
  choice.checked = choice.value === keptTheme();
  choice.addEventListener("change", () => {
    try {
      if (choice.value === "system") localStorage.removeItem("theme");
      else localStorage.setItem("theme", choice.value);
    } catch {
      return; // nothing can be kept, so the system goes on deciding
    }
    document.dispatchEvent(new Event("theme-chosen"));
  });
}
