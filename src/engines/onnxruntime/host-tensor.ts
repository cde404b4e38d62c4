/** Values that are arrays of the host, as ONNX Runtime takes them. */
import { asDType, type DataArray } from "../../tensor/dtype.ts";
import { NDArray } from "../../tensor/ndarray.ts";
import type { RuntimeTensor } from "./runtime.ts";

/** A value that came from the host, or was brought to it. Larger values that ONNX Runtime made are its own, with the same properties. */
export class HostTensor implements RuntimeTensor {
  readonly array: NDArray;
  readonly location = "cpu";
  constructor(array: NDArray) {
    this.array = array;
  }
  get type(): string {
    return this.array.dtype.name;
  }
  get dims(): readonly number[] {
    return this.array.shape;
  }
  get data(): DataArray {
    return this.array.data;
  }
}

/** The value in memory that is not shared between threads: the bindings of ONNX Runtime refuse such memory. */
export function unshared(tensor: RuntimeTensor): RuntimeTensor {
  const { type, dims, data } = tensor;
  if (Array.isArray(data) || typeof SharedArrayBuffer === "undefined") return tensor;
  if (!(data.buffer instanceof SharedArrayBuffer)) return tensor;
  return { type, dims, data: data.slice(), location: "cpu" };
}

/** The value as an array; it may share the value's memory. */
export function toArray(value: RuntimeTensor): NDArray {
  if (value instanceof HostTensor) return value.array;
  const { type, dims, data } = value;
  return new NDArray(asDType(type), dims, data);
}
