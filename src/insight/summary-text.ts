/** A summary as a table of text or of Markdown. The numbers are made in `summary.ts`. */
import { counted, countText } from "./size.ts";
import type { SummaryRow, SummaryScope, SummaryTotals } from "./summary.ts";

const heads = ["variable", "shape", "dtype", "parameters", "bytes", "trainable", "shared by", "initializer"] as const;
/** Columns of numbers are aligned at their ends. */
const numeric: ReadonlySet<string> = new Set(["parameters", "bytes"]);

/** A line of the table: a cell for each head. Of a scope, only the name and the totals. */
interface Line {
  readonly depth: number;
  readonly isScope: boolean;
  /** The full name. */
  readonly name: string;
  readonly cells: readonly string[];
}

function linesOf(scope: SummaryScope, depth: number, lines: Line[]): Line[] {
  for (const row of scope.variables) lines.push({ depth, isScope: false, name: row.name, cells: rowCells(row) });
  for (const inner of scope.scopes) {
    const { parameters, bytes } = inner.totals;
    lines.push({
      depth,
      isScope: true,
      name: `${inner.path}/`,
      cells: ["", "", countText(parameters), countText(bytes), "", "", ""],
    });
    linesOf(inner, depth + 1, lines);
  }
  return lines;
}

function rowCells(row: SummaryRow): string[] {
  const shape = row.shape === null ? "?" : `[${row.shape.map((dim) => dim ?? "?").join(", ")}]`;
  return [
    shape,
    row.dtype,
    countText(row.parameters),
    countText(row.bytes),
    row.trainable ? "yes" : "no",
    row.calls > 1 ? `${row.calls} calls` : "",
    row.initializer,
  ];
}

/** The last part of a name, under its scope. */
function label({ name, isScope, depth }: Line): string {
  const end = isScope ? name.length - 1 : name.length;
  return `${"  ".repeat(depth)}${name.slice(name.lastIndexOf("/", end - 1) + 1)}`;
}

function totalsText(totals: SummaryTotals): string {
  const parts = [
    counted(totals.variables, "variable"),
    `${counted(totals.parameters, "parameter")} (${countText(totals.trainableParameters)} trainable)`,
    counted(totals.bytes, "byte"),
    `${countText(totals.shared)} shared`,
  ];
  return `total  ${[...parts, ...(totals.unknown === 0 ? [] : [`${countText(totals.unknown)} of unknown size`])].join(", ")}`;
}

/** The table for terminals, and a line of totals. */
export function summaryTable(root: SummaryScope): string {
  if (root.totals.variables === 0) return "no variables";
  const table = [[...heads], ...linesOf(root, 0, []).map((line) => [label(line), ...line.cells])];
  const widths: number[] = heads.map(() => 0);
  for (const cells of table)
    for (const [i, cell] of cells.entries()) widths[i] = Math.max(widths[i] as number, cell.length);
  const lines = table.map((cells) =>
    cells
      .map((cell, i) => padded(cell, i, widths[i] as number))
      .join("  ")
      .trimEnd(),
  );
  return [...lines, totalsText(root.totals)].join("\n");
}

function padded(cell: string, column: number, width: number): string {
  return numeric.has(heads[column] as string) ? cell.padStart(width) : cell.padEnd(width);
}

/** The table for documents: full names, scopes in bold, and a line of totals. */
export function summaryMarkdown(root: SummaryScope): string {
  if (root.totals.variables === 0) return "no variables";
  const rule = heads.map((head) => (numeric.has(head) ? "---:" : "---"));
  const rows = linesOf(root, 0, []).map(({ name, isScope, cells }) => [
    isScope ? `**${name}**` : `\`${name}\``,
    ...cells.map((cell) => cell.replaceAll("|", "\\|")),
  ]);
  return `${[heads, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n\n${totalsText(root.totals)}`;
}
