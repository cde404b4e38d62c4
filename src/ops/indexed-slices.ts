/** Some rows of a tensor whose other rows are zero: what the gradient of a gather is. Mirrors python/framework/indexed_slices.py. */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { teach } from "../base/text.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { Graph } from "../graph/graph.ts";
import { constantAsShape, constantValue } from "../graph/infer.ts";
import type { Operation } from "../graph/operation.ts";
import { libraryTables } from "../graph/tables.ts";
import type { Tensor, TensorConvertible } from "../graph/tensor.ts";
import { asDType, type DType } from "../tensor/dtype.ts";
import { type TensorShape, unknownShape } from "../tensor/shape.ts";
import { segmentDefs } from "./segment.defs.ts";

/** From so many elements on, making rows dense is worth a warning. */
const LARGE_ELEMENT_COUNT = 100_000_000;

/**
 * Rows of a tensor and where they belong; rows that are named twice count twice, rows that are not named are zero.
 *
 * Shapes: values `[n, …row]`, indices `[n]`, denseShape `[rank]`. Dtypes: indices int32 or int64; values any number.
 *
 * It stands where a tensor is wanted, and becomes one there, at a cost. A session fetches it as an `IndexedSlicesValue`.
 *
 * @throws {ArgumentError} where it has to become a tensor and has no `denseShape`.
 * @see TensorFlow `IndexedSlices`, python/framework/indexed_slices.py
 * @example
 * const ids = constant([0, 0], { dtype: "int32" });
 * const slices = new IndexedSlices(constant([[1, 2], [3, 4]]), ids, shape(constant([[5, 5], [5, 5]])));
 * session.runSync(add(slices, 0)).toArray(); // [[4, 6], [0, 0]]
 */
export class IndexedSlices implements TensorConvertible {
  readonly values: Tensor;
  readonly indices: Tensor;
  readonly denseShape: Tensor | null;

  constructor(values: Tensor, indices: Tensor, denseShape: Tensor | null = null) {
    this.values = values;
    this.indices = indices;
    this.denseShape = denseShape;
  }

  get graph(): Graph {
    return this.values.graph;
  }
  get op(): Operation {
    return this.values.op;
  }
  get name(): string {
    return this.values.name;
  }
  get device(): string {
    return this.values.device;
  }
  get dtype(): DType {
    return this.values.dtype;
  }
  /** What is known of the shape of the whole. */
  get shape(): TensorShape {
    return this.denseShape === null ? unknownShape : constantAsShape(this.denseShape);
  }

  /** The whole tensor, rows that are named twice summed: an `UnsortedSegmentSum`. */
  asTensor(options: { readonly dtype?: DType; readonly asRef?: boolean; readonly name?: string } = {}): Tensor {
    const { dtype, name } = options;
    if (dtype !== undefined && asDType(dtype) !== this.dtype) {
      throw new ArgumentError(
        `Incompatible tensor conversion requested to \`dtype\` ${dtype.name} for IndexedSlices (${this}) with dtype ${this.dtype.name}`,
        { slices: this, dtype },
      );
    }
    if (this.denseShape === null) {
      throw new ArgumentError(
        teach(`Tensor conversion requested for IndexedSlices for argument \`value\` without dense_shape: ${this}`, [
          ["instead", "new IndexedSlices(values, indices, denseShape) tells how large the whole is"],
        ]),
        { slices: this },
      );
    }
    const first = this.denseShape.at([0]);
    const whole = applyOp1(segmentDefs.UnsortedSegmentSum, [this.values, this.indices, first], {}, name);
    const count = elementCount(this.denseShape);
    if (count >= LARGE_ELEMENT_COUNT) libraryTables().watch?.rowsMadeDense(whole.op, count);
    return whole;
  }

  /** Never: a session fetches its parts. */
  asGraphElement(): never {
    throw new ArgumentTypeError("Can not convert a IndexedSlices into a Tensor or Operation.", { slices: this });
  }

  toString(): string {
    const shape = this.denseShape === null ? "" : `, dense_shape=${this.denseShape}`;
    return `IndexedSlices(indices=${this.indices}, values=${this.values}${shape})`;
  }
}

/** What an op gives that changes values where they are: rows of rows, `null` of none, and else a tensor. */
export type LikeGiven<T> = T extends null ? null : T extends IndexedSlices ? IndexedSlices : Tensor;

/** @internal What such an op computes with: of rows, their values. */
export function valuesOf<T>(given: T | IndexedSlices): T | Tensor {
  return given instanceof IndexedSlices ? given.values : given;
}

/** @internal New values in the place of those that were given. */
export function likeGiven<T>(given: T, values: Tensor): LikeGiven<T> {
  const made = given instanceof IndexedSlices ? new IndexedSlices(values, given.indices, given.denseShape) : values;
  return made as LikeGiven<T>;
}

/** How many elements the whole has, as far as that is known now; else 0. */
function elementCount(denseShape: Tensor): number {
  return constantValue(denseShape) === null ? 0 : (constantAsShape(denseShape).elementCount() ?? 0);
}
