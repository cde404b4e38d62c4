/** Text as Python and TensorFlow print it, and the layout of teaching messages. Knows nothing of graphs. */

/** A tuple as Python prints it: `()`, `(3,)`, `(2, 3)`. */
export function pythonTuple(items: readonly string[]): string {
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
}

/** A number as Python prints a float: `1.0`, `0.5`, `1e-07`, `nan`, `inf`. */
export function pythonFloat(x: number): string {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  if (Object.is(x, -0)) return "-0.0";
  const magnitude = Math.abs(x);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    const [mantissa = "", exponent = "0"] = x.toExponential().split("e");
    const sign = exponent.startsWith("-") ? "-" : "+";
    return `${mantissa}e${sign}${exponent.replace(/^[+-]/, "").padStart(2, "0")}`;
  }
  return Number.isInteger(x) ? `${x}.0` : String(x);
}

/** A value of JavaScript as Python's `str` prints its twin: `None`, `True`, `[1, 2]`, `'text'` inside lists. */
export function pythonText(value: unknown, nested = false): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return nested ? `'${value}'` : value;
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : pythonFloat(value);
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => pythonText(item, true)).join(", ")}]`;
  if (typeof value === "function") return `<function ${value.name || "<lambda>"}>`;
  if (isPlainObject(value)) {
    const entries = Object.entries(value).map(([key, item]) => `'${key}': ${pythonText(item, true)}`);
    return `{${entries.join(", ")}}`;
  }
  return String(value as { toString(): string });
}

/** The name of a value's type as Python calls it, for TensorFlow's messages. */
export function pythonTypeName(value: unknown): string {
  if (value === null || value === undefined) return "NoneType";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "str";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  if (typeof value === "bigint") return "int";
  if (Array.isArray(value)) return "list";
  if (typeof value === "function") return "function";
  if (isPlainObject(value)) return "dict";
  return (value as { readonly pythonType?: string }).pythonType ?? (value as object).constructor.name;
}

/** Whether a value is an object literal: not an array, not an instance of a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * A teaching message: TensorFlow's first line, then aligned lines of `label  text`.
 * Rows whose text is undefined are left out.
 */
export function teach(first: string, rows: ReadonlyArray<readonly [label: string, text: string | undefined]>): string {
  const shown = rows.filter((row): row is readonly [string, string] => row[1] !== undefined);
  if (shown.length === 0) return first;
  const width = Math.max(...shown.map(([label]) => label.length));
  const indent = " ".repeat(width + 4);
  const lines = shown.map(([label, text]) => `  ${label.padEnd(width)}  ${text.replaceAll("\n", `\n${indent}`)}`);
  return `${first}\n${lines.join("\n")}`;
}
