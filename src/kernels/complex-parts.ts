/** Complex numbers as pairs of real ones: for kernels of what is linear in each operand, as products of matrices are. */
import { float64 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import type { Numbers } from "./elementwise.ts";

/** The real and the imaginary parts, in doubles. */
export function partsOf(value: NDArray): readonly [NDArray, NDArray] {
  const data = value.data as Numbers;
  const parts = [new Float64Array(value.size), new Float64Array(value.size)] as const;
  for (let i = 0; i < value.size; i += 1) {
    parts[0][i] = data[2 * i] as number;
    parts[1][i] = data[2 * i + 1] as number;
  }
  return [new NDArray(float64, value.shape, parts[0]), new NDArray(float64, value.shape, parts[1])];
}

/** Complex numbers of these parts. */
export function fromParts(like: NDArray, real: NDArray, imag: NDArray): NDArray {
  const data = like.dtype.size === 8 ? new Float32Array(2 * real.size) : new Float64Array(2 * real.size);
  const [x, y] = [real.data as Numbers, imag.data as Numbers];
  for (let i = 0; i < real.size; i += 1) {
    data[2 * i] = x[i] as number;
    data[2 * i + 1] = y[i] as number;
  }
  return new NDArray(like.dtype, real.shape, data);
}

function combined(a: NDArray, b: NDArray, sign: 1 | -1): NDArray {
  const [x, y] = [a.data as Numbers, b.data as Numbers];
  return new NDArray(
    a.dtype,
    a.shape,
    x.map((one, i) => one + sign * (y[i] as number)),
  );
}

/** What a function that is linear in each of one or two operands, and knows real numbers only, makes of complex ones. */
export function complexProduct(operands: readonly NDArray[], of: (parts: readonly NDArray[]) => NDArray): NDArray {
  const [first, second] = operands as readonly [NDArray, NDArray | undefined];
  const [re, im] = partsOf(first);
  if (second === undefined) return fromParts(first, of([re]), of([im]));
  const [x, y] = partsOf(second);
  return fromParts(first, combined(of([re, x]), of([im, y]), -1), combined(of([re, y]), of([im, x]), 1));
}
