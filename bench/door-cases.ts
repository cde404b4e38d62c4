/** What a program pays for the core door before it does anything: time to load it, and its size. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { listDoors, root } from "../tools/doors.mjs";
import { median } from "./statistics.ts";
import type { Figures } from "./timing.ts";

/** How often a process is started for one figure: starting one takes longer than loading the door, and varies as much. */
const PROCESSES = 15;

function builtDoor(): string {
  const core = listDoors().find(({ door }) => door === ".");
  if (core === undefined) throw new Error("package.json names no core door");
  return join(root, core.output);
}

/** Milliseconds of a new process that runs a module. */
function processTime(code: string): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
  if (status !== 0) throw new Error(`a process that runs ${code} failed:\n${stderr}`);
  return performance.now() - begun;
}

export function importTime(): Figures {
  const code = `import ${JSON.stringify(pathToFileURL(builtDoor()).href)};`;
  processTime(code);
  const times = Array.from({ length: PROCESSES }, () => processTime(code) - processTime(""));
  return { "import of the core door, over an empty module": median(times) };
}

export async function size(): Promise<Figures> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from ${JSON.stringify(builtDoor())};`, resolveDir: root },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "error",
  });
  const bytes = gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).byteLength;
  return { "core door, minified and gzipped": bytes / 1e3 };
}
