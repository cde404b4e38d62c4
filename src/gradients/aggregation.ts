/** How several gradients of one tensor become one. Mirrors `_AggregatedGrads`, python/ops/gradients_util.py, and python/eager/backprop_util.py. */
import { ArgumentError } from "../base/errors.ts";
import { inNameScope, makeColocation, runInScope } from "../graph/scopes.ts";
import { Tensor } from "../graph/tensor.ts";
import { cast } from "../ops/cast.ts";
import { concat } from "../ops/concat.ts";
import { IndexedSlices } from "../ops/indexed-slices.ts";
import { addN } from "../ops/math.ts";
import { int64 } from "../tensor/dtype.ts";
import type { Gradient } from "./rule.ts";

/** Ways to sum the gradients of a tensor that is used more than once. */
export const AggregationMethod = {
  /** One `AddN`. */
  ADD_N: 0,
  DEFAULT: 0,
  /** `AddN`s of two. */
  EXPERIMENTAL_TREE: 1,
  /** The same as `EXPERIMENTAL_TREE`. */
  EXPERIMENTAL_ACCUMULATE_N: 2,
} as const;

/** @throws {ArgumentError} for a number that stands for no method. */
export function checkAggregationMethod(method: number): void {
  if (method === 0 || method === 1 || method === 2) return;
  throw new ArgumentError(
    `Invalid \`aggregation_method\` specified ${method}. Accepted values are [0, 1, 2].\n  by name  AggregationMethod.ADD_N, AggregationMethod.EXPERIMENTAL_TREE, AggregationMethod.EXPERIMENTAL_ACCUMULATE_N`,
    { aggregationMethod: method },
  );
}

/** The sum of the gradients that arrived at an output of the op `opName`; `null` when none did. */
export function aggregate(received: readonly Gradient[], opName: string, method: number): Gradient | null {
  const [first] = received;
  if (first === undefined) return null;
  if (received.length === 1) return first;
  if (received.every((gradient): gradient is Tensor => gradient instanceof Tensor))
    return method === AggregationMethod.ADD_N ? sumByDevice(received) : sumInPairs(received, opName);
  if (received.some((gradient) => gradient instanceof Tensor)) return addN(received);
  return joinRows(received as readonly IndexedSlices[]);
}

/** First what is on each device, then across devices. */
function sumByDevice(tensors: readonly Tensor[]): Tensor {
  const byDevice = new Map<string, Tensor[]>();
  for (const tensor of tensors) {
    const group = byDevice.get(tensor.device);
    if (group === undefined) byDevice.set(tensor.device, [tensor]);
    else group.push(tensor);
  }
  const groups = [...byDevice].sort(([a], [b]) => (a < b ? -1 : 1));
  const sums = groups.map(([, group]) =>
    runInScope(makeColocation((group[0] as Tensor).op, { ignoreExisting: true }), () => addN(group)),
  );
  return addN(sums);
}

function sumInPairs(tensors: readonly Tensor[], opName: string): Tensor {
  const [first, ...rest] = tensors as readonly [Tensor, ...Tensor[]];
  return inNameScope(first.graph, `${opName}_gradient_sum`, () =>
    rest.reduce<Tensor>((sum, tensor) => addN([sum, tensor]), first),
  );
}

/** Rows one after another; those of one place stay apart. */
function joinRows(slices: readonly IndexedSlices[]): IndexedSlices {
  const rows = withSameIndexType(slices);
  return new IndexedSlices(
    concat(
      rows.map(({ values }) => values),
      0,
    ),
    concat(
      rows.map(({ indices }) => indices),
      0,
    ),
    (rows[0] as IndexedSlices).denseShape,
  );
}

function withSameIndexType(slices: readonly IndexedSlices[]): readonly IndexedSlices[] {
  const hasWide = slices.some(({ indices }) => indices.dtype === int64);
  if (!hasWide) return slices;
  return slices.map((one) =>
    one.indices.dtype === int64 ? one : new IndexedSlices(one.values, cast(one.indices, int64), one.denseShape),
  );
}
