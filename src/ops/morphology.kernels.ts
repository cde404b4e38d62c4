/** Kernels of the dilation of images, and of pooling by sizes that are inputs. Mirrors core/kernels/dilation_ops.cc and maxpooling_op.cc. */
import { UnimplementedError } from "../base/errors.ts";
import { require, shapeText } from "../kernels/checks.ts";
import { countOf, type Numbers, narrowed, widened, wideStorage } from "../kernels/elementwise.ts";
import { type Kernel, kernelsFor } from "../kernels/rule.ts";
import { asNumbers } from "../kernels/strided-copy.ts";
import type { DType } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { rounderOf } from "../tensor/rounding.ts";
import { dilationWindow, type morphologyDefs } from "./morphology.defs.ts";
import type { poolDefs } from "./pool.defs.ts";
import { poolKernels } from "./pool.kernels.ts";
import type { Window } from "./windows.ts";

interface DilationAttrs {
  readonly strides: readonly number[];
  readonly rates: readonly number[];
  readonly padding: string;
}

/** What inputs and attrs must be. */
export function checkDilation(input: NDArray, filter: NDArray, { strides, rates }: DilationAttrs): void {
  if (strides[0] !== 1 || strides[3] !== 1)
    throw new UnimplementedError("Stride is only supported across spatial dimensions.", { strides });
  if (rates[0] !== 1 || rates[3] !== 1)
    throw new UnimplementedError("Rate is only supported across spatial dimensions.", { rates });
  require(input.rank === 4, () => `input must be 4-dimensional${shapeText(input.shape)}`, { input: input.shape });
  require(filter.rank === 3, () => `filter must be 3-dimensional: ${shapeText(filter.shape)}`, {
    filter: filter.shape,
  });
  const [depth, seen] = [input.shape[3], filter.shape[2]];
  require(depth === seen, () => `input and filter must have the same depth: ${depth} vs ${seen}`, {
    input: input.shape,
    filter: filter.shape,
  });
}

/** What a type's sums are, and what is less than all of them. Bigints pass as numbers: the loops only add and compare. */
export interface Arithmetic {
  readonly sum: (a: number, b: number) => number;
  readonly least: number;
}

const greatest: Readonly<Record<string, number>> = {
  float16: 65504,
  bfloat16: 3.3895313892515355e38,
  float32: 3.4028234663852886e38,
  float64: Number.MAX_VALUE,
};

/** The arithmetic of a type. */
export function arithmeticOf(dtype: DType): Arithmetic {
  const isUnsigned = dtype.baseName.startsWith("u");
  const bits = 8 * dtype.size;
  if (dtype.isBig) {
    const sum = (a: bigint, b: bigint): bigint => (isUnsigned ? BigInt.asUintN(64, a + b) : BigInt.asIntN(64, a + b));
    return { sum, least: isUnsigned ? 0n : -(2n ** 63n) } as unknown as Arithmetic;
  }
  if (dtype.isFloating) {
    const round = rounderOf(dtype);
    return { sum: (a, b) => round(a + b), least: -(greatest[dtype.baseName] as number) };
  }
  // Sums of integers wrap.
  const shift = 32 - bits;
  return isUnsigned
    ? { sum: (a, b) => ((a + b) << shift) >>> shift, least: 0 }
    : { sum: (a, b) => ((a + b) << shift) >> shift, least: -(2 ** (bits - 1)) };
}

function dilation(input: NDArray, filter: NDArray, attrs: DilationAttrs): NDArray {
  checkDilation(input, filter, attrs);
  const [batch = 0, height = 0, width = 0, depth = 0] = input.shape;
  const rows = dilationWindow(height, filter.shape[0] as number, 1, attrs);
  const columns = dilationWindow(width, filter.shape[1] as number, 2, attrs);
  const shape = [batch, rows.output, columns.output, depth];
  const out = wideStorage(input.dtype, countOf(shape)) as Numbers;
  const [pixels, weights] = [widened(input) as Numbers, widened(filter) as Numbers];
  const { sum, least } = arithmeticOf(input.dtype);
  out.fill(least);
  let to = 0;
  for (let n = 0; n < batch; n += 1) {
    for (let i = 0; i < rows.output; i += 1) {
      for (let j = 0; j < columns.output; j += 1, to += depth) {
        eachInside(rows, i, (row, a) =>
          eachInside(columns, j, (column, b) => {
            const from = ((n * height + row) * width + column) * depth;
            const at = (a * columns.size + b) * depth;
            for (let k = 0; k < depth; k += 1) {
              const value = sum(pixels[from + k] as number, weights[at + k] as number);
              if (value > (out[to + k] as number)) out[to + k] = value;
            }
          }),
        );
      }
    }
  }
  return narrowed(input.dtype, shape, out);
}

/** The elements of a window at a place that are inside of the image, and which of the window's they are. */
export function eachInside(window: Window, place: number, visit: (at: number, element: number) => void): void {
  for (let k = 0; k < window.size; k += 1) {
    const at = place * window.stride - window.before + k * window.dilation;
    if (at >= 0 && at < window.input) visit(at, k);
  }
}

/** The numbers for the four dimensions that an input holds. */
function fourOf(value: NDArray, name: string): number[] {
  require(value.size === 4, () => `Sliding window ${name} field must specify 4 dimensions`, { [name]: value });
  return Array.from(asNumbers(value));
}

const maxPool = poolKernels.MaxPool as Kernel<typeof poolDefs.MaxPool>;

/** The kernels of this family. */
export const morphologyKernels = kernelsFor<typeof morphologyDefs>()({
  Dilation2D: ([input, filter], attrs) => dilation(input, filter, attrs),
  MaxPoolV2: ([input, ksize, strides], attrs, context) => {
    require(input.rank === 4, () => `tensor_in_shape must have 2 spatial dimensions. ${input.rank} 0`, {
      input: input.shape,
    });
    const window = { ksize: fourOf(ksize, "ksize"), strides: fourOf(strides, "stride"), explicit_paddings: [] };
    return maxPool([input], { ...attrs, ...window }, context);
  },
});
