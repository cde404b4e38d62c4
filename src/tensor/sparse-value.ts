/** Values of sparse tensors, and of rows of tensors, on the host. Mirrors `SparseTensorValue`, python/framework/sparse_tensor.py, and `IndexedSlicesValue`, python/framework/indexed_slices.py. */
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

/** What a session gives for `IndexedSlices`, and takes where they are fed. */
export class IndexedSlicesValue {
  /** `[n, …row]`. */
  readonly values: NDArray;
  /** int32 or int64 `[n]`: whose rows they are. */
  readonly indices: NDArray;
  /** `[rank]`; `null` where it is not known. */
  readonly denseShape: NDArray | null;

  constructor(values: Literal, indices: Literal, denseShape: Literal | null = null) {
    this.values = values instanceof NDArray ? values : ndarray(values);
    this.indices = indices instanceof NDArray ? indices : ndarray(indices, "int32");
    this.denseShape = denseShape === null || denseShape instanceof NDArray ? denseShape : ndarray(denseShape, "int32");
  }
}
