/**
 * The layer rule of the sources: the table, as data, and the check of every import against it.
 *
 * An import may only point to a layer that the importing layer lists. Type-only imports obey the same table. Tests may
 * import anything. docs/decisions/0001-one-package-many-doors.md says why.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, it } from "vitest";

interface Layer {
  readonly level: number;
  /** Layers that it may import; itself is always allowed. */
  readonly mayImport: readonly string[];
}

const values = ["base", "tensor"];
const definitions = [...values, "graph", "ops"];
const building = [...definitions, "variables", "gradients"];
const modelBlock: Layer = { level: 6, mayImport: [...building, "formats", "session"] };
const engine: Layer = {
  level: 6,
  mayImport: [...definitions, "formats", "onnx", "kernels", "session", "engines"],
};

/** Lower levels know nothing of higher ones, and layers of one level do not know each other. */
const layers: Readonly<Record<string, Layer>> = {
  base: { level: 0, mayImport: [] },
  tensor: { level: 1, mayImport: ["base"] },
  formats: { level: 2, mayImport: values },
  graph: { level: 2, mayImport: values },
  // Where bytes come from on each platform; what they mean is said below it.
  files: { level: 3, mayImport: [...values, "formats"] },
  ops: { level: 3, mayImport: [...values, "graph"] },
  variables: { level: 4, mayImport: definitions },
  gradients: { level: 4, mayImport: definitions },
  onnx: { level: 4, mayImport: [...definitions, "formats"] },
  kernels: { level: 4, mayImport: definitions },
  session: { level: 5, mayImport: [...definitions, "variables", "kernels"] },
  interop: { level: 5, mayImport: [...definitions, "variables", "formats"] },
  train: modelBlock,
  layers: modelBlock,
  losses: modelBlock,
  metrics: modelBlock,
  functional: modelBlock,
  rnn: { level: 6, mayImport: [...modelBlock.mayImport, "layers"] },
  summary: modelBlock,
  image: modelBlock,
  insight: { level: 6, mayImport: [...definitions, "variables", "session"] },
  // Files beside the engine folders: the contract that every engine meets.
  engines: { level: 6, mayImport: [...definitions, "variables", "kernels", "session"] },
  "engines/reference": engine,
  "engines/onnxruntime": engine,
  // Chooses between the engines, so it sees them all.
  "engines/default": { level: 6, mayImport: [...engine.mayImport, "engines/reference", "engines/onnxruntime"] },
  viewer: { level: 6, mayImport: [...definitions, "formats", "interop"] },
};

/** Public entries and the command line put the layers together: they import everything and nothing imports them. */
const doors: readonly string[] = ["index", "library", "namespaces", "formats-door", "testing", "async-context", "cli"];

/** Facets of an operator family that belong to a later layer than the family's definitions. */
const facetLayers: Readonly<Record<string, string>> = { onnx: "onnx", gradients: "gradients", kernels: "kernels" };

/** Layers that may use Node's own modules, and the installed packages that a layer may use. */
const nodeLayers: readonly string[] = ["engines/onnxruntime", "async-context", "cli"];
const packages: Readonly<Record<string, readonly string[]>> = { "engines/onnxruntime": ["onnxruntime-node"] };

/** Layers that may ask for the engine of the platform, by a dynamic import. */
const defaultEngineLayers: readonly string[] = ["session", "index", "library"];

const vagueNames = /^(?:.*-)?(?:utils?|helpers?|common|misc)$/;

/** The layer of a source file; `path` is relative to `src/`, with forward slashes. */
function layerOf(path: string): string {
  const [folder = "", ...rest] = path.replace(/\.ts$/, "").split("/");
  if (rest.length === 0) return folder;
  if (folder === "ops") return facetLayers[(rest.at(-1) ?? "").split(".").slice(1).join(".")] ?? folder;
  return folder === "engines" && rest.length > 1 ? `${folder}/${rest[0]}` : folder;
}

interface Import {
  readonly target: string;
  readonly isDynamic: boolean;
}

/** Every module that the text names in an import or a re-export. */
function importsOf(text: string): Import[] {
  const code = text.replace(/^\s*(?:\/?\*|\/\/).*$/gm, "");
  const fixed = [...code.matchAll(/^\s*(?:import|export)\b(?:[^;"'`=]*?\bfrom)?\s*"([^"]+)"/gm)];
  const dynamic = [...code.matchAll(/\bimport\s*\(\s*["'`]([^"'`]+)["'`]/g)];
  return [
    ...fixed.map(([, target = ""]) => ({ target, isDynamic: false })),
    ...dynamic.map(([, target = ""]) => ({ target, isDynamic: true })),
  ];
}

/** Why a layer must not use something that is not a source file, or null. */
function outsideProblem(from: string, { target, isDynamic }: Import): string | null {
  if (target.startsWith("node:")) {
    return nodeLayers.includes(from) ? null : `layer '${from}' must not use Node's modules`;
  }
  if (target === "#default-engine") {
    const isAllowed = isDynamic && defaultEngineLayers.includes(from);
    return isAllowed ? null : "only the session loads the default engine, at run time";
  }
  return packages[from]?.includes(target) ? null : `layer '${from}' must not use an installed package`;
}

/** Why this import is forbidden, or null. */
function importProblem(path: string, one: Import): string | null {
  const from = layerOf(path);
  if (!one.target.startsWith(".")) return outsideProblem(from, one);
  const to = layerOf(posix.join(posix.dirname(path), one.target));
  if (from === to || (doors.includes(from) && to !== "cli")) return null;
  return layers[from]?.mayImport.includes(to) ? null : `layer '${from}' must not import layer '${to}'`;
}

/** Every breach of the rules in one file. */
function problemsOf(path: string, text: string): string[] {
  const problems: string[] = [];
  const name = posix.basename(path).replace(/\..*$/, "");
  if (vagueNames.test(name)) problems.push(`'${name}' says nothing about what the file is for`);
  if (!(layerOf(path) in layers) && !doors.includes(layerOf(path))) problems.push(`unknown layer '${layerOf(path)}'`);
  if (/^\s*export\s+default\b|^\s*export\s*\{[^}]*\bas\s+default\b/m.test(text)) problems.push("default export");
  for (const one of importsOf(text)) {
    const problem = importProblem(path, one);
    if (problem) problems.push(`"${one.target}": ${problem}`);
  }
  return problems.map((problem) => `src/${path}: ${problem}`);
}

const src = join(import.meta.dirname, "../src");
const files = readdirSync(src, { recursive: true })
  .map((name) => String(name).replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));

describe("the layer rule", () => {
  it("holds for every source file", () => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap((path) => problemsOf(path, readFileSync(join(src, path), "utf8")))).toEqual([]);
  });

  it("has a table that only points to lower levels", () => {
    const lateral = new Set(["rnn>layers", "engines/default>engines/reference", "engines/default>engines/onnxruntime"]);
    for (const [name, { level, mayImport }] of Object.entries(layers)) {
      for (const target of mayImport) {
        const isAllowed = lateral.has(`${name}>${target}`) || (target === "engines" && name.startsWith("engines/"));
        if (!isAllowed) expect(layers[target]?.level, `${name} > ${target}`).toBeLessThan(level);
      }
    }
  });
});

describe("the check itself", () => {
  const accepted: readonly (readonly [path: string, text: string])[] = [
    ["ops/math.ts", 'import { MatMul } from "./math.defs.ts";\nimport type { Graph } from "../graph/graph.ts";'],
    ["ops/math.onnx.ts", 'import { onnxRules } from "../onnx/rule.ts";\nimport * as defs from "./math.defs.ts";'],
    ["onnx/rules.ts", 'import { mathOnnx } from "../ops/math.onnx.ts";'],
    ["gradients/rules.ts", 'export { mathGradients } from "../ops/math.gradients.ts";'],
    ["engines/reference/engine.ts", 'import { kernels } from "../../ops/math.kernels.ts";'],
    [
      "engines/onnxruntime/node.ts",
      'import { createRequire } from "node:module";\nimport * as ort from "onnxruntime-node";',
    ],
    ["engines/default/node.ts", 'const { engine } = await import("../onnxruntime/node.ts");'],
    ["session/session.ts", 'const { engine } = await import("#default-engine");'],
    ["files/disk.ts", 'import type { ByteSource } from "../formats/source/byte-source.ts";'],
    ["index.ts", 'export { Session } from "./session/session.ts";'],
    ["graph/graph.ts", '/**\n * import { x } from "../session/session.ts";\n */\n// import "../cli/main.ts"'],
  ];
  const refused: readonly (readonly [path: string, text: string, problem: RegExp])[] = [
    ["graph/graph.ts", 'import { add } from "../ops/math.ts";', /'graph' must not import layer 'ops'/],
    [
      "graph/graph.ts",
      'import type { Session } from "../session/session.ts";',
      /'graph' must not import layer 'session'/,
    ],
    ["graph/graph.ts", 'import {\n  a,\n  b,\n} from "../formats/npy.ts";', /'graph' must not import layer 'formats'/],
    ["formats/npy.ts", 'export * from "../graph/graph.ts";', /'formats' must not import layer 'graph'/],
    ["ops/math.ts", 'import { rules } from "./math.gradients.ts";', /'ops' must not import layer 'gradients'/],
    ["ops/math.kernels.ts", 'import { rules } from "./math.onnx.ts";', /'kernels' must not import layer 'onnx'/],
    ["variables/variable.ts", 'await import("../session/session.ts");', /'variables' must not import layer 'session'/],
    [
      "session/session.ts",
      'import { engine } from "../engines/reference/engine.ts";',
      /must not import layer 'engines\/reference'/,
    ],
    ["session/session.ts", 'import { engine } from "#default-engine";', /only the session loads/],
    [
      "engines/reference/engine.ts",
      'import { x } from "../onnxruntime/shared.ts";',
      /must not import layer 'engines\/onnxruntime'/,
    ],
    ["variables/variable.ts", 'import { x } from "../index.ts";', /must not import layer 'index'/],
    ["files/disk.ts", 'import { add } from "../ops/math.ts";', /'files' must not import layer 'ops'/],
    ["files/disk.ts", 'import { openSync } from "node:fs";', /must not use Node's modules/],
    ["index.ts", 'import "./cli/main.ts";', /must not import layer 'cli'/],
    ["tensor/ndarray.ts", 'import { readFileSync } from "node:fs";', /must not use Node's modules/],
    ["session/session.ts", 'import * as ort from "onnxruntime-node";', /must not use an installed package/],
    ["graph/utils.ts", "", /says nothing/],
    ["graph/string-helpers.ts", "", /says nothing/],
    ["extras/thing.ts", "", /unknown layer 'extras'/],
    ["graph/graph.ts", "export default class Graph {}", /default export/],
    ["graph/graph.ts", "export { Graph as default };", /default export/],
  ];

  it.each(accepted)("accepts %s", (path, text) => {
    expect(problemsOf(path, text)).toEqual([]);
  });

  it.each(refused)("refuses %s: %s", (path, text, problem) => {
    expect(problemsOf(path, text)).toEqual([expect.stringMatching(problem)]);
  });
});
