// @ts-check
// Runs a TypeScript program of this repository: `node tools/run-ts.mjs [--built] FILE [ARGUMENT…]`. Node 20 cannot run
// TypeScript, so the program is bundled first. Installed packages stay outside the bundle. `namesake` means the sources,
// so a change in src/ is seen without a build; with `--built` it means dist/, as users get it.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { listDoors, listInnerEntries, readManifest, root } from "./doors.mjs";

const sourceExtension = /\.[cm]?[jt]s$/;

/**
 * Keeps installed packages external and sends this package's own names to its sources or its build.
 * @param {boolean} isBuilt
 * @returns {import("esbuild").Plugin}
 */
function ownNames(isBuilt) {
  const { name } = readManifest();
  const own = [
    ...listDoors().map(({ door, ...files }) => ({ name: join(name, door), ...files })),
    ...listInnerEntries().filter(({ platform }) => platform === "node"),
  ];
  const files = new Map(own.map((entry) => [entry.name, join(root, isBuilt ? entry.output : entry.source)]));
  return {
    name: "own-names",
    setup(bundler) {
      bundler.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
        if (kind === "entry-point") return undefined;
        const file = files.get(path);
        if (!file) return { path, external: true };
        return isBuilt ? { path: pathToFileURL(file).href, external: true } : { path: file };
      });
    },
  };
}

/**
 * Gives each module its own `import.meta.url`, so that a program finds the files beside its source.
 * @type {import("esbuild").Plugin}
 */
const ownImportMeta = {
  name: "own-import-meta",
  setup(bundler) {
    bundler.onLoad({ filter: sourceExtension }, ({ path }) => {
      const url = JSON.stringify(pathToFileURL(path).href);
      return { contents: readFileSync(path, "utf8").replaceAll("import.meta.url", url), loader: "ts" };
    });
  },
};

const isBuilt = process.argv[2] === "--built";
const [entry, ...programArguments] = process.argv.slice(isBuilt ? 3 : 2);
if (!entry) {
  console.error("usage: node tools/run-ts.mjs [--built] FILE.ts [ARGUMENT…]");
  process.exit(2);
}
const source = resolve(entry);
// Inside node_modules, so that the bundle finds the installed packages and version control does not see it.
const outDir = join(root, "node_modules/.cache/run-ts", String(process.pid));
mkdirSync(outDir, { recursive: true });
process.on("exit", () => rmSync(outDir, { recursive: true, force: true }));
const outFile = join(outDir, basename(source).replace(sourceExtension, ".mjs"));
await build({
  absWorkingDir: root,
  entryPoints: [source],
  outfile: outFile,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: "inline",
  plugins: [ownNames(isBuilt), ownImportMeta],
  logLevel: "warning",
});
process.setSourceMapsEnabled(true);
process.argv = [process.execPath, source, ...programArguments];
await import(pathToFileURL(outFile).href);
