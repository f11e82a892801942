/*
 * Durations as people write them, read as tracker/durations.py reads them: a test gives both
 * the same texts. `parseMinutes` returns minutes or throws a RangeError with one line.
 */

const LONGEST = 24 * 60;
const LONGEST_TEXT = 30;
const NUMBER = "([0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)";
const HOURS = "(?:hours|hour|hrs|hr|h)";
const MINUTES = "(?:minutes|minute|mins|min|m)";

const ON_A_CLOCK = /^([0-9]*):([0-5][0-9])$/;
const HOURS_ALONE = new RegExp(`^${NUMBER} ?${HOURS}?$`);
const MINUTES_ALONE = new RegExp(`^${NUMBER} ?${MINUTES}$`);
const HOURS_AND_MINUTES = new RegExp(`^([0-9]+) ?${HOURS} ?([0-5]?[0-9])(?: ?${MINUTES})?$`);

/* Exact, as a fraction of whole numbers: 0.075 hours are 4.5 minutes, which no float says. */
function fraction(digits, times) {
  const [whole, part = ""] = digits.replace(",", ".").split(".");
  return { above: BigInt(`0${whole}${part}`) * BigInt(times), below: 10n ** BigInt(part.length) };
}

function exactMinutes(said) {
  let match;
  if ((match = ON_A_CLOCK.exec(said)) !== null) {
    return { above: BigInt(`0${match[1]}`) * 60n + BigInt(match[2]), below: 1n };
  }
  if ((match = HOURS_ALONE.exec(said)) !== null) return fraction(match[1], 60);
  if ((match = MINUTES_ALONE.exec(said)) !== null) return fraction(match[1], 1);
  if ((match = HOURS_AND_MINUTES.exec(said)) !== null) {
    return { above: BigInt(match[1]) * 60n + BigInt(match[2]), below: 1n };
  }
  return null;
}

export function parseMinutes(text) {
  const said = text.toLowerCase().split(/\s+/u).filter(Boolean).join(" ");
  if (said === "") return 0;
  const shown = said.length <= LONGEST_TEXT ? said : `${said.slice(0, LONGEST_TEXT)}…`;
  if (/^[-−–]/u.test(said) && /[0-9]/.test(said)) {
    throw new RangeError(`“${shown}” is negative; a duration is not`);
  }
  const minutes = said.length <= LONGEST_TEXT ? exactMinutes(said) : null;
  if (minutes === null) {
    throw new RangeError(`“${shown}” is not a duration such as 1:30, 90m or 1.5`);
  }
  if (minutes.above > BigInt(LONGEST) * minutes.below) {
    throw new RangeError(`“${shown}” is longer than a day; a bare number is hours, 90m is minutes`);
  }
  return Number((2n * minutes.above + minutes.below) / (2n * minutes.below));
}

/* "1:30" for 90. */
export function clock(minutes) {
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

/* "6 h 15" for 375, "8 h" for 480, "45 min" for 45. */
export function hoursAndMinutes(minutes) {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${String(rest).padStart(2, "0")}`;
}
