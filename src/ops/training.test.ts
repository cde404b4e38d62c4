/** The ops that optimizers apply, against what TensorFlow recorded (tools/goldens/training_ops.py): kernels, and steps on both engines. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createReferenceEngine, type Engine, Graph, placeholder, Session, type Tensor, Variable } from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { describe, expect, it } from "vitest";
import { failureOf } from "../../test/failure-of.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import type { OpDef } from "../graph/op-def.ts";
import type { Kernel, KernelContext } from "../kernels/rule.ts";
import { allocate, asDType, type DTypeName } from "../tensor/dtype.ts";
import { type Element, NDArray, writeElement } from "../tensor/ndarray.ts";
import { TensorShape } from "../tensor/shape.ts";
import { ResourceVariable } from "../variables/resource-variable.ts";
import { stateDefs } from "./state.defs.ts";
import { trainingDefs } from "./training.defs.ts";
import { trainingKernels } from "./training.kernels.ts";

interface Value {
  readonly dtype: DTypeName;
  readonly shape: readonly number[];
  /** Numbers that JSON lacks are the strings "inf", "-inf" and "nan". */
  readonly data: readonly Element[];
}

interface Case {
  readonly op: keyof typeof trainingDefs;
  readonly inputs: readonly Value[];
  readonly attrs: Readonly<Record<string, unknown>>;
  /** The variable and its slots afterwards. */
  readonly outputs?: readonly Value[];
  readonly error?: readonly [string, string];
}

const file = join(import.meta.dirname, "../../test/goldens/training.json");
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { readonly cases: readonly Case[] };
const context: KernelContext = { node: { name: "n", type: "T" }, random: null, printCount: 0, print: () => undefined };

/**
 * TensorFlow computes in the element type and rounds after every operation, in another order on vectors; the kernels compute in double
 * precision and round what they store. Powers are approximations on both sides.
 */
const tolerances: Readonly<Record<string, number>> = { float64: 1e-12, float32: 2e-6, float16: 4e-3, bfloat16: 3e-2 };

function decoded({ dtype: name, shape, data }: Value): NDArray {
  const dtype = asDType(name);
  const array = allocate(dtype, data.length);
  const special: Readonly<Record<string, number>> = { inf: Infinity, "-inf": -Infinity, nan: Number.NaN };
  for (const [i, element] of data.entries()) writeElement(dtype, array, i, special[String(element)] ?? element);
  return new NDArray(dtype, shape, array);
}

/** How far two values are apart, relative to the wanted one or to 1. */
function expectClose(got: NDArray, wanted: NDArray, slack = 1): void {
  expect([got.dtype.name, got.shape]).toEqual([wanted.dtype.name, wanted.shape]);
  const tolerance = (tolerances[wanted.dtype.name] as number) * slack;
  for (let i = 0; i < wanted.size; i += 1) {
    const [a, b] = [Number(got.at(i)), Number(wanted.at(i))];
    if (Number.isNaN(b) || Math.abs(b) === Infinity) expect(a).toBe(b);
    else expect(Math.abs(a - b)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(b)));
  }
}

function attrsOf({ op, attrs }: Case): Readonly<Record<string, unknown>> {
  const defaults = Object.entries<object>(trainingDefs[op].attrs).map(([name, one]) => [
    name,
    "default" in one ? one.default : undefined,
  ]);
  return { ...(Object.fromEntries(defaults) as Record<string, unknown>), ...attrs };
}

function titled(some: readonly Case[]): readonly (readonly [string, Case])[] {
  return some.map((one, i) => {
    const inputs = one.inputs.map(({ dtype, shape }) => `${dtype}[${shape.join(",")}]`).join(" ");
    return [`${i} ${one.op} ${inputs} ${JSON.stringify(one.attrs)}`, one];
  });
}

describe("kernels of optimizers", () => {
  it.each(titled(cases))("%s", (_, one) => {
    const kernel = trainingKernels[one.op] as Kernel;
    const run = () => kernel(one.inputs.map(decoded), attrsOf(one) as never, context) as readonly NDArray[];
    if (one.error) expect(failureOf(run)).toEqual(one.error);
    else for (const [i, value] of run().entries()) expectClose(value, decoded((one.outputs as Value[])[i] as Value));
  });

  it("leave the values that they are given as they are", () => {
    const old = decoded({ dtype: "float32", shape: [2], data: [1, 2] });
    const rate = decoded({ dtype: "float32", shape: [], data: [0.5] });
    (trainingKernels.ApplyGradientDescent as Kernel)([old, rate, old], {}, context);
    expect(old.toArray()).toEqual([1, 2]);
  });

  it("refuse types that TensorFlow has no kernels for", () => {
    const whole = decoded({ dtype: "int32", shape: [], data: [1] });
    const kernel = trainingKernels.ApplyGradientDescent as Kernel;
    expect(failureOf(() => kernel([whole, whole, whole], {}, context))[1]).toMatch(/^No OpKernel was registered/);
  });
});

/** The case as a graph of its own: variables, fed numbers, one update. */
function stepped(one: Case, engine: Engine): readonly NDArray[] {
  const def = trainingDefs[one.op] as OpDef;
  const isResource = one.op.startsWith("Resource");
  return new Graph().asDefault(() => {
    const values = one.inputs.map(decoded);
    const variables = values.slice(0, def.writes).map((value) => new Variable(value, { useResource: isResource }));
    const rest = values.slice(def.writes);
    const fed = rest.map((value) => placeholder(value.dtype, value.shape));
    const states = variables.map((variable) =>
      variable instanceof ResourceVariable ? variable.handle : variable.asGraphElement(),
    );
    const update = applyOp(def, [...states, ...fed], one.attrs as never);
    const session = new Session({ engine });
    session.runSync(variables.map(({ initializer }) => initializer));
    session.runSync(update, new Map(fed.map((tensor, i) => [tensor, rest[i] as NDArray])));
    const after = session.runSync(variables) as readonly NDArray[];
    session.close();
    return after;
  });
}

/** One update of each op and kind of attrs: the kernels have seen the others. */
const onEngines = cases.filter(
  ({ outputs, inputs }) => outputs !== undefined && inputs[0]?.dtype === "float32" && inputs[0].shape.length > 0,
);

describe.each([
  ["reference", createReferenceEngine],
  ["onnxruntime", createOnnxRuntimeEngine],
] as const)("updates on %s", (_, makeEngine) => {
  const engine = makeEngine();
  it.each(titled(onEngines))("%s", (__, one) => {
    // ONNX Runtime rounds every operation to float32, as TensorFlow does, in another order.
    for (const [i, value] of stepped(one, engine).entries())
      expectClose(value, decoded((one.outputs as Value[])[i] as Value), 2);
  });
});

describe("shapes", () => {
  const build = (op: keyof typeof trainingDefs, shapes: readonly (readonly (number | null)[] | null)[]): Tensor =>
    new Graph().asDefault(() => {
      const def = trainingDefs[op] as OpDef;
      const inputs = shapes.map((shape, i) => {
        const text = def.inputs[i] as string;
        if (text.endsWith("Tindices")) return placeholder("int32", shape);
        if (!text.endsWith("Ref(T)")) return placeholder("float32", shape);
        const dims = new TensorShape(shape);
        const { VariableV2 } = stateDefs;
        return applyOp1(VariableV2, [], { shape: dims, dtype: asDType("float32") });
      });
      return applyOp(def, inputs).output(0);
    });

  it("are those of all variables and of the gradient together", () => {
    expect(build("ApplyMomentum", [null, [2, null], [], [null, 3], []]).shape.dims).toEqual([2, 3]);
    expect(build("ApplyMomentum", [null, null, null, null, null]).shape.dims).toBeNull();
    expect(build("SparseApplyMomentum", [null, [5, null], [], [2, 3], [2], []]).shape.dims).toEqual([5, 3]);
  });

  it("that contradict each other are refused", () => {
    expect(() => build("ApplyMomentum", [[2], [3], [], [2], []])).toThrow(
      /Dimension 0 in both shapes must be equal, but are 2 and 3/,
    );
    expect(() => build("ApplyMomentum", [[2], [2], [1], [2], []])).toThrow(/Shape must be rank 0 but is rank 1/);
    expect(() => build("SparseApplyMomentum", [[5, 2], [5, 2], [], [3, 2], [2], []])).toThrow(
      /Dimensions must be equal, but are 3 and 2/,
    );
    expect(() => build("SparseApplyMomentum", [[5, 2], [5, 2], [], [3, 2], [3, 1], []])).toThrow(
      /Shape must be rank 1 but is rank 2/,
    );
  });
});
