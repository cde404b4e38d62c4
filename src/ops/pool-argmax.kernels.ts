/** Kernel of pooling that tells where each largest element stands. Mirrors `SpatialMaxPoolWithArgMaxHelper`, core/kernels/maxpooling_op.cc. */
import { require } from "../kernels/checks.ts";
import { type Bigs, type Numbers, narrowed, widened, wideStorage } from "../kernels/elementwise.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { allocate, type DType } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { checkedDepth } from "./pool.kernels.ts";
import type { poolArgmaxDefs } from "./pool-argmax.defs.ts";
import { type Window, windowAxis, windowOf } from "./windows.ts";

interface ArgmaxAttrs {
  readonly ksize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: string;
  readonly include_batch_in_index: boolean;
  readonly Targmax: DType;
}

/** Windows over channels are checked, and then, as in TensorFlow, every channel stays by itself. */
function checkInput(input: NDArray, { ksize, strides, padding }: ArgmaxAttrs): void {
  require(input.rank === 4, () => "tensor_in must be 4-dimensional (2)", { input });
  require(input.size > 0, () => "tensor_in must not be empty (2)", { input });
  checkedDepth(input, { ksize, strides, padding, data_format: "NHWC" });
}

/** Where the largest element of each window stands in the whole input; of equal ones the first, and a leading not-a-number stays. */
export function placesOf(input: NDArray, rows: Window, columns: Window): Float64Array {
  // Elements are only compared, so numbers and bigints go the same way.
  const values = widened(input) as Numbers;
  const [batch = 0, , , channels = 0] = input.shape;
  const places = new Float64Array(batch * rows.output * columns.output * channels);
  let to = 0;
  for (let image = 0; image < batch; image += 1) {
    for (let i = 0; i < rows.output; i += 1) {
      const top = i * rows.stride - rows.before;
      for (let j = 0; j < columns.output; j += 1, to += channels) {
        const left = j * columns.stride - columns.before;
        let isFirst = true;
        for (let row = Math.max(top, 0); row < Math.min(top + rows.size, rows.input); row += 1) {
          for (let column = Math.max(left, 0); column < Math.min(left + columns.size, columns.input); column += 1) {
            const from = ((image * rows.input + row) * columns.input + column) * channels;
            for (let k = 0; k < channels; k += 1) {
              if (isFirst || (values[places[to + k] as number] as number) < (values[from + k] as number))
                places[to + k] = from + k;
            }
            isFirst = false;
          }
        }
      }
    }
  }
  return places;
}

/** Integers of int32 or int64. */
function integers(values: Float64Array, dtype: DType, shape: readonly number[]): NDArray {
  const out = allocate(dtype, values.length);
  if (dtype.isBig) for (let i = 0; i < values.length; i += 1) (out as unknown as Bigs)[i] = BigInt(values[i] as number);
  else (out as Numbers).set(values);
  return new NDArray(dtype, shape, out);
}

function maxPoolWithArgmax(input: NDArray, attrs: ArgmaxAttrs): readonly NDArray[] {
  checkInput(input, attrs);
  const window = { padding: attrs.padding, data_format: "NHWC" };
  const along = (axis: number): Window => {
    const [size, stride] = [attrs.ksize[axis], attrs.strides[axis]] as [number, number];
    return windowOf(input.shape[axis] as number, windowAxis(window, axis, size, stride));
  };
  const [rows, columns] = [along(1), along(2)];
  const [batch = 0, height = 0, width = 0, channels = 0] = input.shape;
  const shape = [batch, rows.output, columns.output, channels];
  const places = placesOf(input, rows, columns);
  const values = widened(input) as Numbers;
  const out = wideStorage(input.dtype, places.length) as Numbers;
  for (let i = 0; i < places.length; i += 1) out[i] = values[places[i] as number] as number;
  const perImage = attrs.include_batch_in_index ? Infinity : height * width * channels;
  const shown = perImage === Infinity ? places : places.map((place) => place % perImage);
  return [narrowed(input.dtype, shape, out), integers(shown, attrs.Targmax, shape)];
}

/** The kernels of this family. */
export const poolArgmaxKernels = kernelsFor<typeof poolArgmaxDefs>()({
  MaxPoolWithArgmax: ([input], attrs) => maxPoolWithArgmax(input, attrs),
});
