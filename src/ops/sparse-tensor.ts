/** Tensors of which few elements are not zero, as three tensors. Mirrors python/framework/sparse_tensor.py. */
import { ArgumentError } from "../base/errors.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Graph } from "../graph/graph.ts";
import { constantAsShape } from "../graph/infer.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DType } from "../tensor/dtype.ts";
import { asShape, type ShapeLike, type TensorShape } from "../tensor/shape.ts";
import { SparseTensorValue } from "../tensor/sparse-value.ts";
import { inOpScope } from "./op-scope.ts";

/**
 * A tensor by its elements that are not zero: their indices, their values, and the shape of the whole.
 *
 * Shapes: indices `[n, rank]`, values `[n]`, denseShape `[rank]`. Dtypes: indices and denseShape int64; values any.
 *
 * A session fetches it as a `SparseTensorValue`, and takes one for it as a feed.
 *
 * @throws {ArgumentError} when the shapes do not fit each other.
 * @see TensorFlow `SparseTensor`, python/framework/sparse_tensor.py
 * @example
 * const x = new SparseTensor([[0, 0], [1, 2]], [1, 2], [2, 3]);
 * session.runSync(sparse.toDense(x)).toArray(); // [[1, 0, 0], [0, 0, 2]]
 */
export class SparseTensor {
  readonly indices: Tensor;
  readonly values: Tensor;
  readonly denseShape: Tensor;
  #shape: TensorShape;

  constructor(indices: TensorLike, values: TensorLike, denseShape: TensorLike) {
    const parts = inOpScope(null, "SparseTensor", [indices, values, denseShape], () => ({
      indices: convertToTensor(indices, { dtype: "int64", name: "indices" }),
      values: convertToTensor(values, { name: "values" }),
      denseShape: convertToTensor(denseShape, { dtype: "int64", name: "dense_shape" }),
    }));
    this.indices = parts.indices;
    this.values = parts.values;
    this.denseShape = parts.denseShape;
    checkRank(this.indices, 2);
    checkRank(this.values, 1);
    checkRank(this.denseShape, 1);
    checkEqual(this.indices, 0, this.values);
    checkEqual(this.indices, 1, this.denseShape);
    this.#shape = constantAsShape(this.denseShape);
  }

  /** The type of the values. */
  get dtype(): DType {
    return this.values.dtype;
  }
  get graph(): Graph {
    return this.indices.graph;
  }
  /** What is known of the shape of the whole. */
  get shape(): TensorShape {
    return this.#shape;
  }
  /** Adds what is known of the shape of the whole. */
  setShape(shape: ShapeLike): void {
    this.#shape = this.#shape.mergeWith(asShape(shape));
  }

  toString(): string {
    return `SparseTensor(indices=${this.indices}, values=${this.values}, dense_shape=${this.denseShape})`;
  }
}

/** What is a tensor, or a sparse one. */
export type TensorOrSparse = TensorLike | SparseTensor | SparseTensorValue;

/**
 * A tensor of what can become one; sparse tensors stay sparse, and become so of their values.
 *
 * @see TensorFlow `convert_to_tensor_or_sparse_tensor`, python/framework/sparse_tensor.py
 * @example
 * convertToTensorOrSparseTensor(new SparseTensorValue([[1]], [5], [3])) instanceof SparseTensor; // true
 */
export function convertToTensorOrSparseTensor(
  value: TensorOrSparse,
  options: { readonly name?: string | null | undefined } = {},
): Tensor | SparseTensor {
  if (value instanceof SparseTensor) return value;
  if (value instanceof SparseTensorValue) return new SparseTensor(value.indices, value.values, value.denseShape);
  return convertToTensor(value, { name: options.name ?? undefined });
}

function checkRank(tensor: Tensor, rank: number): void {
  if (tensor.shape.rank === null || tensor.shape.rank === rank) return;
  throw new ArgumentError(`Shape ${tensor.shape} must have rank ${rank}`, { tensor, rank });
}

function checkEqual(indices: Tensor, axis: number, vector: Tensor): void {
  const [own, other] = [indices.shape.dim(axis), vector.shape.dim(0)];
  if (own === null || other === null || own === other) return;
  throw new ArgumentError(`Dimensions ${own} and ${other} are not compatible`, { indices, vector });
}
