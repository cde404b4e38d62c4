/** A function of one element, applied to all of them. Mirrors `map_fn`, python/ops/map_fn.py. */
import { ArgumentError } from "../base/errors.ts";
import { convertToTensor } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant } from "../ops/array.ts";
import { readResources } from "../ops/flow-region.ts";
import { inOpScope } from "../ops/op-scope.ts";
import { assertSameStructure, flatten, packAs, type TensorStructure, type TensorsOf } from "../ops/structure.ts";
import { TensorArray } from "../ops/tensor-array.ts";
import { whileLoop } from "../ops/while-loop.ts";
import { asDType, type DType, type DTypeLike } from "../tensor/dtype.ts";
import { TensorShape, unknownShape } from "../tensor/shape.ts";
import {
  callFunction,
  checkFunction,
  commonLength,
  type ElementLoopOptions,
  lengthOf,
  loopOptions,
  withCachedReads,
} from "./elements.ts";

/** The dtypes of results, in their structure. */
export type DTypeStructure = DTypeLike | readonly DTypeStructure[] | { readonly [key: string]: DTypeStructure };

/** Options of `mapFn`. */
export interface MapFnOptions extends ElementLoopOptions {
  /** The dtypes of what `fn` returns, in its structure; default: as `elems`. */
  readonly dtype?: DTypeStructure | null | undefined;
  /** Whether all results have one shape. Default true. */
  readonly inferShape?: boolean | undefined;
}

/**
 * Applies a function to each element of a tensor along its first axis, and stacks the results.
 *
 * Shapes: elems `[n, …a]` → `[n, …b]` where `fn` makes `[…b]` of `[…a]`. Dtypes: any; results as elems, unless `dtype` says otherwise.
 *
 * `elems` may be nested arrays and plain objects of tensors of one length; then `fn` gets the elements in the same structure. `fn` is called once, here.
 *
 * @throws {ArgumentError} when elems is empty or holds scalars, lengths differ, or `fn` returns another structure.
 * @throws {ArgumentTypeError} when `fn` is no function.
 * @throws {AsyncScopeError} when `fn` returns a promise.
 * @see TensorFlow `tf.map_fn`, python/ops/map_fn.py
 * @example
 * const squares = mapFn((x) => x.mul(x), constant([1, 2, 3]));
 * session.runSync(squares).toArray(); // [1, 4, 9]
 */
export function mapFn<const E extends TensorStructure, const R extends TensorStructure>(
  fn: (elems: TensorsOf<E>) => R,
  elems: E,
  options: MapFnOptions = {},
): TensorsOf<R> {
  checkFunction(fn, (text) => `The provided function ${text} is not callable.fn must be callable.`);
  return publicCall(() => {
    const structure = readResources(elems);
    const given = flatten(structure);
    if (given.length === 0)
      throw new ArgumentError(
        "elems must be a Tensor or (possibly nested) sequence of Tensors. Got [], which does not contain any Tensors.",
        { elems },
      );
    return inOpScope(options.name, "map", given, () =>
      withCachedReads(() => {
        const tensors = given.map((value) => convertToTensor(value, { name: "elem" }));
        const results = options.dtype ?? null;
        const dtypes =
          results === null
            ? tensors.map((tensor) => tensor.dtype.baseDtype)
            : flatten(results).map((dtype) => asDType(dtype as DTypeLike));
        const call = (elements: readonly Tensor[]): readonly unknown[] => {
          const result = callFunction("map_fn", () => fn(packAs(structure, elements) as TensorsOf<E>));
          assertSameStructure(results ?? structure, result);
          return flatten(result);
        };
        return packAs(results ?? structure, mapTensors(call, tensors, dtypes, options)) as TensorsOf<R>;
      }),
    );
  });
}

function mapTensors(
  call: (elements: readonly Tensor[]) => readonly unknown[],
  tensors: readonly Tensor[],
  dtypes: readonly DType[],
  options: MapFnOptions,
): Tensor[] {
  const [first] = tensors as readonly [Tensor];
  if (first.shape.rank === 0)
    throw new ArgumentError("Elements in elems must be 1+ dimensional Tensors, not scalars", { elems: first });
  const length = commonLength(tensors);
  // No elements are counted in the step, as in TensorFlow.
  const count = lengthOf(first, length || null);
  const arrays = tensors
    .map((tensor) => new TensorArray(tensor.dtype, { size: count }))
    .map((array, i) => array.unstack(tensors[i] as Tensor));
  const start = constant(0, { dtype: "int32" });
  const { inferShape = true } = options;
  const empty = dtypes.map((dtype) => new TensorArray(dtype, { size: count, inferShape }));
  const [, filled] = whileLoop(
    (i: Tensor) => i.less(count),
    (i: Tensor, results: TensorArray[]) => {
      const values = call(arrays.map((array) => array.read(i)));
      const written = results.map((array, k) => array.write(i, values[k] as Tensor));
      return [i.add(1), written];
    },
    [start, empty],
    loopOptions(options, count),
  ) as unknown as [Tensor, TensorArray[]];
  const results = filled.map((array) => array.stack());
  for (const result of results) result.setShape(new TensorShape([length]).concatenate(rest(result.shape)));
  return results;
}

function rest(shape: TensorShape): TensorShape {
  return shape.dims === null ? unknownShape : new TensorShape(shape.dims.slice(1));
}
