/** Random programs of the kinds that passes rewrite: layers over vectors that share matrices, and layers over images. */
import type { Tensor } from "../../src/graph/tensor.ts";
import { constant, placeholder } from "../../src/ops/array.ts";
import { fusedBatchNorm } from "../../src/ops/batch-norm.ts";
import { concat, split } from "../../src/ops/concat.ts";
import { conv2d } from "../../src/ops/conv.ts";
import { sigmoid, square } from "../../src/ops/elementary.ts";
import { add, multiply, subtract } from "../../src/ops/math.ts";
import { matmul } from "../../src/ops/matmul.ts";
import { biasAdd, relu } from "../../src/ops/nn.ts";
import { avgPool, maxPool } from "../../src/ops/pool.ts";
import { reduceMean, reduceSum } from "../../src/ops/reduce.ts";
import { tanh } from "../../src/ops/trigonometry.ts";
import { type Program, withGradients } from "./pass-lab.ts";
import type { Dice } from "./random-numbers.ts";

/** A network of two layers, called so often. */
export function callers(count: number, size = 16, batch = 2): Program {
  const xs = Array.from({ length: count }, () => placeholder("float32", [batch, size]));
  const [w, b, v] = [
    placeholder("float32", [size, size]),
    placeholder("float32", [size]),
    placeholder("float32", [size, size]),
  ];
  const losses = xs.map((x) => reduceMean(square(tanh(matmul(tanh(matmul(x, w).add(b)), v).add(b)))));
  return withGradients(
    losses.reduce((sum, loss) => add(sum, loss)),
    [...xs, w, b, v],
  );
}

/** Steps of a recurrent network with gates; `steps` words are at hand before the first. */
export function recurrent(steps: number, size: number, batch: number): Program {
  const xs = Array.from({ length: steps }, () => placeholder("float32", [batch, size]));
  const kernel = placeholder("float32", [2 * size, 2 * size]);
  const bias = placeholder("float32", [2 * size]);
  let h = placeholder("float32", [batch, size]);
  const first = h;
  const outputs = xs.map((x) => {
    const [i, j] = split(biasAdd(matmul(concat([x, h], 1), kernel), bias), 2, { axis: 1 }) as [Tensor, Tensor];
    h = multiply(sigmoid(i), tanh(j));
    return h;
  });
  return withGradients(reduceSum(square(concat(outputs, 0))), [...xs, first, kernel, bias]);
}

/** Any small network in which values of one size are used again and again with the same few matrices. */
export function randomNetwork(dice: Dice): Program {
  const size = 8 * dice.between(1, 2);
  const matrices = Array.from({ length: 2 }, () => placeholder("float32", [size, size]));
  const wide = placeholder("float32", [2 * size, size]);
  const twice = placeholder("float32", [size, 2 * size]);
  const bias = placeholder("float32", [size]);
  const batch = dice.between(1, 2);
  const inputs = Array.from({ length: dice.between(2, 5) }, () => placeholder("float32", [batch, size]));
  const values = [...inputs];
  const steps: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
    (x) => matmul(x, dice.pick(matrices)),
    (x) => matmul(x, matrices[0] as Tensor, { transposeB: true }),
    (x, y) => matmul(concat([x, y], 1), wide),
    (x) => dice.pick(split(matmul(x, twice), 2, { axis: 1 })),
    (x) => tanh(matmul(x, dice.pick(matrices)).add(bias)),
    (x) => biasAdd(x, bias),
    (x) => tanh(x),
    (x, y) => add(x, y),
    (x, y) => multiply(x, y),
    (x, y) => subtract(x, y),
    (x) => multiply(x, 0.5),
  ];
  for (let i = 0, n = dice.between(6, 18); i < n; i += 1)
    values.push(tanh(dice.pick(steps)(dice.pick(values), dice.pick(values))));
  const others = [dice.pick(values)];
  const loss = values.slice(-4).reduce<Tensor>((sum, value) => add(sum, reduceSum(square(value))), reduceSum(bias));
  const feeds = [...inputs, ...matrices, wide, twice, bias];
  return withGradients(loss, feeds, others);
}

/** What a network of images is drawn from. */
interface ImageDraws {
  /** Whether filters and what stands beside them are constants of the graph. */
  readonly isFrozen?: boolean;
  /** Whether the gradients of what is fed are wanted. */
  readonly hasGradients?: boolean;
  /** How many images there are, and from how many channels is drawn. */
  readonly batch?: number;
  readonly channels?: readonly number[];
}

/** A few layers over images, some of which branch. */
export function randomImages(
  dice: Dice,
  { isFrozen = false, hasGradients = false, batch = 2, channels = [3, 8] }: ImageDraws = {},
): Program {
  const x = placeholder("float32", [batch, dice.between(5, 8), dice.between(5, 8), dice.pick(channels)]);
  const feeds = [x];
  const weights = (shape: readonly number[]): Tensor => {
    if (isFrozen) return constant(dice.array("float32", shape, () => dice.between(1, 16) / 16));
    const weight = placeholder("float32", shape);
    feeds.push(weight);
    return weight;
  };
  const ownWindow = (): { ksize: number; strides: number; padding: string } => ({
    ksize: dice.between(1, 3),
    strides: dice.between(1, 2),
    padding: "SAME",
  });
  const depth = (y: Tensor): number => y.shape.dim(3) as number;
  const convolved = (y: Tensor, outputs: number): Tensor => {
    const size = dice.between(1, 3);
    return conv2d(y, weights([size, size, depth(y), outputs]), { strides: dice.pick([1, 1, 2]), padding: "SAME" });
  };
  const biased = (y: Tensor): Tensor => biasAdd(y, weights([depth(y)]));
  const steps: readonly ((y: Tensor) => Tensor)[] = [
    (y) => relu(convolved(y, dice.pick(channels))),
    (y) => biased(convolved(y, dice.pick(channels))),
    (y) => add(y, relu(y)),
    (y) => maxPool(relu(y), ownWindow()),
    (y) => avgPool(y, ownWindow()),
    (y) => normalized(y, () => weights([depth(y)])),
  ];
  let y = convolved(x, dice.pick(channels));
  for (let i = 0, n = dice.between(2, 4); i < n; i += 1) y = dice.pick(steps)(y);
  return hasGradients ? withGradients(reduceSum(square(y)), feeds, [y]) : { feeds, wanted: [y] };
}

/** By statistics that are given, whose spread is at least 1. */
function normalized(y: Tensor, vector: () => Tensor): Tensor {
  const [scale, offset, mean] = [vector(), vector(), vector()];
  return fusedBatchNorm(y, scale, offset, { mean, variance: add(square(vector()), 1), isTraining: false }).y;
}
