/* Proposes the browser's own time zone for a new team. */

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const select = document.querySelector("select[name='time_zone']");
if (select !== null && [...select.options].some((option) => option.value === zone)) {
  select.value = zone;
}
