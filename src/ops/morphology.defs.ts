/** Definitions of the dilation of images, and of pooling by sizes that are inputs. Mirrors core/ops/nn_ops.cc. */
import { attr, defineOp } from "../graph/op-def.ts";
import { type Dimension, TensorShape, unknownShape } from "../tensor/shape.ts";
import { inferPool } from "./pool.defs.ts";
import { mergeDimensions, numbersInput, withRank, withValue } from "./shape-rules.ts";
import { realNumberTypes } from "./type-lists.ts";
import { checkFourValues, windowAxis, windowOf } from "./windows.ts";

interface DilationAttrs {
  readonly strides: readonly number[];
  readonly rates: readonly number[];
  readonly padding: string;
}

/** The window along an axis of known length. */
export function dilationWindow(
  input: number,
  size: number,
  axis: number,
  attrs: DilationAttrs,
): ReturnType<typeof windowOf> {
  const { strides, rates, padding } = attrs;
  return windowOf(
    input,
    windowAxis({ padding, data_format: "NHWC" }, axis, size, strides[axis] as number, rates[axis] as number),
  );
}

const Dilation2D = defineOp({
  type: "Dilation2D",
  inputs: ["input: T", "filter: T"],
  outputs: ["output: T"],
  attrs: {
    T: attr.type(realNumberTypes),
    strides: attr.ints(undefined, 4),
    rates: attr.ints(undefined, 4),
    padding: attr.string(undefined, ["SAME", "VALID"]),
  },
  infer: (c, attrs) => {
    const input = withRank(c.input(0), 4);
    const filter = withRank(c.input(1), 3);
    checkFourValues("Dilation2D", "stride", attrs.strides);
    checkFourValues("Dilation2D", "rates", attrs.rates);
    mergeDimensions(input.dim(3), filter.dim(2));
    const sizes = [1, 2].map((axis) => [input.dim(axis), filter.dim(axis - 1)] as const);
    const places = sizes.map(([length, size], i): Dimension => {
      // TensorFlow tells either both sizes or none.
      if (length === null || size === null || sizes.flat().includes(null)) return null;
      return dilationWindow(length, size, i + 1, attrs).output;
    });
    return [new TensorShape([input.dim(0), ...places, filter.dim(2)])];
  },
});

const MaxPoolV2 = defineOp({
  type: "MaxPoolV2",
  inputs: ["input: T", "ksize: int32", "strides: int32"],
  outputs: ["output: T"],
  attrs: {
    T: attr.type(
      ["float16", "bfloat16", "float32", "float64", "int32", "int64", "uint8", "int16", "int8", "uint16", "qint8"],
      "float32",
    ),
    padding: attr.string(undefined, ["SAME", "VALID"]),
    data_format: attr.string("NHWC", ["NHWC", "NCHW", "NCHW_VECT_C"]),
  },
  infer: (c, attrs) => {
    withRank(c.input(0), 4);
    for (const index of [1, 2]) withValue(withRank(c.input(index), 1).dim(0), 4);
    const [ksize, strides] = [numbersInput(c, 1), numbersInput(c, 2)];
    return ksize === null || strides === null
      ? [unknownShape]
      : inferPool(c, "MaxPool", { ...attrs, ksize, strides }, true);
  },
});

/** The definitions of this family. */
export const morphologyDefs = { Dilation2D, MaxPoolV2 };
