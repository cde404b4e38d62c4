/** The mask of sequences of different lengths. Mirrors `sequence_mask`, python/ops/array_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { asDType, bool, type DTypeLike, int32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { constant } from "./array.ts";
import { mathDefs } from "./math.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { reduceDefs } from "./reduce.defs.ts";
import { expandDims, rank } from "./shape.ts";

/** Options of `sequenceMask`. */
export interface SequenceMaskOptions extends NameOption {
  /** The length of the new axis. Default: the longest of the lengths. */
  readonly maxlen?: TensorLike | null | undefined;
  /** Default: bool. */
  readonly dtype?: DTypeLike | null | undefined;
}

/**
 * For each length n, a row whose first n elements are true.
 *
 * Shapes: lengths `[…]` → `[…, maxlen]`.
 * Dtypes: lengths any integer.
 * @throws {ArgumentError} when `maxlen` is no scalar.
 * @see TensorFlow `sequence_mask`, python/ops/array_ops.py
 * @example
 * session.runSync(sequenceMask([1, 3])).toArray(); // [[true, false, false], [true, true, true]]
 */
export function sequenceMask(lengths: TensorLike, options: SequenceMaskOptions = {}): Tensor {
  const { maxlen = null } = options;
  return inOpScope(options.name, "SequenceMask", [lengths, maxlen], () => {
    const counts = convertToTensor(lengths, { preferredDtype: int32 });
    const longest = maxlen === null ? longestOf(counts) : convertToTensor(maxlen, { preferredDtype: int32 });
    const { dtype, shape } = longest;
    if (shape.rank !== null && shape.rank !== 0)
      throw new ArgumentError(
        `Argument \`maxlen\` must be scalar for sequence_mask, received \`maxlen\` = ${longest} with shape '${shape}' instead`,
        { maxlen },
      );
    const row = applyOp1(mathDefs.Range, [constant(0, { dtype }), longest, constant(1, { dtype })]);
    const column = applyOp1(mathDefs.Cast, [expandDims(counts, -1)], { DstT: dtype.baseDtype });
    const mask = row.less(column);
    const wanted = options.dtype === undefined || options.dtype === null ? bool : asDType(options.dtype);
    return wanted.isCompatibleWith(bool) ? mask : applyOp1(mathDefs.Cast, [mask], { DstT: wanted });
  });
}

/** The largest of the lengths, and at least 0, a constant of this name. */
export function longestOf(lengths: Tensor, zeroName?: string): Tensor {
  const count = lengths.shape.rank;
  const axes =
    count === null
      ? applyOp1(mathDefs.Range, [0, rank(lengths), 1])
      : constant(
          ndarray(
            Array.from({ length: count }, (_, i) => i),
            int32,
          ),
        );
  const longest = applyOp1(reduceDefs.Max, [lengths, axes]);
  return applyOp1(mathDefs.Maximum, [constant(0, { dtype: longest.dtype, name: zeroName }), longest]);
}
