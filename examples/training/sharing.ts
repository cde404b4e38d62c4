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

/** A table of the shared variables of a graph, and a line of totals of all its variables that train. Ends with a line break. */
export function sharingTable(graph: Graph, mostReaders = 2): string {
  const rows = ties(graph).list.map((tie) => [
    tie.variable.op.name,
    `[${tie.variable.shape.dims?.join(", ")}]`,
    (tie.variable.shape.elementCount() ?? 0).toLocaleString("en-US"),
    `${tie.calls} times`,
    readersOf(tie, mostReaders),
  ]);
  const widths = headings.map((heading, i) =>
    Math.max(heading.length, ...rows.map((row) => (row[i] as string).length)),
  );
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, i) =>
      i === 2 ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number),
    );
    return `${padded.join("  ").trimEnd()}\n`;
  };
  const { trainableParameters } = summarize(graph).totals;
  const total = `${trainableParameters.toLocaleString("en-US")} parameters that train`;
  if (rows.length === 0) return `No variable is shared; ${total}.\n`;
  return `${line(headings)}${rows.map(line).join("")}${total}, ${rows.length} variable${rows.length === 1 ? "" : "s"} shared.\n`;
}
