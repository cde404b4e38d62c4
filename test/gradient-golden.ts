/** Compares gradient rules with what TensorFlow recorded in test/goldens/<name>.json (tools/goldens/gradient_cases.py): the nodes that they add, what these compute on every engine, and the gradients of the gradients. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createReferenceEngine, type Feeds, type Fetch, Graph, gradients, type NDArray, Session } from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { describe, expect, it } from "vitest";
import type { Gradient } from "../src/gradients/rule.ts";
import { applyOp } from "../src/graph/apply-op.ts";
import { convertToTensor } from "../src/graph/constant.ts";
import type { Operation } from "../src/graph/operation.ts";
import type { Tensor } from "../src/graph/tensor.ts";
import { placeholder } from "../src/ops/array.ts";
import { IndexedSlices } from "../src/ops/indexed-slices.ts";
import { asDType, type DTypeName } from "../src/tensor/dtype.ts";
import { decoded, definition, type EncodedValue, errorOf, isNear, nodeText } from "./op-golden.ts";

/** An input: a constant of the graph, or fed to a placeholder of which the graph knows a shape. */
type Input = EncodedValue & { readonly constant?: true; readonly known?: readonly (number | null)[] | null };

/** A gradient: a tensor, rows, or none. */
type Encoded<T> = T | { readonly slices: readonly T[] } | null;

interface Second {
  readonly seeds: readonly EncodedValue[];
  readonly nodes?: readonly string[];
  readonly gradients?: readonly Encoded<EncodedValue>[];
  readonly error?: readonly [string, string];
}

interface GradientCase {
  readonly title: string;
  readonly op: string;
  readonly inputs: readonly (Input | readonly Input[])[];
  readonly attrs: Readonly<Record<string, unknown>>;
  /** The inputs by which is differentiated, counted flat. */
  readonly wrt: readonly number[];
  readonly gradYs: readonly EncodedValue[];
  readonly nodes?: readonly string[];
  readonly results?: readonly Encoded<string>[];
  readonly gradients?: readonly Encoded<EncodedValue>[];
  readonly error?: readonly [string, string];
  readonly second?: Second | null;
}

const engines = { reference: createReferenceEngine(), "ONNX Runtime": createOnnxRuntimeEngine() };

/** Makes a test of each recorded case, on each engine. */
export function testGradients(name: string): void {
  const path = join(import.meta.dirname, `goldens/${name}.json`);
  const { rules: cases } = JSON.parse(readFileSync(path, "utf8")) as { readonly rules: readonly GradientCase[] };
  describe.each(Object.entries(engines))("%s", (_, engine) => {
    it.each(cases.map((one) => [one.title, one] as const))("%s", (_title, one) => {
      new Graph().asDefault(() => {
        const built = buildForward(one);
        const feeds = new Map(built.feeds);
        const first = buildGradients(one, built, feeds);
        if (first === null) return;
        const session = new Session({ engine });
        if (one.gradients) expectGradients(session, first, one.gradients, feeds, firstOrder);
        if (one.second) testSecond(one.second, built, first, feeds, session);
      });
    });
  });
}

interface Built {
  readonly xs: readonly Tensor[];
  readonly ys: readonly Tensor[];
  readonly feeds: readonly (readonly [Tensor, NDArray])[];
  gradYs: readonly Tensor[];
}

function buildForward(one: GradientCase): Built {
  const flat: Tensor[] = [];
  const feeds: (readonly [Tensor, NDArray])[] = [];
  const make = (input: Input): Tensor => {
    const name = `x${flat.length}`;
    const value = decoded(input);
    const tensor = input.constant
      ? convertToTensor(value, { name })
      : placeholder(value.dtype, input.known ?? null, { name });
    if (!input.constant) feeds.push([tensor, value]);
    flat.push(tensor);
    return tensor;
  };
  const inputs = one.inputs.map((input) =>
    Array.isArray(input) ? (input as readonly Input[]).map(make) : make(input as Input),
  );
  const attrs = Object.fromEntries(Object.entries(one.attrs).map(([key, value]) => [key, attrOf(value)]));
  const op: Operation = applyOp(definition(one.op), inputs, attrs as never);
  const ys = op.outputs.filter(({ dtype }) => dtype.isFloating || dtype.isComplex);
  return { xs: one.wrt.map((i) => flat[i] as Tensor), ys, feeds, gradYs: [] };
}

function attrOf(value: unknown): unknown {
  const isDType = typeof value === "object" && value !== null && "dtype" in value;
  return isDType ? asDType((value as { readonly dtype: DTypeName }).dtype) : value;
}

/** Placeholders for given gradients, named by a letter and a number. */
function seedsFor(
  tensors: readonly Tensor[],
  letter: string,
  values: readonly EncodedValue[],
  feeds: Map<Tensor, NDArray>,
): readonly Tensor[] {
  return tensors.map((tensor, i) => {
    const seed = placeholder(tensor.dtype.baseDtype, tensor.shape, { name: `${letter}${i}` });
    feeds.set(seed, decoded(values[i] as EncodedValue));
    return seed;
  });
}

/** The gradients, whose nodes are TensorFlow's; `null` where TensorFlow's error was thrown. */
function buildGradients(
  one: GradientCase,
  built: Built,
  feeds: Map<Tensor, NDArray>,
): readonly (Gradient | null)[] | null {
  const { ys, xs } = built;
  built.gradYs = seedsFor(ys, "g", one.gradYs, feeds);
  const graph = (xs[0] as Tensor).graph;
  const before = graph.operations.length;
  let made: readonly (Gradient | null)[] = [];
  const build = (): void => {
    made = gradients(ys, xs, { gradYs: built.gradYs });
  };
  if (one.error && one.results === undefined) {
    expect(errorOf(build)).toEqual(one.error);
    return null;
  }
  build();
  expect(made.map(nameOf)).toEqual(one.results);
  if (one.nodes) expect(graph.operations.slice(before).map(nodeText)).toEqual(one.nodes);
  return made;
}

function nameOf(gradient: Gradient | null): Encoded<string | null> {
  if (!(gradient instanceof IndexedSlices)) return gradient?.name ?? null;
  return { slices: [gradient.values, gradient.indices, gradient.denseShape].map((part) => part?.name ?? null) };
}

function testSecond(
  second: Second,
  built: Built,
  first: readonly (Gradient | null)[],
  feeds: Map<Tensor, NDArray>,
  session: Session,
): void {
  const ys = first.flatMap((one) => (one === null ? [] : [one instanceof IndexedSlices ? one.values : one]));
  const seeds = seedsFor(ys, "s", second.seeds, feeds);
  const { graph } = ys[0] as Tensor;
  const before = graph.operations.length;
  const build = () => gradients(ys, [...built.xs, ...built.gradYs], { gradYs: seeds });
  if (second.error) {
    expect(errorOf(() => session.runSync(parts(build()), feeds as Feeds))).toEqual(second.error);
    return;
  }
  const made = build();
  if (second.nodes) expect(graph.operations.slice(before).map(compactText)).toEqual(second.nodes);
  if (second.gradients) expectGradients(session, made, second.gradients, feeds, secondOrder);
}

function compactText(op: Operation): string {
  const inputs = op.inputs.map((tensor) => (tensor.index === 0 ? tensor.op.name : tensor.name));
  return `${op.name} = ${op.type}(${[...inputs, ...op.controlInputs.map(({ name }) => `^${name}`).sort()].join(", ")})`;
}

function parts(made: readonly (Gradient | null)[]): Tensor[] {
  return made.flatMap((one) => {
    if (one === null) return [];
    return one instanceof IndexedSlices ? [one.values, one.indices, one.denseShape as Tensor] : [one];
  });
}

/** Both compute in the type itself, in different orders; a rule multiplies errors of functions that are near, as quotients of small numbers. */
const firstOrder: Tolerances = { float32: 2e-5, complex64: 2e-5, float64: 1e-9, complex128: 1e-9 };
/** Differences of products lose digits once more. */
const secondOrder: Tolerances = { float32: 2e-4, complex64: 2e-4, float64: 1e-8, complex128: 1e-8 };

type Tolerances = Readonly<Record<string, number>>;

function expectGradients(
  session: Session,
  made: readonly (Gradient | null)[],
  wanted: readonly Encoded<EncodedValue>[],
  feeds: Map<Tensor, NDArray>,
  tolerances: Tolerances,
): void {
  const shapeOf = (one: Gradient | Encoded<EncodedValue>): string => {
    if (one === null) return "none";
    return one instanceof IndexedSlices || "slices" in one ? "rows" : "tensor";
  };
  expect(made.map(shapeOf)).toEqual(wanted.map(shapeOf));
  const values = session.runSync(parts(made) as readonly Fetch[], feeds as Feeds) as readonly NDArray[];
  const expected = wanted.flatMap((one) => (one === null ? [] : "slices" in one ? [...one.slices] : [one]));
  expect(values.map(({ dtype, shape }) => ({ dtype: dtype.name, shape }))).toEqual(
    expected.map(({ dtype, shape }) => ({ dtype, shape })),
  );
  for (const [i, value] of values.entries()) {
    const target = decoded(expected[i] as EncodedValue);
    const tolerance = tolerances[value.dtype.name] ?? 0;
    const wrong = Array.from({ length: value.size }, (_, k) => k).filter(
      (k) => !isNear(value.at(k), target.at(k), tolerance),
    );
    expect(wrong.map((k) => ({ output: i, at: k, actual: value.at(k), expected: target.at(k) }))).toEqual([]);
  }
}
