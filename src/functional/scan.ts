/** All accumulated values of a fold. Mirrors `scan`, python/ops/functional_ops.py. */
import { convertToTensor } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { inOpScope } from "../ops/op-scope.ts";
import { assertSameStructure, flatten, packAs, type TensorStructure, type TensorsOf } from "../ops/structure.ts";
import { TensorArray } from "../ops/tensor-array.ts";
import { whileLoop } from "../ops/while-loop.ts";
import { TensorShape, unknownShape } from "../tensor/shape.ts";
import {
  asIndex,
  type Count,
  callFunction,
  checkFunction,
  commonLength,
  type ElementLoopOptions,
  firstOf,
  lengthOf,
  loopOptions,
  minus,
  withCachedReads,
} from "./elements.ts";
import type { FoldFunction } from "./fold.ts";

/** Options of `scan`. */
export interface ScanOptions<A> extends ElementLoopOptions {
  /** The first accumulated value, in the structure that `fn` returns; default: the first element, or the last one in reverse. */
  readonly initializer?: A | null | undefined;
  /** Whether all accumulated values have one shape. Default true. */
  readonly inferShape?: boolean | undefined;
  /** Goes from the last element to the first; the results keep the elements' places. Default false. */
  readonly reverse?: boolean | undefined;
}

/**
 * Folds a function over the elements of a tensor along its first axis, and stacks all accumulated values.
 *
 * Shapes: elems `[n, …a]`, accumulated `[…b]` → `[n, …b]`. Dtypes: any.
 *
 * `elems` and `initializer` may be nested arrays and plain objects of tensors. Without an initializer the first element is the first result.
 * `fn` is called once, here.
 *
 * @throws {ArgumentTypeError} when `fn` is no function.
 * @throws {ArgumentError} when `fn` returns another structure or shape than the accumulated value has, or lengths differ.
 * @see TensorFlow `tf.scan`, python/ops/functional_ops.py
 * @example
 * const sums = scan((a, x) => a.add(x), constant([1, 2, 3]));
 * session.runSync(sums).toArray(); // [1, 3, 6]
 */
export function scan<const E extends TensorStructure, const A extends TensorStructure = E>(
  fn: FoldFunction<E, A>,
  elems: E,
  options: ScanOptions<A> = {},
): TensorsOf<A> {
  checkFunction(fn, (text) => `${text} is not callable. Please provide a callable function.`);
  const given = flatten(elems);
  return inOpScope(options.name, "scan", given, () =>
    withCachedReads(() => {
      const tensors = given.map((value) => convertToTensor(value, { name: "elem" }));
      const first = firstOf(tensors);
      const structure = options.initializer ?? elems;
      const call = (accumulated: readonly Tensor[], elements: readonly Tensor[]): readonly unknown[] => {
        const result = callFunction("scan", () =>
          fn(packAs(structure, accumulated) as TensorsOf<A>, packAs(elems, elements) as TensorsOf<E>),
        );
        assertSameStructure(structure, result);
        return flatten(result);
      };
      const filled = scanTensors(call, tensors, lengthOf(first, first.shape.dim(0)), options);
      const results = filled.map((array) => array.stack());
      const length = commonLength(tensors);
      for (const result of results) result.setShape(new TensorShape([length]).concatenate(withoutFirst(result.shape)));
      return packAs(structure, results) as TensorsOf<A>;
    }),
  );
}

function scanTensors<A>(
  call: (accumulated: readonly Tensor[], elements: readonly Tensor[]) => readonly unknown[],
  tensors: readonly Tensor[],
  count: Count,
  options: ScanOptions<A>,
): readonly TensorArray[] {
  const { inferShape = true, reverse = false, initializer = null } = options;
  const arrays = tensors
    .map((tensor) => new TensorArray(tensor.dtype, { size: count, elementShape: withoutFirst(tensor.shape) }))
    .map((array, i) => array.unstack(tensors[i] as Tensor));
  const firstPlace = (): ReturnType<typeof asIndex> => asIndex(reverse ? minus(count, 1) : 0);
  const accumulated =
    initializer === null
      ? arrays.map((array) => array.read(firstPlace()))
      : flatten(initializer).map((value) => convertToTensor(value));
  const done = initializer === null ? 1 : 0;
  const empty = accumulated.map(
    ({ dtype, shape }) => new TensorArray(dtype, { size: count, elementShape: inferShape ? shape : null, inferShape }),
  );
  const started =
    initializer === null ? empty.map((array, i) => array.write(firstPlace(), accumulated[i] as Tensor)) : empty;
  const start = reverse ? minus(minus(count, 1), done) : done;
  const loop = whileLoop as (...args: unknown[]) => readonly unknown[];
  const [, , filled] = loop(
    (i: Tensor) => (reverse ? i.greaterEqual(0) : i.less(count)),
    (i: Tensor, before: readonly Tensor[], results: readonly TensorArray[]) => {
      const next = call(
        before,
        arrays.map((array) => array.read(i)),
      );
      const written = results.map((array, k) => array.write(i, next[k] as Tensor));
      return [reverse ? i.sub(1) : i.add(1), next, written];
    },
    [asIndex(start), accumulated, started],
    loopOptions(options, count),
  );
  return filled as readonly TensorArray[];
}

function withoutFirst(shape: TensorShape): TensorShape {
  return shape.dims === null ? unknownShape : new TensorShape(shape.dims.slice(1));
}
