/** Runs single ops both ways, by their kernel and as an ONNX model, and compares. For the tests of the lowering rules. */

import { NamesakeError, OpError } from "../../src/base/errors.ts";
import { createOnnxRuntimeEngine, type Recovery } from "../../src/engines/onnxruntime/node.ts";
import { createReferenceEngine } from "../../src/engines/reference/engine.ts";
import { graphScope, runInScope } from "../../src/graph/ambient-scope.ts";
import { applyOp, applyOp1, type GivenAttrs } from "../../src/graph/apply-op.ts";
import { constantNode } from "../../src/graph/constant.ts";
import { getDefaultGraph } from "../../src/graph/default-graph.ts";
import { Graph } from "../../src/graph/graph.ts";
import type { OpDef } from "../../src/graph/op-def.ts";
import type { Operation } from "../../src/graph/operation.ts";
import { signatureOf } from "../../src/graph/signature.ts";
import type { Tensor } from "../../src/graph/tensor.ts";
import { type OpType, opDefs } from "../../src/ops/index.ts";
import type { Engine, EngineSlice, SliceValue } from "../../src/session/engine.ts";
import type { DTypeName } from "../../src/tensor/dtype.ts";
import type { NDArray } from "../../src/tensor/ndarray.ts";
import type { TensorShape } from "../../src/tensor/shape.ts";
import { isNear, type Tolerance } from "./nearness.ts";

/** What the graph is told of an input: its value, its shape, its rank, or nothing. */
export type Known = "value" | "shape" | "rank" | "nothing";

/** One way to try an op. */
export interface Trial {
  readonly type: OpType;
  /** One entry per declared input; a list of tensors is one entry. */
  readonly inputs: readonly (NDArray | readonly NDArray[])[];
  readonly attrs?: GivenAttrs;
  /** Per flat input; the last one stands for all further ones. Default: shapes. */
  readonly known?: readonly Known[];
  readonly tolerance?: Tolerance;
}

/** What came of a trial that did not show a mistake. */
export type Verdict =
  /** Both give the same values. */
  | { readonly kind: "same" }
  /** Both fail, with the same text. */
  | { readonly kind: "fails"; readonly text: string }
  /** The rule does not lower it. */
  | { readonly kind: "refused"; readonly why: string }
  /** The graph does not even take it. */
  | { readonly kind: "invalid"; readonly text: string };

/** Where the trials run. */
export class RuleLab {
  readonly #recoveries: Recovery[] = [];
  readonly #onnx: Engine = createOnnxRuntimeEngine({
    threadCount: 1,
    onRecovery: (recovery) => this.#recoveries.push(recovery),
  });
  readonly #reference = createReferenceEngine();

  /**
   * Tries an op.
   * @throws {Error} that shows how the model differs from the kernel: in values, in failing, or because it had to be recovered from.
   */
  try(trial: Trial): Verdict {
    const made = runInScope(graphScope(new Graph()), () => this.#make(trial));
    if ("kind" in made) return made;
    const { op, slice, values } = made;
    const why = this.#onnx.supports(op);
    if (why !== true) return { kind: "refused", why };
    const expected = outcome(() => run(this.#reference, slice, values));
    this.#recoveries.length = 0;
    const actual = outcome(() => run(this.#onnx, slice, values));
    const problem =
      difference(expected, actual, trial.tolerance ?? {}) ??
      (this.#recoveries.length > 0 && typeof expected !== "string" && !mayRecover(trial, expected)
        ? `recovered: ${this.#recoveries[0]?.reason}`
        : null);
    if (problem !== null) throw new Error(`${describeTrial(trial)}\n  ${problem}`);
    return typeof expected === "string" ? { kind: "fails", text: expected } : { kind: "same" };
  }

  close(): void {
    this.#onnx.close();
  }

  #make({
    type,
    inputs,
    attrs = {},
    known = ["shape"],
  }: Trial): Verdict | { op: Operation; slice: EngineSlice; values: NDArray[] } {
    const def: OpDef = opDefs[type];
    const { inputs: declared } = signatureOf(def);
    const values: NDArray[] = [];
    const sliceInputs: SliceValue[] = [];
    const fed: NDArray[] = [];
    const one = (value: NDArray, index: number): Tensor => {
      const place = values.length;
      values.push(value);
      const how = known[Math.min(place, known.length - 1)] as Known;
      const argument = declared[index];
      const tensor = inputTensor(
        value,
        argument?.isRef === true ? "ref" : argument?.dtype?.baseName === "resource" ? "resource" : how,
        place,
      );
      const shape = tensor.dtype.baseName === "resource" ? (tensor.op.attrs["shape"] as TensorShape) : tensor.shape;
      const constant = tensor.op.type === "Const" ? value : null;
      const slot: SliceValue = { id: place, name: tensor.name, dtype: value.dtype, shape, constant };
      sliceInputs.push(slot);
      if (constant === null) fed.push(value);
      return tensor;
    };
    let op: Operation;
    try {
      const tensors = inputs.map((input, i) =>
        Array.isArray(input) ? (input as readonly NDArray[]).map((value) => one(value, i)) : one(input as NDArray, i),
      );
      op = applyOp(def, tensors, attrs, "tested");
    } catch (error) {
      if (!(error instanceof NamesakeError)) throw error;
      return { kind: "invalid", text: error.message };
    }
    const isWrite = def.effect === "write";
    const kept = op.outputs.filter((output) => !output.dtype.isRef);
    const outputs: SliceValue[] = kept.map((output, i) => ({
      id: 100 + i,
      name: output.name,
      dtype: output.dtype,
      shape: output.shape,
      constant: null,
    }));
    if (isWrite) outputs.push({ ...(sliceInputs[0] as SliceValue), id: 99 });
    return {
      op,
      slice: {
        nodes: [{ op, inputs: sliceInputs, outputs }],
        inputs: sliceInputs.filter((input) => input.constant === null),
        outputs,
      },
      values: fed,
    };
  }
}

/** ONNX Runtime refuses to work on some values without elements, or to make them. That is only worth a recovery when the graph could not know. */
function mayRecover({ type, inputs, known = ["shape"] }: Trial, outputs: readonly NDArray[]): boolean {
  if (type.includes("SparseApply") && changesTwice(type, inputs)) return true;
  return (
    [...inputs.flat(), ...outputs].some((value) => value.size === 0) &&
    known.some((how) => how === "rank" || how === "nothing")
  );
}

/** A row that is named twice is changed twice, one after the other, which the models leave to the kernels. */
function changesTwice(type: OpType, inputs: Trial["inputs"]): boolean {
  const { inputs: declared } = opDefs[type] as OpDef;
  const indices = inputs[declared.findIndex((text) => text.startsWith("indices:"))] as NDArray;
  const rows = Array.from({ length: indices.size }, (_, i) => Number(indices.at(i)));
  return new Set(rows).size < rows.length;
}

/** A tensor for an input, of which the graph knows so much. */
export function inputTensor(value: NDArray, how: Known | "ref" | "resource", place: number): Tensor {
  const dtype = value.dtype.name as DTypeName;
  if (how === "value") return constantNode(getDefaultGraph(), value, `input${place}`);
  if (how === "ref") return applyOp1(opDefs.VariableV2, [], { dtype, shape: [...value.shape] }, `variable${place}`);
  if (how === "resource")
    return applyOp1(opDefs.VarHandleOp, [], { dtype, shape: [...value.shape] }, `variable${place}`);
  const shape = how === "shape" ? [...value.shape] : how === "rank" ? value.shape.map(() => null) : null;
  return applyOp1(opDefs.Placeholder, [], { dtype, shape }, `input${place}`);
}

function run(engine: Engine, slice: EngineSlice, values: readonly NDArray[]): NDArray[] {
  const executable = engine.compileSync(slice);
  try {
    return executable.runSync(values.map((value) => engine.fromHost(value))).map((value) => engine.toHost(value));
  } finally {
    executable.release();
  }
}

/** The outputs, or the first line of the failure. */
function outcome(body: () => readonly NDArray[]): readonly NDArray[] | string {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof OpError)) throw error;
    return error.message.split("\n")[0] as string;
  }
}

function difference(
  expected: readonly NDArray[] | string,
  actual: readonly NDArray[] | string,
  tolerance: Tolerance,
): string | null {
  if (typeof expected === "string" || typeof actual === "string") {
    return expected === actual ? null : `kernel: ${shown(expected)}\n  model:  ${shown(actual)}`;
  }
  for (const [i, want] of expected.entries()) {
    const got = actual[i] as NDArray;
    const head = (array: NDArray): string => `${array.dtype.name}[${array.shape.join(",")}]`;
    if (head(want) !== head(got)) return `output ${i}: kernel gives ${head(want)}, model ${head(got)}`;
    const off = Array.from({ length: want.size }, (_, k) => k).filter(
      (k) => !isNear(got.at(k), want.at(k), want.dtype, tolerance),
    );
    if (off.length > 0)
      return `output ${i} differs at ${off
        .slice(0, 5)
        .map((k) => `[${k}] kernel ${String(want.at(k))} model ${String(got.at(k))}`)
        .join(", ")}`;
  }
  return null;
}

function shown(result: readonly NDArray[] | string): string {
  return typeof result === "string"
    ? result
    : result
        .map((array) => `${array.dtype.name}[${array.shape.join(",")}] ${array.toString().slice(0, 200)}`)
        .join("; ");
}

/** A trial in one line, to find it again. */
export function describeTrial({ type, inputs, attrs = {}, known = ["shape"] }: Trial): string {
  const text = (array: NDArray): string =>
    `${array.dtype.name}[${array.shape.join(",")}]=${JSON.stringify(array.size > 12 ? "…" : array.toArray(), (_, v: unknown) => (typeof v === "bigint" ? `${v}n` : typeof v === "number" && !Number.isFinite(v) ? String(v) : v))}`;
  const shownInputs = inputs.map((input) =>
    Array.isArray(input) ? `[${(input as readonly NDArray[]).map(text).join(", ")}]` : text(input as NDArray),
  );
  return `${type}(${shownInputs.join(", ")}) ${JSON.stringify(attrs)} knowing ${known.join(", ")}`;
}
