// @ts-check
// Checks the package as its users get it: packs the tarball, installs it into empty projects and runs the README's first
// screen of code there, as JavaScript and as strict TypeScript, with and without ONNX Runtime, on this Node and on
// Node 24, and bundled for a browser. Then publint and attw. Needs the package registry.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, transform } from "esbuild";
import { listDoors, readManifest, root } from "./doors.mjs";

const secondNode = "24.21.0";
/** Compilers of users: ours and the last one of the line before. */
const compilers = { typescript: readManifest().devDependencies.typescript, "typescript-5": "npm:typescript@5.9.3" };
const strictOptions = {
  module: "nodenext",
  target: "es2023",
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  types: [],
};

/**
 * Runs a program to its end and returns what it printed.
 * @param {string} folder
 * @param {string} program
 * @param {readonly string[]} programArguments
 */
function run(folder, program, ...programArguments) {
  try {
    return execFileSync(program, programArguments, { cwd: folder, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const { stdout, stderr } = /** @type {{ stdout?: string; stderr?: string }} */ (error);
    throw new Error(`${[program, ...programArguments].join(" ")} failed\n${stdout ?? ""}${stderr ?? ""}`, {
      cause: error,
    });
  }
}

/**
 * @param {string} folder
 * @param {readonly string[]} packages
 */
function install(folder, ...packages) {
  run(folder, "npm", "install", "--prefer-offline", "--no-fund", "--no-audit", "--loglevel=error", ...packages);
}

/** The README's first block of TypeScript. */
function firstScreen() {
  const code = /^```ts\n([\s\S]*?)^```$/m.exec(readFileSync(join(root, "README.md"), "utf8"))?.[1];
  if (!code) throw new Error("README.md has no ```ts block");
  return code;
}

/**
 * Packs the built package.
 * @param {string} folder
 * @returns {string} the tarball
 */
function pack(folder) {
  run(root, process.execPath, "tools/build.mjs");
  const report = JSON.parse(run(root, "npm", "pack", "--ignore-scripts", "--json", "--pack-destination", folder));
  const [{ filename, files, size }] = report;
  const paths = files.map((/** @type {{ path: string }} */ { path }) => path);
  for (const needed of ["README.md", "LICENSE", "dist/index.js"]) {
    if (!paths.includes(needed)) throw new Error(`the tarball lacks ${needed}`);
  }
  const stray = paths.filter((/** @type {string} */ path) => /\.test\.|^(?:test|tools|bench)\//.test(path));
  if (stray.length > 0) throw new Error(`the tarball holds ${stray.join(", ")}`);
  done(`packed ${paths.length} files, ${Math.round(size / 1000)} kB`);
  return join(folder, filename);
}

/**
 * An empty project with the tarball, the README's code in both languages, and a file that names every door.
 * @param {string} folder
 * @param {string} tarball
 * @param {boolean} hasOnnxRuntime
 */
async function makeProject(folder, tarball, hasOnnxRuntime) {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  writeFileSync(join(folder, ".npmrc"), "onnxruntime-node-install=skip\n");
  const version = readManifest().devDependencies["onnxruntime-node"];
  const tools = Object.entries(compilers).map(([name, wanted]) => `${name}@${wanted}`);
  install(folder, tarball, ...tools, ...(hasOnnxRuntime ? [`onnxruntime-node@${version}`] : []));
  const code = firstScreen();
  const { code: javascript } = await transform(code, { loader: "ts", format: "esm", target: "node20" });
  writeFileSync(join(folder, "plain.mjs"), javascript);
  writeFileSync(join(folder, "strict.ts"), code);
  const doors = listDoors().map(({ door }, index) => `export * as door${index} from "${join("namesake", door)}";`);
  writeFileSync(join(folder, "doors.ts"), `${doors.join("\n")}\n`);
  const config = { compilerOptions: { ...strictOptions, outDir: "compiled" }, files: ["strict.ts", "doors.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
}

/**
 * Compiles the project with each compiler, the newest last, so that its output stays.
 * @param {string} folder
 */
function compile(folder) {
  for (const name of Object.keys(compilers).reverse()) {
    run(folder, process.execPath, `node_modules/${name}/bin/tsc`, "-p", ".");
    done(`compiled by ${compilers[/** @type {keyof typeof compilers} */ (name)]}`);
  }
}

/**
 * Runs the README's code with one Node.
 * @param {string} folder
 * @param {string} node
 * @param {readonly string[]} doors that the project's packages allow
 */
function runIn(folder, node, doors) {
  const version = run(folder, node, "--version").trim();
  const plain = run(folder, node, "plain.mjs");
  if (plain === "") throw new Error("the README's first block printed nothing");
  if (run(folder, node, "compiled/strict.js") !== plain)
    throw new Error("JavaScript and TypeScript print different lines");
  for (const door of doors) {
    run(folder, node, "--input-type=module", "--eval", `await import("${door}")`);
    run(folder, node, "--input-type=commonjs", "--eval", `require("${door}")`);
  }
  done(`${version}: JavaScript, TypeScript, ${doors.length} doors by import and by require`);
}

/**
 * Bundles the README's code for a browser and runs it without Node's globals.
 * @param {string} folder
 */
async function runBundled(folder) {
  const outfile = join(folder, "browser.mjs");
  const options = { bundle: true, minify: true, metafile: true, write: true };
  const { metafile } = await build({
    ...options,
    entryPoints: [join(folder, "plain.mjs")],
    outfile,
    platform: "browser",
    format: "esm",
    logLevel: "silent",
  });
  const outside = Object.values(metafile?.outputs ?? {}).flatMap(({ imports }) => imports.map(({ path }) => path));
  if (outside.length > 0) throw new Error(`the browser bundle needs ${outside.join(", ")}`);
  const hidden = ["process", "Buffer", "global", "setImmediate", "clearImmediate"];
  writeFileSync(join(folder, "hide.mjs"), `for (const name of ${JSON.stringify(hidden)}) delete globalThis[name];\n`);
  if (run(folder, process.execPath, "--import", "./hide.mjs", outfile) === "")
    throw new Error("the bundle printed nothing");
  done("bundled for a browser and run without Node's globals");
}

/**
 * This Node, and Node 24 when it can be had.
 * @param {string} folder
 */
function findNodes(folder) {
  if (process.version === `v${secondNode}`) return [process.execPath];
  try {
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), "{}");
    install(folder, `node@${secondNode}`);
    const second = join(folder, "node_modules/node/bin/node");
    run(folder, second, "--version");
    return [process.execPath, second];
  } catch (error) {
    console.log(`NOT CHECKED on Node ${secondNode}, which could not be installed: ${String(error)}`);
    return [process.execPath];
  }
}

/** @param {string} what */
function done(what) {
  console.log(`  ok  ${what}`);
}

const folder = mkdtempSync(join(tmpdir(), "namesake-package-"));
try {
  console.log("tarball");
  const tarball = pack(folder);
  run(root, process.execPath, "node_modules/publint/src/cli.js", "run", tarball, "--strict");
  done("publint");
  run(root, process.execPath, "node_modules/@arethetypeswrong/cli/dist/index.js", tarball, "--profile", "esm-only");
  done("attw");
  const nodes = findNodes(join(folder, "nodes"));
  for (const hasOnnxRuntime of [false, true]) {
    const project = join(folder, hasOnnxRuntime ? "with-onnxruntime" : "without-onnxruntime");
    console.log(hasOnnxRuntime ? "with ONNX Runtime" : "without ONNX Runtime");
    await makeProject(project, tarball, hasOnnxRuntime);
    compile(project);
    const doors = listDoors().map(({ door }) => join("namesake", door));
    const usable = doors.filter((door) => hasOnnxRuntime || !door.includes("onnxruntime"));
    for (const node of nodes) runIn(project, node, usable);
    await runBundled(project);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
