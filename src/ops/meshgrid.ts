/** Grids of coordinates. Mirrors `meshgrid`, python/ops/array_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { int32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { ones } from "./array.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { reshape, size } from "./shape.ts";

/** Options of `meshgrid`. */
export interface MeshgridOptions extends NameOption {
  /** `xy` (default): the first two axes of the result are exchanged, as in plots; `ij`: as in matrices. */
  readonly indexing?: string | undefined;
}

/**
 * Repeats each of several vectors over the axes of the others.
 *
 * Shapes: n vectors `[a]`, `[b]`, … → n tensors `[b, a, …]`, or `[a, b, …]` for `ij`.
 * @throws {ArgumentError} for another indexing.
 * @see TensorFlow `meshgrid`, python/ops/array_ops.py
 * @example
 * const [x, y] = meshgrid([constant([1, 2]), constant([3, 4, 5])]);
 * session.runSync(y).toArray(); // [[3, 3], [4, 4], [5, 5]]
 */
export function meshgrid(vectors: readonly TensorLike[], options: MeshgridOptions = {}): Tensor[] {
  const { indexing = "xy" } = options;
  if (indexing !== "xy" && indexing !== "ij")
    throw new ArgumentError(`Argument \`indexing\` parameter must be either 'xy' or 'ij', got '${indexing}'`, {
      indexing,
    });
  return inOpScope(options.name, "meshgrid", vectors, () => {
    const count = vectors.length;
    if (count === 0) return [];
    const along = (axis: number): TensorLike =>
      ndarray(
        Array.from({ length: count }, (_, i) => (i === axis ? -1 : 1)),
        int32,
      );
    const grids = vectors.map((vector, i) => reshape(convertToTensor(vector, { name: "stack" }), along(i)));
    const sizes = vectors.map((vector) => size(vector));
    const dtype = convertToTensor(vectors[0]).dtype.baseDtype;
    if (indexing === "xy" && count > 1) {
      grids[0] = reshape(grids[0] as Tensor, along(1));
      grids[1] = reshape(grids[1] as Tensor, along(0));
      sizes.splice(0, 2, sizes[1] as Tensor, sizes[0] as Tensor);
    }
    const factor = ones(sizes, { dtype });
    return grids.map((grid) => grid.mul(factor));
  });
}
