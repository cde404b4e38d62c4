/**
 * Every op that takes numbers, given numbers that are none, infinite, next to nothing, huge or far below 0: each ends, with values or
 * with an error of ours. A kernel that sums term by term, or draws until something is accepted, would not.
 */
import { createReferenceEngine, Graph, NamesakeError } from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { afterAll, describe, expect, it } from "vitest";
import { graphScope, runInScope } from "../src/graph/ambient-scope.ts";
import { applyOp } from "../src/graph/apply-op.ts";
import type { Operation } from "../src/graph/operation.ts";
import type { Tensor } from "../src/graph/tensor.ts";
import { type OpType, opDefs } from "../src/ops/index.ts";
import type { Engine } from "../src/session/engine.ts";
import { Session } from "../src/session/session.ts";
import type { DTypeName } from "../src/tensor/dtype.ts";
import { NDArray, writeElement } from "../src/tensor/ndarray.ts";
import { TensorShape } from "../src/tensor/shape.ts";
import { Dice } from "./lowering/random-numbers.ts";
import { draws } from "./lowering/random-trials.ts";
import { leftOut } from "./random-graphs/generator.ts";
import { recordedCases } from "./recorded-cases.ts";

type Inputs = readonly (NDArray | readonly NDArray[])[];

/** A use of an op. */
interface Use {
  readonly inputs: Inputs;
  readonly attrs: Readonly<Record<string, unknown>>;
}

const hostileFloats = [
  Number.NaN,
  Infinity,
  -Infinity,
  5e-324,
  -1e-40,
  1e-10,
  0,
  -0,
  0.9999999,
  1e15 + 0.5,
  -1e15 - 0.5,
  -4_194_303.5,
  3e38,
  -3e38,
  1e300,
];
/** Counts and sizes; those between would only take long, as they should. */
const hostileIntegers = [0, -1, 2 ** 62, -(2 ** 62)];

/** Ops that are not tried, and why. */
const untried: Readonly<Partial<Record<OpType, string>>> = {
  ...leftOut,
  Range: "a long row may be what is asked for; src/ops/math.test.ts has those without end",
  EnsureShape: "its recorded uses do not tell the shape",
};

const uses = new Map<OpType, Use[]>();
for (const { type, inputs, attrs, fails } of recordedCases()) {
  const list = uses.get(type) ?? [];
  if (!fails && list.length < 2) list.push({ inputs, attrs });
  uses.set(type, list);
}
for (const [type, draw] of Object.entries(draws) as [OpType, (typeof draws)[OpType]][]) {
  const { inputs, attrs = {} } = (draw as NonNullable<typeof draw>)(new Dice(7));
  uses.set(type, [...(uses.get(type) ?? []), { inputs, attrs }]);
}

function isFloating(value: NDArray | readonly NDArray[]): value is NDArray {
  return value instanceof NDArray && (value.dtype.isFloating || value.dtype.isComplex);
}

/** Whole numbers of which there are few: counts, sizes and places. */
function isCount(value: NDArray | readonly NDArray[]): value is NDArray {
  return value instanceof NDArray && ["int32", "int64"].includes(value.dtype.name) && value.size <= 8;
}

function filled(value: NDArray, x: number, isWhole: boolean): NDArray {
  const copy = value.copy();
  const { dtype } = copy;
  const bits = 8 * dtype.size;
  const element = dtype.isComplex
    ? ([x, x] as const)
    : !dtype.isInteger
      ? x
      : dtype.isBig
        ? BigInt(x)
        : Math.max(-(2 ** (bits - 1)), Math.min(2 ** (bits - 1) - 1, x));
  for (let i = 0; i < (isWhole ? copy.size : Math.min(copy.size, 1)); i += 1)
    writeElement(dtype, copy.data, i, element as never);
  return copy;
}

/** The use with hostile numbers in some inputs: in one after the other, in the first place or everywhere, and in all. */
function* hostileInputs({ inputs }: Use): Generator<Inputs> {
  for (const [isTarget, numbers] of [
    [isFloating, hostileFloats],
    [isCount, hostileIntegers],
  ] as const) {
    const targets = inputs.flatMap((value, i) => (isTarget(value) ? [i] : []));
    const choices = [...targets.map((i) => [i]), ...(targets.length > 1 ? [targets] : [])];
    for (const choice of choices)
      for (const x of numbers)
        for (const isWhole of [true, false])
          yield inputs.map((value, i) => (choice.includes(i) ? filled(value as NDArray, x, isWhole) : value));
  }
}

interface Made {
  readonly graph: Graph;
  readonly leaves: readonly Tensor[];
  readonly op: Operation;
}

/** The use as a graph, which knows the shapes of what it is fed; uses that it would refuse then are made without. */
function made(type: OpType, use: Use, knowsShapes = true): Made {
  const graph = new Graph();
  const leaves: Tensor[] = [];
  const leaf = (value: NDArray): Tensor => {
    const attrs = { dtype: value.dtype.name as DTypeName, shape: new TensorShape(knowsShapes ? value.shape : null) };
    leaves.push(applyOp(opDefs.Placeholder, [], attrs).output());
    return leaves.at(-1) as Tensor;
  };
  try {
    const op = runInScope(graphScope(graph), () =>
      applyOp(
        opDefs[type],
        use.inputs.map((value) => (value instanceof NDArray ? leaf(value) : value.map(leaf))),
        use.attrs as never,
      ),
    );
    return { graph, leaves, op };
  } catch (error) {
    if (!(error instanceof NamesakeError) || !knowsShapes) throw error;
    return made(type, use, false);
  }
}

/** What a use gives on an engine: outputs, or an error's name. */
function outcomes(engine: Engine, type: OpType, use: Use): readonly (readonly NDArray[] | string)[] {
  const { graph, leaves, op } = made(type, use);
  const session = new Session({ graph, engine });
  const run = (inputs: Inputs): readonly NDArray[] | string => {
    try {
      return session.runSync(
        op.outputs,
        inputs.flat().map((value, i) => [leaves[i] as Tensor, value as NDArray]),
      ) as readonly NDArray[];
    } catch (error) {
      if (!(error instanceof NamesakeError)) throw error;
      return error.name;
    }
  };
  try {
    return [...hostileInputs(use)].map(run);
  } finally {
    session.close();
  }
}

const types = (Object.keys(opDefs) as OpType[]).filter((type) => {
  const isPlain = ["none", "random"].includes(opDefs[type].effect);
  const hasHandles = (uses.get(type) ?? []).some(({ inputs }) =>
    inputs.flat().some((one) => !(one instanceof NDArray)),
  );
  return isPlain && !hasHandles && untried[type] === undefined && uses.has(type);
});

describe("hostile numbers", () => {
  const [reference, onnx] = [createReferenceEngine(), createOnnxRuntimeEngine({ threadCount: 1 })];
  afterAll(() => onnx.close());

  it("are given to ops that sum and draw until they are done", () => {
    expect(types).toEqual(
      expect.arrayContaining(["Zeta", "Polygamma", "Igamma", "Betainc", "RandomGamma", "RandomPoissonV2"]),
    );
  });

  it.each(types)("%s ends with them on both engines", (type) => {
    for (const use of uses.get(type) as readonly Use[])
      for (const engine of [reference, onnx])
        for (const outcome of outcomes(engine, type, use)) expect(outcome).toBeDefined();
  });
});
