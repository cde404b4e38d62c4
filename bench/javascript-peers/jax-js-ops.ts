/** TensorFlow's ops in the words of jax-js: those that the cases need. A missing one is a case that jax-js cannot run. */
import type { FrozenNode } from "./frozen-program.ts";

/** An array of jax-js. A function that takes one owns it: whoever reads it again passes `ref`. */
export interface JaxArray {
  readonly ref: JaxArray;
  readonly shape: number[];
  reshape(shape: readonly number[]): JaxArray;
  slice(...index: (number | readonly [number, number] | readonly [] | null)[]): JaxArray;
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
}

type Unary = (x: JaxArray) => JaxArray;
type Binary = (x: JaxArray | number, y: JaxArray | number) => JaxArray;
type Reduction = (x: JaxArray, axis: readonly number[] | number, options?: { readonly keepdims: boolean }) => JaxArray;
type Pairs = readonly (readonly [number, number])[];

/** What the cases use of `@jax-js/jax`: the package is installed by the benchmark only, and its types with it. */
export interface Jax {
  init(device: string): Promise<readonly string[]>;
  defaultDevice(device: string): string;
  jit(body: (args: readonly JaxArray[]) => JaxArray): (args: readonly JaxArray[]) => JaxArray;
  readonly numpy: Readonly<Record<"add" | "subtract" | "multiply" | "divide" | "power" | "matmul", Binary>> &
    Readonly<Record<"exp" | "square" | "sqrt" | "tanh" | "reciprocal" | "onesLike", Unary>> &
    Readonly<Record<"mean" | "sum" | "max", Reduction>> & {
      array(values: Float32Array | Int32Array): JaxArray;
      argmax(x: JaxArray, axis: number): JaxArray;
      transpose(x: JaxArray, perm: readonly number[]): JaxArray;
      concatenate(xs: readonly JaxArray[], axis: number): JaxArray;
      split(x: JaxArray, sections: number, axis: number): JaxArray[];
      squeeze(x: JaxArray, axis: readonly number[]): JaxArray;
      pad(x: JaxArray, widths: Pairs): JaxArray;
      where(condition: JaxArray, x: JaxArray, y: number): JaxArray;
      greater(x: JaxArray, y: number): JaxArray;
      take(x: JaxArray, indices: JaxArray, axis: number): JaxArray;
      takeAlongAxis(x: JaxArray, indices: JaxArray, axis: number): JaxArray;
    };
  readonly nn: Readonly<Record<"relu" | "sigmoid", Unary>> &
    Readonly<Record<"softmax" | "logsumexp", (x: JaxArray, axis: number) => JaxArray>>;
  readonly lax: {
    convGeneralDilated(x: JaxArray, filter: JaxArray, strides: readonly number[], padding: string): JaxArray;
    reduceWindow(x: JaxArray, body: Unary, window: readonly number[], strides: readonly number[]): JaxArray;
  };
}

/** One node while the program is built. */
export interface Use {
  readonly jax: Jax;
  readonly node: FrozenNode;
  /** An input; the op owns it. */
  array(at: number): JaxArray;
  /** The elements of an input that is a constant of whole numbers. */
  numbers(at: number): readonly number[];
}

type Op = (use: Use) => JaxArray | JaxArray[];

const whole = ({ node }: Use, name: string): number => node.attr[name]?.i ?? 0;
const flag = ({ node }: Use, name: string): boolean => node.attr[name]?.b ?? false;
const sizes = ({ node }: Use, name: string): readonly number[] => node.attr[name]?.list?.i ?? [];

const swapped = ({ numpy }: Jax, x: JaxArray): JaxArray => {
  const last = x.shape.length - 1;
  return numpy.transpose(
    x,
    x.shape.map((_, i) => (i < last - 1 ? i : 2 * last - 1 - i)),
  );
};

function product(use: Use, swapA: string, swapB: string): JaxArray {
  const [a, b] = [use.array(0), use.array(1)];
  const { jax } = use;
  return jax.numpy.matmul(flag(use, swapA) ? swapped(jax, a) : a, flag(use, swapB) ? swapped(jax, b) : b);
}

const unary =
  (of: (jax: Jax) => Unary): Op =>
  (use) =>
    of(use.jax)(use.array(0));
const binary =
  (of: (jax: Jax) => Binary): Op =>
  (use) =>
    of(use.jax)(use.array(0), use.array(1));
const reduction =
  (of: (jax: Jax) => Reduction): Op =>
  (use) =>
    of(use.jax)(use.array(0), use.numbers(1), { keepdims: flag(use, "keep_dims") });

/** Slices of step 1 that take, keep or drop whole dimensions; `undefined` where the node does more. */
function sliceOf(use: Use): JaxArray | undefined {
  const masks = ["begin_mask", "end_mask", "shrink_axis_mask", "new_axis_mask", "ellipsis_mask"];
  const [begins, ends, drops, adds, skips] = masks.map((name) => whole(use, name)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const [begin, end, steps] = [1, 2, 3].map((at) => use.numbers(at)) as [
    readonly number[],
    readonly number[],
    readonly number[],
  ];
  if (adds !== 0 || skips !== 0 || steps.some((step) => step !== 1)) return undefined;
  const x = use.array(0);
  const index = begin.map((first, i) => {
    const bit = 1 << i;
    const size = x.shape[i] as number;
    if (drops & bit) return first;
    return [begins & bit ? 0 : first, ends & bit ? size : (end[i] as number)] as const;
  });
  return x.slice(...index);
}

/** Images come as `[n, height, width, channels]`; jax-js takes channels second. Transposes cost nothing in a compiled program. */
function conv2d(use: Use): JaxArray {
  const { numpy, lax } = use.jax;
  const images = numpy.transpose(use.array(0), [0, 3, 1, 2]);
  const filter = numpy.transpose(use.array(1), [3, 2, 0, 1]);
  const strides = sizes(use, "strides").slice(1, 3);
  return numpy.transpose(
    lax.convGeneralDilated(images, filter, strides, use.node.attr["padding"]?.s ?? ""),
    [0, 2, 3, 1],
  );
}

/** What padding `SAME` adds before and after. */
function samePadding(size: number, window: number, stride: number): readonly [number, number] {
  const all = Math.max((Math.ceil(size / stride) - 1) * stride + window - size, 0);
  return [all >> 1, all - (all >> 1)];
}

function maxPool(use: Use): JaxArray {
  const { numpy, lax } = use.jax;
  const [window, strides] = [sizes(use, "ksize"), sizes(use, "strides")];
  let x = use.array(0);
  if (use.node.attr["padding"]?.s === "SAME") {
    const widths = x.shape.map((size, i) => samePadding(size, window[i] as number, strides[i] as number));
    const isInside = numpy.greater(numpy.pad(numpy.onesLike(x.ref), widths), 0);
    x = numpy.where(isInside, numpy.pad(x, widths), Number.NEGATIVE_INFINITY);
  }
  return lax.reduceWindow(
    x,
    (part) =>
      numpy.max(
        part,
        part.shape.map((_, i) => i),
      ),
    window,
    strides,
  );
}

/** Sums over near channels are a product with a band matrix. */
function localResponseNormalization(use: Use): JaxArray {
  const { numpy } = use.jax;
  const { attr } = use.node;
  const x = use.array(0);
  const [channels, radius] = [x.shape.at(-1) as number, whole(use, "depth_radius")];
  const band = Float32Array.from({ length: channels ** 2 }, (_, i) =>
    Number(Math.abs((i % channels) - Math.floor(i / channels)) <= radius),
  );
  const sums = numpy.matmul(numpy.square(x.ref), numpy.array(band).reshape([channels, channels]));
  const scaled = numpy.add(numpy.multiply(sums, attr["alpha"]?.f ?? 1), attr["bias"]?.f ?? 1);
  return numpy.multiply(x, numpy.power(scaled, -(attr["beta"]?.f ?? 0.5)));
}

/** The loss of each row; the gradient, the op's second output, is not read. */
function sparseSoftmaxCrossEntropy(use: Use): JaxArray {
  const { numpy, nn } = use.jax;
  const [logits, labels] = [use.array(0), use.array(1)];
  const rows = logits.shape[0] as number;
  const chosen = numpy.takeAlongAxis(logits.ref, labels.reshape([rows, 1]), 1).reshape([rows]);
  return numpy.subtract(nn.logsumexp(logits, -1), chosen);
}

const pairs = (flat: readonly number[]): Pairs =>
  Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]] as [number, number]);

/** By TensorFlow's names. */
export const jaxOps: Readonly<Record<string, (use: Use) => JaxArray | JaxArray[] | undefined>> = {
  AddV2: binary(({ numpy }) => numpy.add),
  BiasAdd: binary(({ numpy }) => numpy.add),
  Sub: binary(({ numpy }) => numpy.subtract),
  Mul: binary(({ numpy }) => numpy.multiply),
  RealDiv: binary(({ numpy }) => numpy.divide),
  Pow: binary(({ numpy }) => numpy.power),
  Exp: unary(({ numpy }) => numpy.exp),
  Square: unary(({ numpy }) => numpy.square),
  Rsqrt: unary(
    ({ numpy }) =>
      (x) =>
        numpy.reciprocal(numpy.sqrt(x)),
  ),
  Tanh: unary(({ numpy }) => numpy.tanh),
  Relu: unary(({ nn }) => nn.relu),
  Sigmoid: unary(({ nn }) => nn.sigmoid),
  Softmax: unary(
    ({ nn }) =>
      (x) =>
        nn.softmax(x, -1),
  ),
  Identity: (use) => use.array(0),
  Mean: reduction(({ numpy }) => numpy.mean),
  Sum: reduction(({ numpy }) => numpy.sum),
  Max: reduction(({ numpy }) => numpy.max),
  ArgMax: (use) => use.jax.numpy.argmax(use.array(0), use.numbers(1)[0] as number),
  MatMul: (use) => product(use, "transpose_a", "transpose_b"),
  BatchMatMulV2: (use) => product(use, "adj_x", "adj_y"),
  Reshape: (use) => use.array(0).reshape(use.numbers(1)),
  Transpose: (use) => use.jax.numpy.transpose(use.array(0), use.numbers(1)),
  ConcatV2: (use) => {
    const count = use.node.input.length - 1;
    const parts = Array.from({ length: count }, (_, i) => use.array(i));
    return use.jax.numpy.concatenate(parts, use.numbers(count)[0] as number);
  },
  Split: (use) => use.jax.numpy.split(use.array(1), whole(use, "num_split"), use.numbers(0)[0] as number),
  Squeeze: (use) => use.jax.numpy.squeeze(use.array(0), sizes(use, "squeeze_dims")),
  Pad: (use) => use.jax.numpy.pad(use.array(0), pairs(use.numbers(1))),
  StridedSlice: sliceOf,
  GatherV2: (use) => use.jax.numpy.take(use.array(0), use.array(1), use.numbers(2)[0] as number),
  Conv2D: conv2d,
  MaxPool: maxPool,
  LRN: localResponseNormalization,
  SparseSoftmaxCrossEntropyWithLogits: sparseSoftmaxCrossEntropy,
};
