/**
 * Applies one pass alone: what it makes of the nodes of a program, and whether the model gives the same values before and after it, which the
 * kernels give, too. For the tests of passes.
 */
import { InferenceSession, Tensor as OnnxTensor } from "onnxruntime-node";
import { expect } from "vitest";
import { createReferenceEngine } from "../../src/engines/reference/engine.ts";
import { encodeModel } from "../../src/formats/onnx.ts";
import { gradients } from "../../src/gradients/gradients.ts";
import { graphScope, runInScope } from "../../src/graph/ambient-scope.ts";
import { Graph } from "../../src/graph/graph.ts";
import type { Tensor } from "../../src/graph/tensor.ts";
import { composeLibrary } from "../../src/library.ts";
import { type LoweredModel, lowerSlice, type OnnxSlice } from "../../src/onnx/lowering/lower.ts";
import { IR_VERSION, OPSET_VERSION } from "../../src/onnx/model/opset.ts";
import { valueInfo } from "../../src/onnx/model/value-info.ts";
import { BLOCKED_DOMAIN } from "../../src/onnx/passes/blocked/layout.ts";
import { withoutDeferred } from "../../src/onnx/passes/deferred-nodes.ts";
import type { Pass } from "../../src/onnx/passes/pass-graph.ts";
import { passes } from "../../src/onnx/passes/passes.ts";
import { Unsupported } from "../../src/onnx/rule.ts";
import { planDataflow } from "../../src/session/dataflow.ts";
import { foldConstants } from "../../src/session/fold.ts";
import { pruneStep } from "../../src/session/prune.ts";
import { Session } from "../../src/session/session.ts";
import type { StepValue } from "../../src/session/step-values.ts";
import { float32 } from "../../src/tensor/dtype.ts";
import type { NDArray } from "../../src/tensor/ndarray.ts";
import { Dice } from "./random-numbers.ts";

composeLibrary();

/** A computation with what it is fed, all float32. */
export interface Program {
  readonly feeds: readonly Tensor[];
  readonly wanted: readonly Tensor[];
  /** What is computed, too, and taken by nobody. */
  readonly unused?: readonly Tensor[];
}

/** Sums of some hundred products in float32, in another order. */
const TOLERANCE = 2e-5;

/** Of random programs; `NAMESAKE_SEED` and `NAMESAKE_TRIALS` choose others, to look further. */
export const seed = Number(process.env["NAMESAKE_SEED"] ?? 20_261_122);
export const trialCount = Number(process.env["NAMESAKE_TRIALS"] ?? 20);

/** A program in a graph of its own. */
export function inGraph(build: () => Program): Program {
  return runInScope(graphScope(new Graph()), build);
}

/** A loss, other values, and the gradients of the loss with respect to what is fed. */
export function withGradients(loss: Tensor, feeds: readonly Tensor[], others: readonly Tensor[] = []): Program {
  const found = gradients(loss, feeds) as readonly (Tensor | null)[];
  return { feeds, wanted: [loss, ...others, ...found.filter((gradient) => gradient !== null)] };
}

/** The program as a session would hand it to an engine, with constants folded. */
function sliceOf({ feeds, wanted, unused = [] }: Program): OnnxSlice {
  const { graph } = wanted[0] as Tensor;
  const states = { isInitialized: () => true, hasContainer: () => true };
  const planned = planDataflow(pruneStep(graph, { fetches: [...wanted, ...unused], feeds }), states);
  const { nodes, fetches } = foldConstants(planned, true);
  const outputs = fetches.slice(0, wanted.length) as StepValue[];
  const taken = [...nodes.flatMap(({ inputs }) => inputs as readonly StepValue[]), ...outputs];
  return { nodes, inputs: [...new Set(taken.filter(({ source }) => typeof source === "number"))], outputs };
}

function lowered(slice: OnnxSlice, options: { pass?: Pass; blockSize?: number | null } = {}): LoweredModel {
  const made = lowerSlice(slice, { canStoreOutside: false, ...options });
  if (made instanceof Unsupported) throw new Error(made.why);
  return made;
}

/** The operators of a model in their order, without those that only depend on constants: they run once, when the model is loaded. */
function operatorsOf({ model: { graph } }: LoweredModel): string[] {
  const constant = new Set(graph?.initializer.map(({ name }) => name));
  return (graph?.node ?? []).flatMap(({ opType = "", input, output }) => {
    if (!input.every((name) => constant.has(name))) return [opType];
    for (const name of output) constant.add(name);
    return [];
  });
}

/** The operators of the finished model, all passes applied. */
export function operators(program: Program, blockSize: number | null = null): string[] {
  return operatorsOf(lowered(sliceOf(program), { blockSize }));
}

/** How often each operator stands in a list. */
export function counted(types: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const type of types) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

/** How many channels ONNX Runtime keeps together on this machine, from what it makes of four; `null` where it has no such layout. */
export async function blockSizeHere(): Promise<number | null> {
  const image = (name: string) => valueInfo(name, float32, null);
  const reorder = {
    opType: "ReorderInput",
    domain: BLOCKED_DOMAIN,
    name: "y",
    input: ["x"],
    output: ["y"],
    attribute: [],
  };
  const bytes = encodeModel({
    irVersion: IR_VERSION,
    opsetImport: [
      { domain: "", version: OPSET_VERSION },
      { domain: BLOCKED_DOMAIN, version: 1 },
    ],
    graph: { name: "probe", node: [reorder], initializer: [], input: [image("x")], output: [image("y")] },
  });
  try {
    const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 });
    const { y } = await session.run({ x: new OnnxTensor("float32", new Float32Array(4), [1, 4, 1, 1]) });
    await session.release();
    return y?.dims[1] ?? null;
  } catch {
    return null;
  }
}

/** Where one pass is tried. */
export class PassLab {
  readonly #pass: Pass;
  readonly #blockSize: number | null;
  /** All passes that come before it. */
  readonly #earlier: Pass;

  constructor(pass: Pass, blockSize: number | null = null) {
    this.#pass = pass;
    this.#blockSize = blockSize;
    const before = passes.slice(0, passes.indexOf(pass));
    this.#earlier = (graph, options) => before.reduce((made, one) => one(made, options), graph);
  }

  /** The operators as the pass finds them, and as it leaves them. */
  operators(program: Program): { readonly before: string[]; readonly after: string[] } {
    const [before, after] = this.#models(sliceOf(program));
    return { before: operatorsOf(before), after: operatorsOf(after) };
  }

  /** As `operators`, how often each stands there. */
  counts(program: Program): Readonly<Record<"before" | "after", Readonly<Record<string, number>>>> {
    const { before, after } = this.operators(program);
    return { before: counted(before), after: counted(after) };
  }

  /** Before the pass, and after it; `last` is applied to both. */
  #models(slice: OnnxSlice, last: Pass = (graph) => graph): readonly [LoweredModel, LoweredModel] {
    const blockSize = this.#blockSize;
    const [earlier, pass] = [this.#earlier, this.#pass];
    return [
      lowered(slice, { blockSize, pass: (graph, options) => last(earlier(graph, options), options) }),
      lowered(slice, { blockSize, pass: (graph, options) => last(pass(earlier(graph, options), options), options) }),
    ];
  }

  /**
   * Compares the values before and after the pass, and those of the kernels. Gives whether the pass changed something.
   * @throws {Error} that shows where they differ.
   */
  async compare(program: Program, dice: Dice): Promise<boolean> {
    const { feeds, wanted } = program;
    const fed = feeds.map((tensor) => dice.array("float32", tensor.shape.asNumbers(), () => coarse(dice)));
    const session = new Session({ graph: (wanted[0] as Tensor).graph, engine: createReferenceEngine() });
    const entries = feeds.map((tensor, i) => [tensor, fed[i] as NDArray] as const);
    const expected = session.runSync(wanted as Tensor[], entries) as NDArray[];
    const slice = sliceOf(program);
    // ONNX Runtime knows no deferred operators.
    for (const [i, model] of this.#models(slice, withoutDeferred).entries()) {
      const got = await run(model, slice, fed);
      for (const [k, value] of expected.entries())
        expectNear(got[k] as OnnxTensor, value, `${wanted[k]?.name} ${i === 0 ? "before" : "after"} the pass`);
    }
    const [before, after] = this.#models(slice).map(({ model }) => encodeModel(model)) as [Uint8Array, Uint8Array];
    return !(before.length === after.length && before.every((byte, i) => byte === after[i]));
  }

  /** Compares random programs, of which the pass must change some. */
  async compareMany(draw: (dice: Dice) => Program): Promise<void> {
    let changed = 0;
    for (let i = 0; i < trialCount; i += 1) {
      const dice = new Dice(seed + 7919 * i);
      const program = inGraph(() => draw(dice));
      try {
        if (await this.compare(program, dice)) changed += 1;
      } catch (error) {
        throw new Error(`trial ${i} of seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
    }
    expect(changed, `random programs of seed ${seed} that the pass changes`).toBeGreaterThan(0);
  }
}

/** Numbers of which products are exact and some are equal, so that pools choose the same of them everywhere. */
function coarse(dice: Dice): number {
  return dice.between(-16, 16) / 16;
}

/** What ONNX Runtime makes of the model as it stands. */
async function run(model: LoweredModel, slice: OnnxSlice, fed: readonly NDArray[]): Promise<OnnxTensor[]> {
  const session = await InferenceSession.create(encodeModel(model.model), {
    graphOptimizationLevel: "disabled",
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  try {
    const feeds = model.inputNames.flatMap((name, i) => {
      const { source } = slice.inputs[i] as StepValue;
      const { data, shape } = fed[source as number] as NDArray;
      return name === null ? [] : [[name, new OnnxTensor("float32", data as Float32Array, shape)] as const];
    });
    const results = await session.run(Object.fromEntries(feeds));
    return model.outputNames.map((name) => results[name] as OnnxTensor);
  } finally {
    await session.release();
  }
}

function expectNear(got: OnnxTensor, expected: NDArray, what: string): void {
  expect(got.dims, what).toEqual(expected.shape);
  const [data, wanted] = [got.data, expected.data] as [Float32Array, Float32Array];
  const largest = wanted.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-3);
  const isFar = (x: number, k: number): boolean => !(Math.abs(x - (data[k] as number)) <= TOLERANCE * largest);
  const off = wanted.findIndex(isFar);
  expect(off, `${what}, element ${off}: ${data[off]} instead of ${wanted[off]}`).toBe(-1);
}
