/** Folds over the elements of tensors. Mirrors `foldl` and `foldr`, python/ops/functional_ops.py. */
import { convertToTensor } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant } from "../ops/array.ts";
import { inOpScope } from "../ops/op-scope.ts";
import { flatten, packAs, type TensorStructure, type TensorsOf } from "../ops/structure.ts";
import { TensorArray } from "../ops/tensor-array.ts";
import { whileLoop } from "../ops/while-loop.ts";
import {
  asIndex,
  type Count,
  callFunction,
  checkFunction,
  type ElementLoopOptions,
  firstOf,
  lengthOf,
  loopOptions,
  minus,
  withCachedReads,
} from "./elements.ts";

/** Options of `foldl` and `foldr`. */
export interface FoldOptions<A> extends ElementLoopOptions {
  /** The first accumulated value, in the structure that `fn` returns; default: the first element, or the last one for `foldr`. */
  readonly initializer?: A | null | undefined;
}

/** Gives the accumulated value from the one before and an element. */
export type FoldFunction<E, A> = (accumulated: TensorsOf<A>, elems: TensorsOf<E>) => TensorStructure;

/**
 * Folds a function over the elements of a tensor along its first axis, from the first to the last.
 *
 * Shapes: elems `[n, …a]`; the accumulated value keeps its shape. Dtypes: any.
 *
 * `elems` and `initializer` may be nested arrays and plain objects of tensors. `fn` is called once, here.
 *
 * @throws {ArgumentTypeError} when `fn` is no function.
 * @throws {ArgumentError} when `fn` returns another structure or shape than the accumulated value has.
 * @see TensorFlow `tf.foldl`, python/ops/functional_ops.py
 * @example
 * const difference = foldl((a, x) => a.sub(x), constant([10, 2, 3]));
 * session.runSync(difference).item(); // 5
 */
export function foldl<const E extends TensorStructure, const A extends TensorStructure = E>(
  fn: FoldFunction<E, A>,
  elems: E,
  options: FoldOptions<A> = {},
): TensorsOf<A> {
  return fold("foldl", fn, elems, options, (count, read) => {
    const isGiven = (options.initializer ?? null) !== null;
    const accumulated = isGiven ? options.initializer : read(asIndex(0));
    const start = constant(isGiven ? 0 : 1, { dtype: "int32" });
    return {
      variables: [start, accumulated],
      condition: (i) => i.less(count),
      body: (i, a, call) => {
        const next = call(a, read(i));
        return [i.add(1), next];
      },
    };
  });
}

/**
 * Folds a function over the elements of a tensor along its first axis, from the last to the first.
 *
 * Shapes: elems `[n, …a]`; the accumulated value keeps its shape. Dtypes: any.
 *
 * `elems` and `initializer` may be nested arrays and plain objects of tensors. `fn` is called once, here.
 *
 * @throws {ArgumentTypeError} when `fn` is no function.
 * @throws {ArgumentError} when `fn` returns another structure or shape than the accumulated value has.
 * @see TensorFlow `tf.foldr`, python/ops/functional_ops.py
 * @example
 * const difference = foldr((a, x) => a.sub(x), constant([10, 2, 3]));
 * session.runSync(difference).item(); // -9
 */
export function foldr<const E extends TensorStructure, const A extends TensorStructure = E>(
  fn: FoldFunction<E, A>,
  elems: E,
  options: FoldOptions<A> = {},
): TensorsOf<A> {
  return fold("foldr", fn, elems, options, (count, read) => {
    const isGiven = (options.initializer ?? null) !== null;
    const start = isGiven ? count : minus(count, 1);
    return {
      variables: [asIndex(start), isGiven ? options.initializer : read(asIndex(start))],
      condition: (i) => i.greater(0),
      body: (i, a, call) => {
        const before = i.sub(1);
        return [before, call(a, read(before))];
      },
    };
  });
}

/** The loop of a fold. */
interface FoldLoop {
  readonly variables: readonly [start: unknown, accumulated: unknown];
  readonly condition: (i: Tensor) => Tensor;
  readonly body: (i: Tensor, accumulated: unknown, call: (a: unknown, element: unknown) => unknown) => unknown[];
}

function fold<A>(
  name: "foldl" | "foldr",
  fn: (...args: never[]) => unknown,
  elems: TensorStructure,
  options: FoldOptions<A>,
  make: (count: Count, read: (i: Tensor | ReturnType<typeof asIndex>) => unknown) => FoldLoop,
): TensorsOf<A> {
  checkFunction(fn, (text) => `${text} is not callable. Please provide a callable function.`);
  return inOpScope(options.name, name, flatten(elems), () =>
    withCachedReads(() => {
      const given = flatten(elems);
      const tensors = given.map((value) => convertToTensor(value, { name: "elem" }));
      const first = firstOf(tensors);
      // No elements are counted in the step, as in TensorFlow.
      const count = lengthOf(first, first.shape.dim(0) || null);
      const arrays = given.map((value, i) =>
        new TensorArray((tensors[i] as Tensor).dtype, { size: count }).unstack(value as Tensor),
      );
      const read = (i: Tensor | ReturnType<typeof asIndex>): unknown =>
        packAs(
          elems,
          arrays.map((array) => array.read(i)),
        );
      const { variables, condition, body } = make(count, read);
      const call = (a: unknown, element: unknown): unknown =>
        callFunction(name, () => fn(a as never, element as never));
      const loop = whileLoop as (...args: unknown[]) => readonly unknown[];
      const [, result] = loop(
        condition,
        (i: Tensor, a: unknown) => body(i, a, call),
        variables,
        loopOptions(options, count),
      );
      return result as TensorsOf<A>;
    }),
  );
}
