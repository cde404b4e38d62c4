/** Builders of transposed convolution and pooling of sequences, which are images of one row. Mirrors `conv1d_transpose`, `max_pool1d` and `avg_pool1d`, python/ops/nn_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { OpDef } from "../graph/op-def.ts";
import { Tensor } from "../graph/tensor.ts";
import { int32 } from "../tensor/dtype.ts";
import { pythonLiteral } from "../tensor/ndarray.ts";
import { concat } from "./concat.ts";
import { convTransposeDefs } from "./conv-transpose.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { poolDefs } from "./pool.defs.ts";
import { expandDims, squeeze } from "./shape.ts";
import { threeNumbers, type WindowNumbers } from "./window-options.ts";

/** Options of `conv1dTranspose`. */
export interface Conv1dTransposeOptions extends NameOption {
  /** How far patches are apart: one number, or one for each of the three dimensions. */
  readonly strides: WindowNumbers;
  /** `SAME` (default) or `VALID`. */
  readonly padding?: string | undefined;
  /** `NWC` (default) or `NCW`. */
  readonly dataFormat?: string | null | undefined;
  /** How far apart the elements of a patch are, as `strides`. Default 1. */
  readonly dilations?: WindowNumbers | null | undefined;
}

/**
 * The transpose of `conv1d`: each element times the filter is added to the sequence where `conv1d` would have seen it.
 *
 * Shapes: input `[n, w, o]`, filters `[fw, c, o]`, outputShape `[3]` → `[n, w', c]`; with NCW, `[n, o, w]` → `[n, c, w']`.
 * Dtypes: float16, bfloat16, float32, float64, int32, both alike; outputShape int32.
 *
 * @throws {ArgumentError} for another data format, or numbers of another count. @throws {ShapeError} when the channels do not fit.
 * @throws {InvalidArgumentError} in a step, when `conv1d` of that shape would give another one than that of `input`.
 * @see TensorFlow `conv1d_transpose`, python/ops/nn_ops.py; `Conv2DBackpropInput`, core/ops/nn_ops.cc
 * @example
 * const x = constant([[[1], [2]]]);
 * session.runSync(nn.conv1dTranspose(x, ones([2, 1, 1]), [1, 4, 1], { strides: 2 })).toArray(); // [[[1], [1], [2], [2]]]
 */
export function conv1dTranspose(
  input: TensorLike,
  filters: TensorLike,
  outputShape: TensorLike,
  options: Conv1dTransposeOptions,
): Tensor {
  return inOpScope(options.name, "conv1d_transpose", [input, filters, outputShape], (scope) => {
    const given = options.dataFormat ?? "NWC";
    if (given !== "NWC" && given !== "NCW") {
      throw new ArgumentError(`\`data_format\` must be 'NWC' or 'NCW'. Received: data_format=${given}`, {
        dataFormat: given,
      });
    }
    const dataFormat = given === "NCW" ? "NCHW" : "NHWC";
    const axis = given === "NCW" ? 2 : 1;
    const attrs = {
      strides: [1, ...threeNumbers(options.strides, dataFormat, "stride")],
      dilations: [1, ...threeNumbers(options.dilations, dataFormat, "dilations")],
      padding: options.padding ?? "SAME",
      data_format: dataFormat,
    };
    const [pixels, weights] = [expandDims(input, axis), expandDims(filters, 0)];
    const result = applyOp1(
      convTransposeDefs.Conv2DBackpropInput,
      [imageSizes(outputShape, axis), weights, pixels],
      attrs,
      scope,
    );
    return squeeze(result, { axis: [axis] });
  });
}

/** Sizes as Python's integers; a list with tensors in it is one already. */
function sizesOf(list: readonly TensorLike[]): TensorLike {
  return list.every((size) => typeof size === "number") ? pythonLiteral(list, "int") : list;
}

/** The shape of sequences as that of images of one row. */
function imageSizes(shape: TensorLike, axis: number): Tensor {
  const row = sizesOf([1]);
  if (Array.isArray(shape)) {
    const list = shape as readonly TensorLike[];
    return concat([sizesOf(list.slice(0, axis)), row, sizesOf(list.slice(axis))], 0);
  }
  const sizes = shape instanceof Tensor ? shape : convertToTensor(shape, { dtype: int32 });
  return concat([sizes.at([[null, axis]]), row, sizes.at([[axis, null]])], 0);
}

/** Options of `maxPool1d` and `avgPool1d`. */
export interface Pool1dOptions extends NameOption {
  /** The size of the window: one number, or one for each of the three dimensions. */
  readonly ksize: WindowNumbers;
  /** How far the window moves, likewise. */
  readonly strides: WindowNumbers;
  /** `SAME` or `VALID`. */
  readonly padding: string;
  /** `NWC` (default) or `NCW`. */
  readonly dataFormat?: string | null | undefined;
}

function pool1d(def: OpDef, scopeName: string, input: TensorLike, options: Pool1dOptions): Tensor {
  return inOpScope(options.name, scopeName, [input], (scope) => {
    const given = options.dataFormat ?? "NWC";
    const attrs = {
      ksize: [1, ...threeNumbers(options.ksize, given, "ksize")],
      strides: [1, ...threeNumbers(options.strides, given, "strides")],
      padding: options.padding,
      data_format: given === "NWC" ? "NHWC" : "NCHW",
    };
    const axis = given === "NWC" ? 1 : 2;
    return squeeze(applyOp1(def, [expandDims(input, axis)], attrs, scope), { axis: [axis] });
  });
}

/**
 * The largest element of each window of a sequence.
 *
 * Shapes: `[n, w, c]` → `[n, w', c]`; with NCW, `[n, c, w]` → `[n, c, w']`. With SAME, w' = ⌈w / stride⌉; with VALID,
 * w' = ⌈(w - ksize + 1) / stride⌉.
 * Dtypes: those of `maxPool`.
 *
 * @throws {ArgumentError} for sizes of another count. @throws {ShapeError} when the window does not fit.
 * @see TensorFlow `max_pool1d`, python/ops/nn_ops.py; `MaxPool`, core/ops/nn_ops.cc
 * @example
 * const x = constant([[[1], [4], [3]]]);
 * session.runSync(nn.maxPool1d(x, { ksize: 2, strides: 1, padding: "VALID" })).toArray(); // [[[4], [4]]]
 */
export function maxPool1d(input: TensorLike, options: Pool1dOptions): Tensor {
  return pool1d(poolDefs.MaxPool, "MaxPool1d", input, options);
}

/**
 * The mean of each window of a sequence; padding does not count.
 *
 * Shapes: as `maxPool1d`. Dtypes: those of `avgPool`.
 *
 * @throws {ArgumentError} for sizes of another count. @throws {ShapeError} when the window does not fit.
 * @see TensorFlow `avg_pool1d`, python/ops/nn_ops.py; `AvgPool`, core/ops/nn_ops.cc
 * @example
 * const x = constant([[[1], [4], [3]]]);
 * session.runSync(nn.avgPool1d(x, { ksize: 2, strides: 1, padding: "VALID" })).toArray(); // [[[2.5], [3.5]]]
 */
export function avgPool1d(input: TensorLike, options: Pool1dOptions): Tensor {
  return pool1d(poolDefs.AvgPool, "AvgPool1D", input, options);
}
