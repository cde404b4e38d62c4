// @ts-check
// Builds dist/: one bundled file per door with shared chunks, and the declarations. `--out DIR` builds elsewhere;
// `--no-types` leaves the declarations out.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { entryPoints, externalNames, root } from "./doors.mjs";

/**
 * Bundles every door.
 * @param {string} outDir
 */
async function bundleDoors(outDir) {
  await build({
    absWorkingDir: root,
    entryPoints: entryPoints(),
    outdir: outDir,
    // Shared chunks stay beside the doors: creation sites tell the library's own frames by this one folder.
    chunkNames: "shared-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    // Neutral: the same files serve Node and browsers, so nothing platform-specific may be assumed or filled in.
    platform: "neutral",
    target: "es2022",
    external: externalNames(),
    sourcemap: true,
    sourcesContent: false,
    legalComments: "none",
    logLevel: "warning",
  });
}

/**
 * Writes the declarations to `outDir/types`.
 * @param {string} outDir
 * @returns {boolean} whether the sources had no type error
 */
function emitDeclarations(outDir) {
  const typesDir = join(outDir, "types");
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const arguments_ = [compiler, "-p", join(root, "tsconfig.build.json"), "--outDir", typesDir];
  const { status } = spawnSync(process.execPath, arguments_, { stdio: "inherit" });
  for (const name of readdirSync(typesDir, { recursive: true })) {
    if (String(name).endsWith(".d.ts")) finishDeclaration(join(typesDir, String(name)));
  }
  return status === 0;
}

/**
 * Makes a declaration fit for projects that are set up differently from this one.
 * @param {string} file
 */
function finishDeclaration(file) {
  const text = readFileSync(file, "utf8");
  // The compiler leaves `./graph.ts`; the published neighbour of that name is `./graph.js`.
  const renamed = text.replace(/((?:from|import)\s*\(?\s*")(\.{1,2}\/[^"]*)\.ts"/g, '$1$2.js"');
  const needsDisposable = /\bSymbol\.dispose\b|\bDisposable\b/.test(renamed);
  if (needsDisposable) shiftMapByOneLine(`${file}.map`);
  const finished = needsDisposable ? `/// <reference lib="esnext.disposable" />\n${renamed}` : renamed;
  if (finished !== text) writeFileSync(file, finished);
}

/** @param {string} file */
function shiftMapByOneLine(file) {
  const map = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify({ ...map, mappings: `;${map.mappings}` }));
}

const { values } = parseArgs({
  options: { out: { type: "string", default: "dist" }, "no-types": { type: "boolean", default: false } },
});
const outDir = resolve(root, values.out);
rmSync(outDir, { recursive: true, force: true });
await bundleDoors(outDir);
if (!values["no-types"] && !emitDeclarations(outDir)) process.exitCode = 1;
