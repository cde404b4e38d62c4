/** Values that are arrays of the host, as ONNX Runtime takes them. */
import { asDType, type DataArray } from "../../tensor/dtype.ts";
import { NDArray } from "../../tensor/ndarray.ts";
import type { RuntimeTensor } from "./runtime.ts";

/** A value that came from the host, or was brought to it. Larger values that ONNX Runtime made are its own, with the same properties. */
export class HostTensor implements RuntimeTensor {
  readonly array: NDArray;
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: DataArray;
  readonly location = "cpu";
  constructor(array: NDArray) {
    this.array = array;
    this.type = array.dtype.name;
    this.dims = array.shape;
    this.data = unshared(array.data);
  }
}

/** ONNX Runtime refuses memory that is shared between threads. */
function unshared(data: DataArray): DataArray {
  const isShared =
    !Array.isArray(data) && typeof SharedArrayBuffer !== "undefined" && data.buffer instanceof SharedArrayBuffer;
  return isShared ? data.slice() : data;
}

/** The value as an array; it may share the value's memory. */
export function toArray(value: RuntimeTensor): NDArray {
  if (value instanceof HostTensor) return value.array;
  const { type, dims, data } = value;
  return new NDArray(asDType(type), dims, data);
}
