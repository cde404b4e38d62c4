/** Builders of transposed convolutions along any axes, and of dilated ones. Mirrors `conv_transpose` and `atrous_conv2d_transpose`, python/ops/nn_ops.py. */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { Tensor } from "../graph/tensor.ts";
import { int32 } from "../tensor/dtype.ts";
import type { Dimension } from "../tensor/shape.ts";
import { convTransposeDefs } from "./conv-transpose.defs.ts";
import { conv2dTranspose } from "./conv-transpose.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { operators } from "./operators.ts";
import { conv1dTranspose } from "./sequences.ts";
import { shape } from "./shape.ts";
import { batchToSpace, spaceToBatch } from "./space-batch.ts";
import { conv3dTranspose } from "./volume.ts";
import type { WindowNumbers } from "./window-options.ts";

/** Options of `convTranspose`. */
export interface ConvTransposeOptions extends NameOption {
  /** How far patches are apart: one number, one for each axis of space, or one for every dimension. */
  readonly strides: WindowNumbers;
  /** `SAME` (default) or `VALID`. */
  readonly padding?: string | undefined;
  /** `NWC`, `NHWC`, `NDHWC` (default), or with the channels before space. */
  readonly dataFormat?: string | null | undefined;
  /** How far apart the elements of a patch are, as `strides`. Default 1. */
  readonly dilations?: WindowNumbers | null | undefined;
}

const transposed = [conv1dTranspose, conv2dTranspose, conv3dTranspose] as const;

/** How many dimensions the result has, if that is known. */
function resultRank(outputShape: unknown): number | null {
  if (outputShape instanceof Tensor) return outputShape.shape.dims?.[0] ?? null;
  if (Array.isArray(outputShape)) return outputShape.length;
  throw new ArgumentError(
    `\`output_shape\` must be a tensor or sized collection. Received: output_shape=${pythonText(outputShape)}`,
    { outputShape },
  );
}

/**
 * The transpose of `convolution`, along one, two or three axes, as many as the shape of the result has.
 *
 * Shapes: input `[n, s…, o]`, filters `[f…, c, o]`, outputShape `[2 + axes]` → `[n, s'…, c]`; as `conv1dTranspose`, `conv2dTranspose` and
 * `conv3dTranspose`. Dtypes: theirs.
 *
 * @throws {ArgumentError} for a shape of another length. @throws {ArgumentTypeError} for one whose length is not known.
 * @throws {ShapeError} when the channels do not fit.
 * @see TensorFlow `conv_transpose`, python/ops/nn_ops.py
 * @example
 * const x = constant([[[1], [2]]]);
 * session.runSync(nn.convTranspose(x, ones([2, 1, 1]), [1, 4, 1], { strides: 2 })).toArray(); // [[[1], [1], [2], [2]]]
 */
export function convTranspose(
  input: TensorLike,
  filters: TensorLike,
  outputShape: TensorLike,
  options: ConvTransposeOptions,
): Tensor {
  return inOpScope(options.name, "conv_transpose", [input, outputShape], (scope) => {
    const count = resultRank(outputShape);
    if (count === null) {
      throw new ArgumentTypeError(
        "unsupported operand type(s) for -: 'NoneType' and 'int'\n  here  the length of outputShape is not known",
        { outputShape },
      );
    }
    const build = transposed[count - 3];
    if (build === undefined) {
      throw new ArgumentError(
        `\`output_shape\` must be of length 3, 4 or 5. Received: output_shape=${outputShape instanceof Tensor ? outputShape : pythonText(outputShape)} of length ${count}.`,
        { outputShape },
      );
    }
    return build(input, filters, outputShape, { ...options, name: scope });
  });
}

/** A size that is known while the graph is built, or in a step. */
type Size = number | Tensor;

type Pair = readonly [Size, Size];

/** Python's arithmetic: of numbers at once, of tensors by ops. */
const numbers = {
  add: (a: number, b: number): number => a + b,
  sub: (a: number, b: number): number => a - b,
  mul: (a: number, b: number): number => a * b,
  floordiv: (a: number, b: number): number => Math.floor(a / b),
  mod: (a: number, b: number): number => a - b * Math.floor(a / b),
};

function compute(op: keyof typeof numbers, a: Size, b: Size): Size {
  return typeof a === "number" && typeof b === "number" ? numbers[op](a, b) : operators.binary(op, a, b);
}

/** What is added before and after rows and columns so that convolution by such a filter is a `VALID` one. The order of the ops is TensorFlow's. */
function paddingOf(sizes: Pair, rate: number): readonly [Pair, Pair] {
  const wide = sizes.map((size) => compute("add", size, compute("mul", compute("sub", size, 1), rate - 1)));
  const whole = wide.map((size) => compute("sub", size, 1));
  const [rows, columns] = whole.map((size) => {
    const before = compute("floordiv", size, 2);
    return [before, compute("sub", size, before)] as const;
  });
  return [rows as Pair, columns as Pair];
}

function checkChannels(value: Tensor, filters: Tensor): void {
  const [own, wanted] = [value.shape.dims?.[3] ?? null, filters.shape.dims?.[3] ?? null];
  if (own === null || wanted === null || own === wanted) return;
  throw new ArgumentError(
    `\`value\` channel count must be compatible with \`filters\` input channel count. Received: value.shape=${value.shape} with channel count ${own} and filters.shape=${filters.shape} with input channel count ${wanted}.`,
    { value: value.shape, filters: filters.shape },
  );
}

/** @throws {ArgumentError} with TensorFlow's text, when it is known to be no shape of images with the channels of the filters. */
function checkOutputShape(given: TensorLike, outputShape: Tensor, filters: Tensor): void {
  if (!outputShape.shape.isCompatibleWith([4])) {
    throw new ArgumentError(`\`output_shape\` must have shape (4,). Received: output_shape=${outputShape.shape}`, {
      outputShape: outputShape.shape,
    });
  }
  const channels: unknown = Array.isArray(given) ? given[3] : null;
  const wanted: Dimension = filters.shape.dims?.[2] ?? null;
  if (typeof channels !== "number" || wanted === null || channels === wanted) return;
  throw new ArgumentError(
    `\`output_shape\` channel count must be compatible with \`filters\` output channel count. Received: output_shape=${pythonText(given)} with channel count ${channels} and filters.shape=${filters.shape} with output channel count ${filters.shape.dims?.[3] ?? "None"}.`,
    { outputShape: given, filters: filters.shape },
  );
}

function filterSizes(filters: Tensor): Pair {
  const { dims } = filters.shape;
  if (filters.shape.isFullyDefined() && dims !== null) return [dims[0] as number, dims[1] as number];
  const sizes = shape(filters);
  return [sizes.at([0]), sizes.at([1])];
}

/** The padding of rows, then that of columns, before and after each. */
function paddings(padding: string, filters: Tensor, rate: number): readonly [Pair, Pair] {
  const none: Pair = [0, 0];
  if (padding === "VALID") return [none, none];
  if (padding === "SAME") return paddingOf(filterSizes(filters), rate);
  throw new ArgumentError(`\`padding\` must be either 'VALID' or 'SAME'. Received: padding=${padding}`, { padding });
}

/** One size of the shape that was asked for. */
function sizeAt(outputShape: TensorLike, i: number): Size {
  if (outputShape instanceof Tensor) return outputShape.at([i]);
  return (outputShape as readonly Size[])[i] as Size;
}

/**
 * The transpose of `atrousConv2d`: of convolution by a filter whose elements see pixels a rate apart.
 *
 * Shapes: value `[n, h, w, o]`, filters `[fh, fw, c, o]`, outputShape `[4]` → `[n, h', w', c]`. Dtypes: float16, bfloat16, float32, float64,
 * both alike; outputShape int32.
 *
 * @param rate how far apart the elements of the filter are, in rows and in columns.
 * @throws {ArgumentError} for a rate below 1, another padding, or channels that do not fit.
 * @throws {InvalidArgumentError} in a step, when `atrousConv2d` of that shape would give another one than that of `value`.
 * @see TensorFlow `atrous_conv2d_transpose`, python/ops/nn_ops.py
 * @example
 * const [x, filters] = [ones([1, 1, 1, 1]), ones([1, 2, 1, 1])];
 * const y = nn.atrousConv2dTranspose(x, filters, [1, 1, 3, 1], 2, { padding: "VALID" });
 * session.runSync(y).toArray(); // [[[[1], [0], [1]]]]
 */
export function atrousConv2dTranspose(
  value: TensorLike,
  filters: TensorLike,
  outputShape: TensorLike,
  rate: number,
  options: NameOption & { readonly padding: string },
): Tensor {
  const { padding } = options;
  return inOpScope(options.name, "atrous_conv2d_transpose", [value, filters, outputShape], () => {
    const x = convertToTensor(value, { name: "value" });
    const weights = convertToTensor(filters, { name: "filters" });
    checkChannels(x, weights);
    if (rate < 1) throw new ArgumentError(`\`rate\` cannot be less than one. Received: rate=${rate}`, { rate });
    if (rate === 1) return conv2dTranspose(x, weights, outputShape, { strides: [1, 1, 1, 1], padding });
    checkOutputShape(
      outputShape,
      convertToTensor(outputShape, { preferredDtype: int32, name: "output_shape" }),
      weights,
    );
    const pads = paddings(padding, weights, rate);
    const padded = pads.map(([before, after], i) =>
      compute("add", compute("add", sizeAt(outputShape, i + 1), before), after),
    );
    // So much more that the rate divides rows and columns.
    const extra = padded.map((size) => compute("mod", compute("sub", rate, compute("mod", size, rate)), rate));
    const pairs = extra.map((more) => [0, more]);
    const blocks = spaceToBatch(x, pairs, rate);
    const sizes = [
      compute("mul", rate * rate, sizeAt(outputShape, 0)),
      ...padded.map((size, i) => compute("floordiv", compute("add", size, extra[i] as Size), rate)),
      sizeAt(outputShape, 3),
    ];
    const attrs = { strides: [1, 1, 1, 1], padding: "VALID", data_format: "NHWC" };
    const made = applyOp1(convTransposeDefs.Conv2DBackpropInput, [sizes, weights, blocks], attrs);
    const crops = pads.map(([before, after], i) => [before, compute("add", after, extra[i] as Size)]);
    return batchToSpace(made, crops, rate);
  });
}
