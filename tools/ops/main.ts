/**
 * What is known of every op: `npm run ops -- [--write | --check] [--host] [--cases] [--json]`. Without an option it prints the page docs/ops.md.
 * `--cases` lists with how many values of TensorFlow's each op is compared, the least first. `--host` lists the ops that ONNX Runtime leaves to the host, with the reasons; `--json` gives records instead of text.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { composeLibrary } from "../../src/library.ts";
import { opCoverage } from "../../test/op-coverage.ts";
import { opsPage } from "./page.ts";
import { type OpRow, opRows } from "./rows.ts";

const page = new URL("../../docs/ops.md", import.meta.url);

/** The ops that the host runs beside ONNX Runtime, in columns. */
function hostTable(rows: readonly OpRow[]): string {
  const host = rows.filter(({ onnx }) => !onnx.runs);
  const cells = [["op", "family", "why"], ...host.map((row) => [row.type, row.family, row.onnx.refusals[0] ?? ""])];
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map(([type = "", family = "", why = ""]) =>
    [type.padEnd(widths[0] ?? 0), family.padEnd(widths[1] ?? 0), why].join("  "),
  );
  return `${lines.join("\n")}\n\n${host.length} of ${rows.length} ops run on the host\n`;
}

/** How many recorded values each op has, in columns. */
function casesTable(): string {
  const rows = opCoverage().toSorted((a, b) => a.uses + a.graphs - b.uses - b.graphs);
  const width = Math.max(...rows.map(({ type }) => type.length));
  const lines = rows.map(({ type, uses, graphs, excuse }) =>
    `${type.padEnd(width)}  ${String(uses).padStart(4)} uses  ${String(graphs).padStart(2)} graphs  ${excuse ?? ""}`.trimEnd(),
  );
  const without = rows.filter(({ uses, graphs, excuse }) => uses + graphs === 0 && excuse === null).length;
  return `${lines.join("\n")}\n\n${rows.length} ops, ${without} with nothing to compare and no reason\n`;
}

function main(words: readonly string[]): number {
  const { values: given } = parseArgs({
    args: [...words],
    options: {
      write: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      host: { type: "boolean", default: false },
      cases: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  composeLibrary();
  if (given.cases) {
    process.stdout.write(given.json ? `${JSON.stringify(opCoverage(), null, 2)}\n` : casesTable());
    return 0;
  }
  const rows = opRows();
  if (given.json) {
    process.stdout.write(`${JSON.stringify(given.host ? rows.filter(({ onnx }) => !onnx.runs) : rows, null, 2)}\n`);
  } else if (given.host) {
    process.stdout.write(hostTable(rows));
  } else if (given.write) {
    writeFileSync(page, opsPage(rows));
  } else if (given.check) {
    const isFresh = readFileSync(page, "utf8") === opsPage(rows);
    if (!isFresh) console.error("docs/ops.md is out of date: npm run ops -- --write");
    return isFresh ? 0 : 1;
  } else {
    process.stdout.write(opsPage(rows));
  }
  return 0;
}

process.exitCode = main(process.argv.slice(2));
