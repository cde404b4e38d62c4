/** Tensors of zeros, in the sizes that a cell tells. Mirrors `_zero_state_tensors` and `_concat`, python/ops/rnn_cell_impl.py. */
import { ArgumentError } from "../base/errors.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { constantValue } from "../graph/infer.ts";
import { Tensor } from "../graph/tensor.ts";
import { constant, zeros } from "../ops/array.ts";
import { concat } from "../ops/concat.ts";
import { expandDims } from "../ops/shape.ts";
import { mapStructure } from "../ops/structure.ts";
import { asDType, type DTypeLike, int32 } from "../tensor/dtype.ts";
import { NDArray, ndarray } from "../tensor/ndarray.ts";
import { asShape, type Dimension, TensorShape, unknownShape } from "../tensor/shape.ts";

/** A part of a shape: one dimension, several, or a tensor of them. */
export type ShapePart = number | null | TensorShape | readonly Dimension[] | Tensor;

/** Both ways to say a part: as a tensor, which is null where a dimension is unknown, and what the graph tells of it. */
interface Part {
  readonly tensor: Tensor | null;
  readonly known: TensorShape;
}

function partOf(part: ShapePart, what: string): Part {
  if (!(part instanceof Tensor)) {
    const known = part === null ? unknownShape : asShape(typeof part === "number" ? [part] : part);
    const tensor = known.isFullyDefined() ? constant(ndarray(known.asNumbers(), int32)) : null;
    return { tensor, known };
  }
  const value = constantValue(part);
  const dims = value === null ? null : Array.from(value.data as Int32Array, Number);
  const known = new TensorShape(dims);
  if (part.shape.rank === 0) return { tensor: expandDims(part, 0), known };
  if (part.shape.rank === 1) return { tensor: part, known };
  throw new ArgumentError(`${what} tensor must be either a scalar or vector, but received tensor: ${part}`, { part });
}

/** A shape of two parts, as a tensor. */
export function concatShape(prefix: ShapePart, suffix: ShapePart): Tensor {
  const [p, s] = [partOf(prefix, "Prefix").tensor, partOf(suffix, "suffix").tensor];
  if (p === null || s === null) {
    throw new ArgumentError(
      `Prefix or suffix can't be None. Received prefix = ${String(prefix)} and suffix = ${String(suffix)}`,
      { prefix, suffix },
    );
  }
  return concat([p, s], 0);
}

/** What the graph tells of a shape of two parts. As in TensorFlow, the parts are made as tensors all the same. */
export function knownConcatShape(prefix: ShapePart, suffix: ShapePart): TensorShape {
  return partOf(prefix, "Prefix").known.concatenate(partOf(suffix, "suffix").known);
}

/** Zeros for each part of a size, with the batch as first dimension. */
export function zeroState(size: unknown, batchSize: TensorLike, dtype: DTypeLike): unknown {
  const batch = asPart(batchSize);
  return mapStructure(size, (part) => {
    const width = part as ShapePart;
    const state = zeros(concatShape(batch, width), { dtype: asDType(dtype) });
    state.setShape(knownConcatShape(batch, width));
    return state;
  });
}

function asPart(size: TensorLike): ShapePart {
  if (size instanceof NDArray && size.shape.length === 0) return Number(size.item());
  return typeof size === "number" || size instanceof Tensor ? size : convertToTensor(size, { preferredDtype: int32 });
}
