/** Compares the nodes that a program makes with those that TensorFlow recorded in test/goldens/control-flow.json. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { NamesakeError } from "../src/base/errors.ts";
import { graphScope, runInScope } from "../src/graph/ambient-scope.ts";
import { applyOp1 } from "../src/graph/apply-op.ts";
import { constantNode } from "../src/graph/constant.ts";
import { getDefaultGraph } from "../src/graph/default-graph.ts";
import { Graph } from "../src/graph/graph.ts";
import { Operation } from "../src/graph/operation.ts";
import { provideTables } from "../src/graph/tables.ts";
import { Tensor } from "../src/graph/tensor.ts";
import { arrayDefs } from "../src/ops/array.defs.ts";
import { operators } from "../src/ops/operators.ts";
import { stateDefs } from "../src/ops/state.defs.ts";
import { type Literal, ndarray } from "../src/tensor/ndarray.ts";

interface Recorded {
  readonly result?: unknown;
  /** TensorFlow's class and first line. */
  readonly error?: readonly [string, string];
  readonly nodes: readonly string[];
  readonly collections: Readonly<Record<string, readonly string[]>>;
}

const path = join(import.meta.dirname, "goldens/control-flow.json");
const recorded = (JSON.parse(readFileSync(path, "utf8")) as { programs: Record<string, Recorded> }).programs;

/** A program builds ops in the default graph and gives what TensorFlow's twin gives. */
export type Programs = Readonly<Record<string, () => unknown>>;

/** Makes a test of each program; `isMine` tells which of the recorded programs must be there. */
export function testPrograms(programs: Programs, isMine: (name: string) => boolean): void {
  // Nothing is evaluated while these graphs are built: their constants do not feed shapes.
  provideTables({ operators, evaluate: () => null });
  it("covers every recorded program", () => {
    expect(Object.keys(programs).sort()).toEqual(Object.keys(recorded).filter(isMine).sort());
  });
  it.each(Object.keys(programs))("%s makes TensorFlow's nodes", (name) => {
    expect(record(programs[name] as () => unknown)).toEqual(recorded[name]);
  });
}

function record(program: () => unknown): Recorded {
  const graph = new Graph();
  const outcome = runInScope(graphScope(graph), (): Pick<Recorded, "result" | "error"> => {
    try {
      return { result: shown(program()) };
    } catch (error) {
      if (!(error instanceof NamesakeError)) throw error;
      const [first = ""] = error.message.split("\n");
      return { error: [error.tensorflowClass, first.split(" for '{{node ")[0] as string] };
    }
  });
  const keys = ["cond_context", "while_context"].filter((key) => graph.getCollection(key).length > 0);
  const contexts = (key: string): string[] =>
    graph.getCollection(key).map((context) => (context as { name: string }).name);
  return {
    ...outcome,
    nodes: graph.operations.map(nodeText),
    collections: Object.fromEntries(keys.map((key) => [key, contexts(key)])),
  };
}

function shown(value: unknown): unknown {
  if (value instanceof Tensor || value instanceof Operation) return value.name;
  if (Array.isArray(value)) return value.map(shown);
  if (value === null || value === undefined) return null;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shown(part)]));
}

function nodeText(op: Operation): string {
  const inputs = [
    ...op.inputs.map((t) => (t.index === 0 ? t.op.name : t.name)),
    ...op.controlInputs.map((c) => `^${c.name}`).sort(),
  ];
  const outputs = op.outputs.map((t) => `${t.dtype.name}${t.shape}`);
  const attrs = attrTexts(op);
  return [
    `${op.name} = ${op.type}(${inputs.join(", ")})`,
    outputs.length > 0 ? ` -> ${outputs.join(" ")}` : "",
    attrs.length > 0 ? ` {${attrs.join("; ")}}` : "",
    op.device === "" ? "" : ` @${op.device}`,
    op.graph.isFetchable(op) ? "" : " unfetchable",
    op.outputs[0] === undefined || op.graph.isFeedable(op.outputs[0]) ? "" : " unfeedable",
  ].join("");
}

function attrTexts(op: Operation): string[] {
  const { _class, frame_name, parallel_iterations, is_constant } = op.attrs;
  const texts: string[] = [];
  if (_class !== undefined) texts.push(`_class=${(_class as readonly string[]).join(",")}`);
  if (op.def.flow === "enter") texts.push(`frame=${String(frame_name)}`, `parallel=${String(parallel_iterations)}`);
  if (is_constant === true) texts.push("constant");
  return texts;
}

/** A boolean placeholder. */
export function pred(name = "p"): Tensor {
  return applyOp1(arrayDefs.Placeholder, [], { dtype: "bool", shape: [] }, name);
}

/** A constant of int32. */
export function int(value: Literal, name = "c"): Tensor {
  return constantNode(getDefaultGraph(), ndarray(value, "int32"), name);
}

/** A constant of float32. */
export function float(value: Literal, name = "Const"): Tensor {
  return constantNode(getDefaultGraph(), ndarray(value, "float32"), name);
}

/** A reference to a variable of two floats. */
export function reference(name = "v"): Tensor {
  return applyOp1(stateDefs.VariableV2, [], { shape: [2], dtype: "float32" }, name);
}

/** The handle of a resource variable of two floats. */
export function handle(name = "h"): Tensor {
  return applyOp1(stateDefs.VarHandleOp, [], { shape: [2], dtype: "float32", shared_name: name }, name);
}

export function readHandle(resource: Tensor): Tensor {
  return applyOp1(stateDefs.ReadVariableOp, [resource], { dtype: "float32" });
}
