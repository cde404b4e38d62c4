/** Finds where two results differ. The first one is what is wanted. */

/** One place in which results differ. */
export interface Difference {
  /** Where: keys of objects and indices of lists, outermost first. */
  readonly path: readonly (string | number)[];
  readonly wanted: unknown;
  readonly got: unknown;
}

type Path = Difference["path"];

/** How far computed values may lie apart, relative to 1 or to the wanted value, whichever is larger; by element type. */
const tolerances: Readonly<Record<string, number>> = { float64: 1e-9, float32: 5e-6, float16: 2e-3, bfloat16: 2e-2 };

/** All differences. Absent and null are equal; a message counts only where one is wanted. */
export function findDifferences(wanted: unknown, got: unknown, path: Path = []): Difference[] {
  if (isRecord(wanted) && isRecord(got)) {
    return isFetched(wanted) && isFetched(got) ? compareValues(wanted, got, path) : compareRecords(wanted, got, path);
  }
  if (Array.isArray(wanted) && Array.isArray(got)) return compareLists(wanted, got, path);
  return (wanted ?? null) === (got ?? null) ? [] : [{ path, wanted, got }];
}

type AnyRecord = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is AnyRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function compareRecords(wanted: AnyRecord, got: AnyRecord, path: Path): Difference[] {
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(got)])].sort();
  return keys
    .filter((key) => key !== "message" || key in wanted)
    .flatMap((key) => findDifferences(wanted[key], got[key], [...path, key]));
}

function compareLists(wanted: readonly unknown[], got: readonly unknown[], path: Path): Difference[] {
  const differences: Difference[] = [];
  if (wanted.length !== got.length) {
    differences.push({ path: [...path, "length"], wanted: wanted.length, got: got.length });
  }
  for (let i = 0; i < Math.min(wanted.length, got.length); i += 1) {
    differences.push(...findDifferences(wanted[i], got[i], [...path, i]));
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

function compareValues(wanted: Fetched, got: Fetched, path: Path): Difference[] {
  const sameKind = wanted.dtype === got.dtype && wanted.shape.join() === got.shape.join();
  const isClose =
    sameKind &&
    wanted.data.length === got.data.length &&
    wanted.data.every((element, i) => areClose(element, got.data[i], wanted.dtype));
  return isClose ? [] : [{ path, wanted, got }];
}

function areClose(wanted: unknown, got: unknown, dtype: string): boolean {
  const tolerance = tolerances[dtype];
  if (tolerance === undefined || typeof wanted !== "number" || typeof got !== "number") return wanted === got;
  return Math.abs(got - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
}
