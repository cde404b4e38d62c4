/** Values of sparse tensors on the host. Mirrors `SparseTensorValue`, python/framework/sparse_tensor.py. */
import { type Literal, NDArray, ndarray } from "./ndarray.ts";

/** What a session gives for a sparse tensor, and takes for one that is fed. */
export class SparseTensorValue {
  /** int64 `[n, rank]`. */
  readonly indices: NDArray;
  /** `[n]`. */
  readonly values: NDArray;
  /** int64 `[rank]`. */
  readonly denseShape: NDArray;

  constructor(indices: Literal, values: Literal, denseShape: Literal) {
    this.indices = indices instanceof NDArray ? indices : ndarray(indices, "int64");
    this.values = values instanceof NDArray ? values : ndarray(values);
    this.denseShape = denseShape instanceof NDArray ? denseShape : ndarray(denseShape, "int64");
  }
}
