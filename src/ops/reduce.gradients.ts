/** How reductions and running results are differentiated. Mirrors python/ops/math_grad.py. */

import { knownValue } from "../gradients/known-value.ts";
import { over, times } from "../gradients/operators.ts";
import { numbersOf, reducedShape, sizesOf, withOnes } from "../gradients/reduced-shape.ts";
import { type ForwardOp, type Gradient, type GradientRule, gradientRules, noRule } from "../gradients/rule.ts";
import { applyOp } from "../graph/apply-op.ts";
import type { Graph } from "../graph/graph.ts";
import { makeColocation, makeDeviceScope, runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant } from "./array.ts";
import { cast } from "./cast.ts";
import { equal } from "./compare.ts";
import { conj } from "./complex.ts";
import { concat } from "./concat.ts";
import { divide, divNoNan, truediv } from "./division.ts";
import { gatherDefs } from "./gather.defs.ts";
import { gather } from "./gather.ts";
import { maximum } from "./math.ts";
import { operators } from "./operators.ts";
import { range } from "./range.ts";
import type { reduceDefs } from "./reduce.defs.ts";
import { cumprod, cumsum, reduceProd, reduceSum } from "./reduce.ts";
import { broadcastTo, rank, reshape, shape, size } from "./shape.ts";
import { invertPermutation, tile, transpose } from "./transpose.ts";

type Reduction = (typeof reduceDefs)["Sum"];

/** What a reduction over known axes of a known shape needs: the shape of the result before axes are taken away, and how often it is repeated. */
interface KnownReduction {
  readonly keptDims: readonly number[];
  readonly repetitions: readonly number[];
}

/** TensorFlow computes these once for a graph, and leaves the ops that it needs for that in the graph. */
const knownReductions = new WeakMap<Graph, Map<string, KnownReduction>>();

function knownReduction(graph: Graph, sizes: readonly number[], axes: readonly number[]): KnownReduction {
  const known = knownReductions.get(graph) ?? new Map<string, KnownReduction>();
  knownReductions.set(graph, known);
  const key = `${sizes.join()};${axes.join()}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const keptDims = withOnes(sizes, axes);
  operators.binary("floordiv", sizesOf(sizes), maximum(sizesOf(keptDims), 1));
  const made = { keptDims, repetitions: sizes.map((d, i) => Math.floor(d / Math.max(keptDims[i] as number, 1))) };
  known.set(key, made);
  return made;
}

/** The gradient repeated along the summed axes. */
function sumRule({ op, inputs: [input, axes], attrs }: ForwardOp<Reduction>, grad: Gradient): Tensor {
  const { dims } = input.shape;
  const known = knownValue(axes);
  if (dims !== null && known !== null) {
    if (isEveryAxis(known.rank, numbersOf(known), dims.length)) {
      const spread = reshape(grad, sizesOf(dims.map(() => 1)));
      const sizes = dims as readonly number[];
      return tile(spread, dims.includes(null) ? shape(input) : constant(sizes, { dtype: "int32" }));
    }
    if (!dims.includes(null)) {
      const { keptDims, repetitions } = knownReduction(op.graph, dims as readonly number[], numbersOf(known));
      return tile(reshape(grad, sizesOf(keptDims)), sizesOf(repetitions));
    }
  }
  const inputShape = shape(input);
  if (attrs.keep_dims) return broadcastTo(grad, inputShape);
  const keptDims = runInScope(makeColocation(inputShape.op), () => reducedShape(inputShape, axes));
  return broadcastTo(reshape(grad, keptDims), inputShape);
}

/** Whether a list of axes names all of them in order. */
function isEveryAxis(rankOfAxes: number, axes: readonly number[], count: number): boolean {
  return rankOfAxes === 1 && axes.length === count && axes.every((axis, i) => axis === i);
}

/** How many elements were averaged for each result, as far as shapes tell; else counted when run. */
function meanCount({ inputs: [input, axes], output }: ForwardOp<Reduction>, sum: Tensor): Tensor {
  const [before, after] = [input.shape.elementCount(), output.shape.elementCount()];
  if (before !== null && after !== null) return constant(Math.floor(before / Math.max(after, 1)), { dtype: sum.dtype });
  const inputShape = shape(input);
  const count = size(inputShape);
  const places = cast(axes, count.dtype).add(count).mod(count);
  return reduceProd(gather(inputShape, places));
}

/** Equal extremes share the gradient. */
const extremum: GradientRule<Reduction> = ({ inputs: [input, axes], output, attrs }, grad) => {
  const inputShape = shape(input);
  const keptDims = attrs.keep_dims ? shape(output) : reducedShape(inputShape, axes);
  const y = attrs.keep_dims ? output : reshape(output, keptDims);
  const spread = attrs.keep_dims ? grad : reshape(grad, keptDims);
  const chosen = cast(equal(y, input), spread.dtype);
  const count = reshape(reduceSum(chosen, { axis: axes }), keptDims);
  return [times(divide(chosen, count), spread), null];
};

/** Dividing the product by each element fails at zeros: each gradient is the product of all elements before and all behind. */
const productRule: GradientRule<Reduction> = ({ inputs: [input, axes], attrs }, grad) => {
  const inputShape = shape(input);
  const flatAxes = reshape(axes, [-1]);
  const kept = attrs.keep_dims ? grad : reshape(grad, reducedShape(inputShape, axes));
  const spread = broadcastTo(kept, inputShape);
  const { perm, reducedCount, otherCount } = runInScope(makeDeviceScope("/cpu:0"), () =>
    reducedFirst(input, inputShape, flatAxes),
  );
  const permuted = transpose(input, { perm });
  const permutedShape = shape(permuted);
  const columns = reshape(permuted, [reducedCount, otherCount]);
  const before = cumprod(columns, { axis: 0, exclusive: true });
  const behind = cumprod(columns, { axis: 0, exclusive: true, reverse: true });
  const others = reshape(times(conj(before), conj(behind)), permutedShape);
  return [reshape(times(spread, transpose(others, { perm: invertPermutation(perm) })), inputShape), null];
};

/** The permutation that puts the reduced axes first, and how many elements both sides have. */
function reducedFirst(input: Tensor, inputShape: Tensor, axes: Tensor) {
  const count = rank(input);
  const reduced = cast(axes, count.dtype).add(count).mod(count);
  const all = range(0, count);
  const other = applyOp(gatherDefs.ListDiff, [all, reduced], { out_idx: reduced.dtype }).output(0);
  const perm = concat([reduced, other], 0);
  const reducedCount = reduceProd(gather(inputShape, reduced));
  return { perm, reducedCount, otherCount: reduceProd(gather(inputShape, other)) };
}

/** The place of an extreme does not change by a little. */
const places = (): [null, null] => [null, null];

export const reduceGradients = gradientRules<typeof reduceDefs>()({
  Sum: (forward, grad) => [sumRule(forward, grad), null],
  Mean: (forward, grad) => {
    const sum = sumRule(forward, grad);
    const count = meanCount(forward, sum);
    return [truediv(sum, cast(count, sum.dtype)), null];
  },
  Prod: productRule,
  // d|x| = x · dx / |x|
  EuclideanNorm: ({ inputs: [input, axes], output, attrs }, grad) => {
    if (attrs.keep_dims) return [truediv(input, over(output, grad)), null];
    const keptDims = reducedShape(shape(input), axes);
    const norm = reshape(output, keptDims);
    return [truediv(input, over(norm, reshape(grad, keptDims))), null];
  },
  Max: extremum,
  Min: extremum,
  All: noRule,
  Any: noRule,
  ArgMax: places,
  ArgMin: places,
  // Each element is in all sums from its own on.
  Cumsum: ({ inputs: [, axis], attrs: { exclusive, reverse } }, grad) => [
    cumsum(grad, { axis, exclusive, reverse: !reverse }),
    null,
  ],
  // d(∏x)ᵢ / dxⱼ = (∏x)ᵢ / xⱼ: not the derivative where an element is 0.
  Cumprod: ({ inputs: [x, axis], attrs: { exclusive, reverse } }, grad) => {
    const products = cumprod(x, { axis, exclusive, reverse });
    const sums = cumsum(times(products, grad), { axis, exclusive, reverse: !reverse });
    return [divNoNan(sums, x), null];
  },
});
