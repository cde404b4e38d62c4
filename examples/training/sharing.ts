/** Tells what a model shares: each variable that several calls asked for, with the ops of the model that read it. */
import { type Graph, summarize, type Tie, ties } from "namesake";

/** Whether readers in a scope are listed: those of gradients, optimizers and averages read every variable and say nothing of the model. */
function isModel(scope: string): boolean {
  return !/(?:^|\/)(?:gradients|cond|Adam|Momentum|GradientDescent|ExponentialMovingAverage)(?:_\d+)?(?:\/|$)/.test(
    scope,
  );
}

/** `conv1/Conv2D, conv1_1/Conv2D`: at most so many, and how many more there are; only how many where none are to be named. */
function readersOf({ readers }: Tie, most: number): string {
  const names = readers.filter(({ scope }) => isModel(scope)).flatMap(({ ops }) => ops.map(({ name }) => name));
  if (most === 0) return `${names.length} ops`;
  const more = names.length - most;
  return [...names.slice(0, most), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}

const headings = ["shared variable", "shape", "parameters", "asked for", "read by"] as const;

/** How wide a table may be, and how wide its first column is at least. */
const [mostColumns, leastNameColumns] = [100, 30];

/** A line of a table: the cells of a variable, or a scope alone. */
type Row = readonly string[];

/**
 * The rows with their first cells, which are paths, in so many columns. Where one does not fit, the scopes that it has in common with those
 * around it get a row of their own, and what is in them stands below, indented.
 */
function scoped(rows: readonly Row[], columns: number, indent = ""): readonly Row[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const [first = ""] = (row[0] as string).split("/");
    groups.set(first, [...(groups.get(first) ?? []), row]);
  }
  return [...groups.values()].flatMap((group) => {
    const scope = commonScope(group.map(([path]) => path as string));
    if (scope === "" || group.every(([path]) => indent.length + (path as string).length <= columns))
      return group.map(([path, ...cells]) => [`${indent}${path}`, ...cells]);
    const inner = group.map(([path, ...cells]) => [(path as string).slice(scope.length), ...cells]);
    return [[`${indent}${scope}`], ...scoped(inner, columns, `${indent}  `)];
  });
}

/** `a/b/` of `a/b/c` and `a/b/d/e`; empty where they have none. */
function commonScope(paths: readonly string[]): string {
  const [first = "", ...others] = paths;
  let end = first.lastIndexOf("/") + 1;
  while (end > 0 && !others.every((path) => path.startsWith(first.slice(0, end))))
    end = first.lastIndexOf("/", end - 2) + 1;
  return first.slice(0, end);
}

/** Of the columns; a scope alone may reach over all of them. */
function widthsOf(rows: readonly Row[]): readonly number[] {
  const whole = rows.filter(({ length }) => length === headings.length);
  return headings.map((_, i) => Math.max(...whole.map((row) => (row[i] as string).length)));
}

/** A table of the shared variables of a graph, and a line of totals of all its variables that train. Ends with a line break. */
export function sharingTable(graph: Graph, mostReaders = 2): string {
  const rows = ties(graph).list.map((tie) => [
    tie.variable.op.name,
    `[${tie.variable.shape.dims?.join(", ")}]`,
    (tie.variable.shape.elementCount() ?? 0).toLocaleString("en-US"),
    `${tie.calls} times`,
    readersOf(tie, mostReaders),
  ]);
  const { trainableParameters } = summarize(graph).totals;
  const total = `${trainableParameters.toLocaleString("en-US")} parameters that train`;
  if (rows.length === 0) return `No variable is shared; ${total}.\n`;
  const others = widthsOf([headings, ...rows])
    .slice(1)
    .reduce((sum, width) => sum + 2 + width, 0);
  const table = [headings, ...scoped(rows, Math.max(leastNameColumns, mostColumns - others))];
  const widths = widthsOf(table);
  const line = (cells: Row): string => {
    const padded = cells.map((cell, i) =>
      i === 2 ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number),
    );
    return `${padded.join("  ").trimEnd()}\n`;
  };
  return `${table.map(line).join("")}${total}, ${rows.length} variable${rows.length === 1 ? "" : "s"} shared.\n`;
}
