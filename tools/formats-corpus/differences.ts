/** Where two plain values differ, as lines for people: paths into JSON, and both sides. */

/** Differences that are named; more of one file say no more. */
const MOST_SHOWN = 20;

/** What differs between a value and the JSON that it should be, each with the path to it. */
export function differences(got: unknown, wanted: unknown, path: string): string[] {
  const found: string[] = [];
  collect(got, wanted, path, found);
  return found.length <= MOST_SHOWN
    ? found
    : [...found.slice(0, MOST_SHOWN), `… and ${found.length - MOST_SHOWN} more differences`];
}

function collect(got: unknown, wanted: unknown, path: string, found: string[]): void {
  if (isObject(got) && isObject(wanted) && Array.isArray(got) === Array.isArray(wanted)) {
    const keys = new Set([...Object.keys(wanted), ...Object.keys(got)]);
    for (const key of keys)
      collect(got[key], wanted[key], `${path}${Array.isArray(wanted) ? `[${key}]` : `.${key}`}`, found);
    return;
  }
  if (!Object.is(got, wanted)) found.push(`${path} is ${shown(got)}, wanted ${shown(wanted)}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = typeof value === "bigint" ? `${value}n` : JSON.stringify(value);
  return text.length <= 120 ? text : `${text.slice(0, 120)}…`;
}
