/** Values of a graph by its kernels, node after node; and how far they may be off: what rounding at every node could do to them. */

import { groupInputs, inputLayout } from "../../src/graph/input-layout.ts";
import type { Operation } from "../../src/graph/operation.ts";
import type { Tensor } from "../../src/graph/tensor.ts";
import { kernelOf } from "../../src/kernels/kernels.ts";
import { byExecutor } from "../../src/kernels/rule.ts";
import type { DType } from "../../src/tensor/dtype.ts";
import { type Element, NDArray, writeElement } from "../../src/tensor/ndarray.ts";
import { philoxState } from "../../src/tensor/philox.ts";
import { Dice } from "../lowering/random-numbers.ts";
import type { RandomGraph } from "./generator.ts";

/** Values by tensor. */
export type Values = ReadonlyMap<Tensor, NDArray>;

/** The outputs of an op; those that only pass something on, as a reference does, are its first input. */
export function evaluateOp(op: Operation, valueOf: (input: Tensor) => NDArray): readonly NDArray[] {
  const kernel = kernelOf(op.type);
  const inputs = op.inputs.map(valueOf);
  if (kernel === undefined || kernel === byExecutor) return op.type === "IdentityN" ? inputs : inputs.slice(0, 1);
  const { seed = 0, seed2 = 0 } = op.attrs as { readonly seed?: number; readonly seed2?: number };
  const context = { node: op, random: { state: philoxState(seed, seed2) }, printCount: 0, print: () => undefined };
  const result = kernel(groupInputs(inputLayout(op), inputs), op.attrs as never, context);
  const outputs = Array.isArray(result) ? (result as readonly NDArray[]) : [result as NDArray];
  if (op.def.effect !== "write") return outputs;
  // A write gives its outputs that are no references, then the new values; a reference shows the first of them.
  return op.outputs.length === 0
    ? []
    : op.outputs.map((output, i) =>
        output.dtype.isRef ? (outputs.at(-op.def.writes) as NDArray) : (outputs[i] as NDArray),
      );
}

/** Changes an output of an op with these inputs. */
type Change = (value: NDArray, op: Operation, inputs: readonly NDArray[]) => NDArray;

/** The values of what is fetched, each changed by `change` before others use it. */
function evaluated({ graph, feeds, variables, fetches }: RandomGraph, change: Change): Values {
  const values = new Map<Tensor, NDArray>();
  const needed = new Set<Operation>();
  const need = (op: Operation): void => {
    if (needed.has(op)) return;
    needed.add(op);
    for (const input of op.inputs) need(input.op);
  };
  for (const { op } of fetches) need(op);
  for (const op of graph.operations) {
    if (!needed.has(op)) continue;
    const [first] = op.outputs;
    const given = variables.get(op) ?? (first && feeds.get(first)) ?? op.attrs["value"];
    const outputs =
      given instanceof NDArray && op.inputs.length === 0
        ? [given]
        : evaluateOp(op, (input) => values.get(input) as NDArray);
    const inputs = op.inputs.map((input) => values.get(input) as NDArray);
    for (const [i, output] of op.outputs.entries())
      if (outputs[i] !== undefined) values.set(output, change(outputs[i], op, inputs));
  }
  return values;
}

/** Half a unit of the last place of each type, relative. Engines may round that much, several times, at each node. */
const roundings: Readonly<Record<string, number>> = {
  float16: 2 ** -10,
  bfloat16: 2 ** -7,
  float32: 2 ** -22,
  float64: 2 ** -50,
  complex64: 2 ** -22,
  complex128: 2 ** -50,
};

/** Ops that take nearly equal numbers of the size of their inputs from each other: what is lost is relative to those. */
const cancelling: readonly string[] = [
  "FusedBatchNorm",
  "FusedBatchNormV2",
  "FusedBatchNormV3",
  "LogSoftmax",
  "ResizeBicubic",
  "SoftmaxCrossEntropyWithLogits",
  "SparseSoftmaxCrossEntropyWithLogits",
];

function largest(values: readonly NDArray[]): number {
  let most = 1;
  for (const value of values)
    for (let i = 0; i < value.size; i += 1) {
      const element = value.at(i);
      if (typeof element === "number" && Number.isFinite(element)) most = Math.max(most, Math.abs(element));
    }
  return most;
}

function disturbed(value: NDArray, op: Operation, inputs: readonly NDArray[], dice: Dice): NDArray {
  const rounding = roundings[value.dtype.baseName];
  if (rounding === undefined || value.size === 0) return value;
  const copy = value.copy();
  const lost = cancelling.includes(op.type) ? rounding * largest(inputs) : 0;
  const off = (x: number): number => {
    const direction = dice.chance(0.5) ? 1 : -1;
    return x * (1 + rounding * direction) + lost * direction;
  };
  for (let i = 0; i < copy.size; i += 1) {
    const element = copy.at(i);
    writeElement(
      copy.dtype,
      copy.data,
      i,
      Array.isArray(element) ? [off(element[0]), off(element[1])] : off(element as number),
    );
  }
  return copy;
}

/** What a fetched value should be, and how the values that rounding leads to look. */
export interface Expectation {
  readonly value: NDArray;
  readonly disturbed: readonly NDArray[];
}

/** How often the values are disturbed: each time in other directions. */
const DISTURBANCES = 4;

/** What each fetch should be. */
export function expectations(graph: RandomGraph): ReadonlyMap<Tensor, Expectation> {
  const exact = evaluated(graph, (value) => value);
  const others = Array.from({ length: DISTURBANCES }, (_, i) => {
    const dice = new Dice(graph.seed + 1000 * (i + 1));
    try {
      return evaluated(graph, (value, op, inputs) => disturbed(value, op, inputs, dice));
    } catch {
      // A disturbed value may be refused, as an index that is one too large.
      return new Map<Tensor, NDArray>();
    }
  });
  return new Map(
    graph.fetches.map((fetch) => [
      fetch,
      { value: exact.get(fetch) as NDArray, disturbed: others.flatMap((values) => values.get(fetch) ?? []) },
    ]),
  );
}

/** How many times further than a disturbance a value may be off: there are more nodes and roundings than were tried. */
const SLACK = 32;

/** Where a value is not what it should be, in a few words; `null` where it is. */
export function deviation(actual: NDArray, { value, disturbed: others }: Expectation): string | null {
  if (others.length < DISTURBANCES) return null;
  // Where rounding decides how many elements there are, or which, nothing can be said.
  if (others.some(({ shape }) => String(shape) !== String(value.shape))) return null;
  if (actual.dtype !== value.dtype || String(actual.shape) !== String(value.shape))
    return `${head(actual)} instead of ${head(value)}`;
  for (let i = 0; i < value.size; i += 1) {
    const wanted = value.at(i);
    const isOff = !isWithin(
      actual.at(i),
      wanted,
      others.map((other) => other.at(i)),
      value.dtype,
    );
    if (isOff) return `[${i}] is ${String(actual.at(i))} instead of ${String(wanted)}`;
  }
  return null;
}

function head({ dtype, shape }: NDArray): string {
  return `${dtype.name}[${shape.join(",")}]`;
}

function isWithin(actual: Element, wanted: Element, others: readonly Element[], dtype: DType): boolean {
  if (Array.isArray(actual) && Array.isArray(wanted))
    return [0, 1].every((part) =>
      isWithin(
        actual[part] as number,
        wanted[part] as number,
        others.map((one) => (one as readonly number[])[part] as number),
        dtype,
      ),
    );
  if (typeof wanted !== "number" || roundings[dtype.baseName] === undefined)
    return others.some((other) => other !== wanted) || actual === wanted;
  const numbers = others as readonly number[];
  if (
    numbers.some(
      (other) => Number.isFinite(other) !== Number.isFinite(wanted) || Number.isNaN(other) !== Number.isNaN(wanted),
    )
  )
    return true;
  if (!Number.isFinite(wanted))
    return Object.is(actual, wanted) || (Number.isNaN(actual as number) && Number.isNaN(wanted));
  const spread = Math.max(...numbers.map((other) => Math.abs(other - wanted)));
  const rounding = roundings[dtype.baseName] as number;
  return (
    Math.abs((actual as number) - wanted) <=
    SLACK * spread + 4 * rounding * Math.abs(wanted) + LEAST[dtype.baseName as keyof typeof LEAST]
  );
}

/** Below this, engines may take a number for 0. */
const LEAST = { float16: 1e-7, bfloat16: 1e-37, float32: 1e-37, float64: 1e-300, complex64: 1e-37, complex128: 1e-300 };
