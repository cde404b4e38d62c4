/** Builder that turns images. Mirrors `rot90`, python/ops/image_ops_impl.py. */
import { ShapeError } from "../base/errors.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { int32 } from "../tensor/dtype.ts";
import { caseOf } from "./case.ts";
import { equal } from "./compare.ts";
import { cond } from "./cond.ts";
import { checkedImage, otherRank } from "./image-checks.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { rank } from "./shape.ts";
import { reverse, transpose } from "./transpose.ts";

/** Options of `rot90`. */
export interface Rot90Options extends NameOption {
  /** How often; default 1. Negative: clockwise. */
  readonly k?: TensorLike | undefined;
}

/** One image, or several, turned a number of times from 0 to 3. */
function turned(image: Tensor, k: Tensor, isOne: boolean, name: string): Tensor {
  const [rows, columns] = isOne ? [0, 1] : [1, 2];
  const perm = isOne ? [1, 0, 2] : [0, 2, 1, 3];
  const once = (): Tensor => transpose(reverse(image, [columns]), { perm });
  const twice = (): Tensor => reverse(image, [rows, columns]);
  const thrice = (): Tensor => reverse(transpose(image, { perm }), [columns]);
  const result = caseOf(
    [
      [equal(k, 1), once],
      [equal(k, 2), twice],
      [equal(k, 3), thrice],
    ],
    { default: () => image, exclusive: true, name },
  ) as Tensor;
  const { shape } = isOne ? image : result;
  result.setShape(isOne ? [null, null, shape.dim(2)] : [shape.dim(0), null, null, shape.dim(3)]);
  return result;
}

/**
 * Turns images counter-clockwise by 90 degrees, a number of times.
 *
 * Shapes: `[n, h, w, c]` or `[h, w, c]` → the same, or with height and width exchanged. Dtypes: image any; k int32.
 *
 * @throws {ArgumentError} for images of another rank. @throws {ShapeError} when k is no scalar.
 * @see TensorFlow `rot90`, python/ops/image_ops_impl.py
 * @example
 * session.runSync(image.rot90(constant([[[1], [2]]]))).toArray(); // [[[2]], [[1]]]
 */
export function rot90(image: TensorLike, options: Rot90Options = {}): Tensor {
  const { k = 1 } = options;
  return inOpScope(options.name, "rot90", [image, k], (scope) => {
    const checked = checkedImage(convertToTensor(image, { name: "image" }));
    const given = convertToTensor(k, { dtype: int32, name: "k" });
    if (given.shape.rank !== null && given.shape.rank !== 0)
      throw new ShapeError(`Shape ${given.shape} must have rank 0`, { k: given.shape });
    const times = given.mod(4);
    const { rank: count } = checked.shape;
    if (count === 3 || count === 4) return turned(checked, times, count === 3, scope);
    if (count !== null) throw otherRank(checked);
    return cond(
      equal(rank(checked), 3),
      () => turned(checked, times, true, scope),
      () => turned(checked, times, false, scope),
    ) as Tensor;
  });
}
