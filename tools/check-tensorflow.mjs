// @ts-check
// Checks against live TensorFlow: `npm run check:tensorflow [-- --seed S] [--each N] [--graphs N]`. Every op definition is compared
// with TensorFlow's registry; then a fresh batch of random programs is recorded by TensorFlow and executed on Namesake, and random
// graphs are written as GraphDefs, run by both, and their values compared. Files of every format are written and read by TensorFlow,
// TensorBoard, NumPy and safetensors, as far as they are installed. The seed comes
// from the committed tree: each change meets new programs, and a check that passed passes again on the same files.
// NAMESAKE_PYTHON names a Python that has TensorFlow (default: python3).
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./doors.mjs";

/** More than any batch or table of definitions needs, in bytes. */
const MOST_OUTPUT = 1 << 28;

const python = process.env["NAMESAKE_PYTHON"] ?? "python3";
const { values: given } = parseArgs({
  options: {
    seed: { type: "string", default: seedOfTree() },
    each: { type: "string", default: "25" },
    graphs: { type: "string", default: "300" },
  },
});

/** A number made of the hash of the committed files; outside a checkout, of the time. */
function seedOfTree() {
  const { status, stdout } = spawnSync("git", ["rev-parse", "HEAD^{tree}"], { cwd: root, encoding: "utf8" });
  return String(status === 0 ? Number.parseInt(stdout.slice(0, 8), 16) : Date.now());
}

/**
 * Runs a program to its end and gives its standard output; what it says on the error stream is shown if it fails.
 * @param {string} command
 * @param {readonly string[]} words
 * @param {string} [input]
 */
function output(command, words, input) {
  const made = spawnSync(command, words, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: MOST_OUTPUT,
    ...(input && { input }),
  });
  if (made.error) throw new Error(`${command} could not be run: ${made.error.message}`);
  return made;
}

/**
 * Shows what a check printed.
 * @param {string} title
 * @param {{ status: number | null, stdout: string, stderr: string }} made
 * @returns {boolean} whether it passed
 */
function report(title, { status, stdout, stderr }) {
  process.stdout.write(stdout);
  if (status === 0) return true;
  process.stderr.write(stderr);
  console.error(`${title}: failed`);
  return false;
}

function checkDefinitions() {
  const definitions = output(process.execPath, ["tools/run-ts.mjs", "tools/op-defs.ts"]);
  if (definitions.status !== 0) return report("op definitions", definitions);
  return report("op definitions", output(python, ["tools/check-op-defs.py"], definitions.stdout));
}

function checkOpTypes() {
  return report("op types of TensorFlow", output(python, ["tools/tensorflow-op-types.py", "--check"]));
}

function checkGraphs() {
  // Always the same ones: what TensorFlow's own kernels do in the rarest cases is looked into by hand, with other seeds.
  const words = ["tools/random-graphs/main.ts", "--tensorflow", "--seed", "1", "--count", given.graphs];
  console.log(`random graphs: ${words.join(" ")}`);
  return report("random graphs", output(process.execPath, ["tools/run-ts.mjs", ...words]));
}

/** @param {string} folder */
function checkBatch(folder) {
  const words = ["test/conformance/generate.py", "batch", "--seed", given.seed, "--each", given.each];
  console.log(`random programs: python ${words.join(" ")}`);
  const batch = output(python, words);
  if (batch.status !== 0) return report("recording of random programs", { ...batch, stdout: "" });
  // The generator's own line on what it dropped comes last, after whatever TensorFlow has to say.
  console.log(batch.stderr.trimEnd().split("\n").at(-1));
  const file = join(folder, `batch-${given.seed}.jsonl`);
  writeFileSync(file, batch.stdout);
  const runner = ["tools/run-ts.mjs", "tools/conformance/main.ts", "--engine", "reference", file];
  return report("random programs", output(process.execPath, runner));
}

/** @param {string} folder */
function checkFiles(folder) {
  const files = join(folder, "files");
  const words = ["tools/run-ts.mjs", "tools/files-for-tensorflow.ts", files, given.seed];
  const written = output(process.execPath, words);
  if (written.status !== 0) return report("writing of files", written);
  return report("files", output(python, ["tools/check-files.py", files]));
}

/** @param {string} folder */
function checkCheckpoints(folder) {
  const files = join(folder, "checkpoints");
  mkdirSync(files);
  const written = output(process.execPath, [
    "tools/run-ts.mjs",
    "tools/checkpoints-for-tensorflow.ts",
    files,
    given.seed,
  ]);
  if (written.status !== 0) return report("checkpoints", written);
  return report("checkpoints", output(python, ["tools/check-checkpoints.py", files]));
}

const folder = mkdtempSync(join(tmpdir(), "namesake-"));
try {
  const isDefinedAlike = checkDefinitions();
  const isBuiltAlike = checkBatch(folder);
  const isListedAlike = checkOpTypes();
  const isReadAlike = checkFiles(folder);
  const isComputedAlike = checkGraphs();
  const areCheckpointsAlike = checkCheckpoints(folder);
  const passed = [isDefinedAlike, isBuiltAlike, isListedAlike, isReadAlike, isComputedAlike, areCheckpointsAlike];
  process.exitCode = passed.every(Boolean) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
