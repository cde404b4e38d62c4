/** Kernels of the gradients of the dilation of images. Mirrors core/kernels/dilation_ops.cc. */
import { require, shapeText } from "../kernels/checks.ts";
import { type Numbers, narrowed, widened, wideStorage } from "../kernels/elementwise.ts";
import { kernelsFor } from "../kernels/rule.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { dilationWindow } from "./morphology.defs.ts";
import { type Arithmetic, arithmeticOf, checkDilation, eachInside } from "./morphology.kernels.ts";
import type { morphologyGradDefs } from "./morphology-grads.defs.ts";
import type { Window } from "./windows.ts";

interface DilationAttrs {
  readonly strides: readonly number[];
  readonly rates: readonly number[];
  readonly padding: string;
}

type Inputs = readonly [NDArray, NDArray, NDArray];

function windowsOf([input, filter, pixels]: Inputs, attrs: DilationAttrs): readonly [Window, Window] {
  checkDilation(input, filter, attrs);
  require(pixels.rank === 4, () => `out_backprop must be 4-dimensional${shapeText(pixels.shape)}`, {
    pixels: pixels.shape,
  });
  const [batch = 0, height = 0, width = 0, depth = 0] = input.shape;
  const rows = dilationWindow(height, filter.shape[0] as number, 1, attrs);
  const columns = dilationWindow(width, filter.shape[1] as number, 2, attrs);
  const expected = shapeText([batch, rows.output, columns.output, depth]);
  require(shapeText(pixels.shape) === expected, () => "out_backprop has incompatible size.", { pixels: pixels.shape });
  return [rows, columns];
}

/** Where the largest sum of each window is: the first, row by row, and where the window starts if none is larger than the least number. */
function eachLargest(
  [input, filter]: Inputs,
  [rows, columns]: readonly [Window, Window],
  { sum, least }: Arithmetic,
  visit: (pixel: number, element: number, to: number) => void,
): void {
  const [batch = 0, height = 0, width = 0, depth = 0] = input.shape;
  const [values, weights] = [widened(input) as Numbers, widened(filter) as Numbers];
  const [best, pixels, elements] = [new Array<number>(depth), new Array<number>(depth), new Array<number>(depth)];
  let to = 0;
  for (let n = 0; n < batch; n += 1) {
    for (let i = 0; i < rows.output; i += 1) {
      for (let j = 0; j < columns.output; j += 1, to += depth) {
        best.fill(least);
        const top = Math.max(i * rows.stride - rows.before, 0);
        const left = Math.max(j * columns.stride - columns.before, 0);
        pixels.fill(((n * height + top) * width + left) * depth);
        elements.fill(0);
        eachInside(rows, i, (row, a) =>
          eachInside(columns, j, (column, b) => {
            const from = ((n * height + row) * width + column) * depth;
            const at = (a * columns.size + b) * depth;
            for (let k = 0; k < depth; k += 1) {
              const value = sum(values[from + k] as number, weights[at + k] as number);
              if (!(value > (best[k] as number))) continue;
              best[k] = value;
              pixels[k] = from;
              elements[k] = at;
            }
          }),
        );
        for (let k = 0; k < depth; k += 1) visit((pixels[k] as number) + k, (elements[k] as number) + k, to + k);
      }
    }
  }
}

/** Adds each gradient to where the largest sum of its window came from. */
function gradient(inputs: Inputs, attrs: DilationAttrs, ofFilter: boolean): NDArray {
  const windows = windowsOf(inputs, attrs);
  const like = inputs[ofFilter ? 1 : 0];
  const arithmetic = arithmeticOf(like.dtype);
  const out = wideStorage(like.dtype, like.size) as Numbers;
  const from = widened(inputs[2]) as Numbers;
  eachLargest(inputs, windows, arithmetic, (pixel, element, to) => {
    const at = ofFilter ? element : pixel;
    out[at] = arithmetic.sum(out[at] as number, from[to] as number);
  });
  return narrowed(like.dtype, like.shape, out);
}

/** The kernels of this family. */
export const morphologyGradKernels = kernelsFor<typeof morphologyGradDefs>()({
  Dilation2DBackpropInput: (inputs, attrs) => gradient(inputs, attrs, false),
  Dilation2DBackpropFilter: (inputs, attrs) => gradient(inputs, attrs, true),
});
