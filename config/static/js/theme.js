/*
 * Light or dark before the first paint: a small blocking script, so that nothing flashes.
 * The choice is "light", "dark" or, where none is kept, whatever the system says.
 */
(() => {
  "use strict";
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");

  function kept() {
    try {
      return window.localStorage.getItem("theme");
    } catch {
      return null; // storage may be closed to us; then the system decides
    }
  }

  function apply() {
    const choice = kept();
    const dark = choice === "dark" || (choice !== "light" && system.matches);
    root.dataset.bsTheme = dark ? "dark" : "light";
  }

  root.classList.add("js");
  apply();
  system.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  document.addEventListener("theme-chosen", apply);
})();
