/** Finds where two results differ. The first one is what is wanted. */

/** One place in which results differ. */
export interface Difference {
  /** Where: keys of objects and indices of lists, outermost first. */
  readonly path: readonly (string | number)[];
  readonly wanted: unknown;
  readonly got: unknown;
}

type Path = Difference["path"];

/** By element type. */
export type Tolerances = Readonly<Record<string, number>>;

/** How far computed values may lie apart, relative to 1 or to the wanted value, whichever is larger; by element type. */
const usualTolerances: Tolerances = { float64: 1e-9, float32: 5e-6, float16: 2e-3, bfloat16: 2e-2 };

/** All differences. Absent and null are equal; a message counts only where one is wanted. */
export function findDifferences(wanted: unknown, got: unknown, tolerances: Tolerances = usualTolerances): Difference[] {
  return differencesAt(wanted, got, tolerances, []);
}

function differencesAt(wanted: unknown, got: unknown, tolerances: Tolerances, path: Path): Difference[] {
  if (isRecord(wanted) && isRecord(got)) {
    return isFetched(wanted) && isFetched(got)
      ? compareValues(wanted, got, tolerances, path)
      : compareRecords(wanted, got, tolerances, path);
  }
  if (Array.isArray(wanted) && Array.isArray(got)) return compareLists(wanted, got, tolerances, path);
  return (wanted ?? null) === (got ?? null) ? [] : [{ path, wanted, got }];
}

type AnyRecord = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is AnyRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What was watched after ten steps of training or more: every step adds to the rounding of the one before. */
function isAfterManySteps(record: AnyRecord): boolean {
  return typeof record["after"] === "number" && record["after"] >= 10;
}

function compareRecords(wanted: AnyRecord, got: AnyRecord, tolerances: Tolerances, path: Path): Difference[] {
  const within = isAfterManySteps(wanted) ? { ...tolerances, float32: 1e-4 } : tolerances;
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(got)])].sort();
  return keys
    .filter((key) => key !== "message" || key in wanted)
    .flatMap((key) => differencesAt(wanted[key], got[key], within, [...path, key]));
}

function compareLists(
  wanted: readonly unknown[],
  got: readonly unknown[],
  tolerances: Tolerances,
  path: Path,
): Difference[] {
  const differences: Difference[] = [];
  if (wanted.length !== got.length) {
    differences.push({ path: [...path, "length"], wanted: wanted.length, got: got.length });
  }
  for (let i = 0; i < Math.min(wanted.length, got.length); i += 1) {
    differences.push(...differencesAt(wanted[i], got[i], tolerances, [...path, i]));
  }
  return differences;
}

interface Fetched {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly unknown[];
}

function isFetched(record: AnyRecord): record is AnyRecord & Fetched {
  return Array.isArray(record["data"]) && "dtype" in record;
}

function compareValues(wanted: Fetched, got: Fetched, tolerances: Tolerances, path: Path): Difference[] {
  const sameKind = wanted.dtype === got.dtype && wanted.shape.join() === got.shape.join();
  const isClose =
    sameKind &&
    wanted.data.length === got.data.length &&
    wanted.data.every((element, i) => areClose(element, got.data[i], tolerances[wanted.dtype]));
  return isClose ? [] : [{ path, wanted, got }];
}

function areClose(wanted: unknown, got: unknown, tolerance: number | undefined): boolean {
  if (tolerance === undefined || typeof wanted !== "number" || typeof got !== "number") return wanted === got;
  return Math.abs(got - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
}
