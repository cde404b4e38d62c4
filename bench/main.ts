/**
 * Measures Namesake, and TensorFlow beside it: `npm run bench -- [--peers tensorflow] [--cases a,b]`. Each round is a process
 * of its own; a round of the peer follows each round of ours, so both see the same machine. NAMESAKE_PYTHON names the Python
 * that has TensorFlow. Writes bench/results/latest.json and latest.md.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { cases, type Figures } from "./cases.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({ options: { peers: { type: "string" }, cases: { type: "string" } } });

interface Row {
  readonly figure: string;
  readonly namesake: readonly number[];
  readonly tensorflow: readonly number[];
}

function lastLine(command: string, args: readonly string[]): Figures {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Figures;
}

function measureOurs(name: string): Figures {
  const flags = ["--expose-gc", "--max-old-space-size=12000"];
  return lastLine(process.execPath, [...flags, "tools/run-ts.mjs", "--built", "bench/measure.ts", name]);
}

function measureCase(name: string, rounds: number): Row[] {
  const rows = new Map<string, { namesake: number[]; tensorflow: number[] }>();
  for (let round = 0; round < rounds; round++) {
    const ours = measureOurs(name);
    const python = process.env["NAMESAKE_PYTHON"] ?? "python3";
    const theirs = values.peers === "tensorflow" ? lastLine(python, ["bench/tensorflow_peer.py", name]) : {};
    for (const [figure, value] of Object.entries(ours)) {
      const row = rows.get(figure) ?? { namesake: [], tensorflow: [] };
      row.namesake.push(value);
      if (theirs[figure] !== undefined) row.tensorflow.push(theirs[figure]);
      rows.set(figure, row);
    }
  }
  return [...rows].map(([figure, row]) => ({ figure, ...row }));
}

/** Loading the core door, over loading nothing. */
function measureImport(): Row {
  const time = (code: string): number => {
    const begun = performance.now();
    const { status } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { cwd: root });
    if (status !== 0) throw new Error(`${code} failed`);
    return performance.now() - begun;
  };
  const rounds = Array.from({ length: 11 }, () => time('import "./dist/index.js"') - time(""));
  return { figure: "import of the core door (ms)", namesake: rounds, tensorflow: [] };
}

async function measureSize(): Promise<Row> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: { contents: 'export * from "./dist/index.js";', resolveDir: root },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    logLevel: "silent",
  });
  const bytes = gzipSync(outputFiles[0]?.text ?? "", { level: 9 }).byteLength;
  return { figure: "core door, minified and gzipped (kB)", namesake: [bytes / 1e3], tensorflow: [] };
}

const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
const median = (numbers: readonly number[]): number => sorted(numbers)[Math.floor(numbers.length / 2)] ?? Number.NaN;
const short = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

function spread(numbers: readonly number[]): string {
  if (numbers.length === 0) return "";
  const all = sorted(numbers);
  return numbers.length === 1
    ? short(all[0] as number)
    : `${short(median(all))} (${short(all[0] as number)} to ${short(all.at(-1) as number)})`;
}

/** How often Namesake is as fast: round by round. */
function ratios({ namesake, tensorflow }: Row): number[] {
  return tensorflow.map((value, round) => value / (namesake[round] as number));
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(
    (row) => `| ${row.figure} | ${spread(row.namesake)} | ${spread(row.tensorflow)} | ${spread(ratios(row))} |`,
  );
  return [
    "| median (least to most) | Namesake | TensorFlow | TensorFlow ÷ Namesake |",
    "|---|---|---|---|",
    ...lines,
    "",
  ].join("\n");
}

if (values.peers !== undefined && values.peers !== "tensorflow")
  throw new Error(`There is no peer "${values.peers}": only "tensorflow".`);
const chosen = values.cases?.split(",") ?? Object.keys(cases);
const rows: Row[] = [await measureSize(), measureImport()];
for (const name of chosen) {
  const found = cases[name];
  if (found === undefined) throw new Error(`There is no case "${name}". Cases: ${Object.keys(cases).join(", ")}.`);
  console.error(`measuring ${name} …`);
  rows.push(...measureCase(name, found.rounds));
}
const machine = {
  cpu: cpus()[0]?.model ?? "",
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
};
mkdirSync(new URL("results/", import.meta.url), { recursive: true });
writeFileSync(new URL("results/latest.json", import.meta.url), `${JSON.stringify({ machine, rows }, null, 2)}\n`);
writeFileSync(new URL("results/latest.md", import.meta.url), table(rows));
console.log(table(rows));
