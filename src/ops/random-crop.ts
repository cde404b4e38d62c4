/** A random piece of a tensor. Mirrors python/ops/random_crop_ops.py. */
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { withDependencies } from "./control-flow.ts";
import { Assert } from "./logging.ts";
import { inOpScope } from "./op-scope.ts";
import { type RandomOptions, randomUniform } from "./random.ts";
import { reduceAll } from "./reduce.ts";
import { shape as shapeOf } from "./shape.ts";
import { slice } from "./slice.ts";

/** How many elements of the shapes the error shows. */
const SHOWN = 1000;

/**
 * A piece of a tensor of the given size, at a random place.
 *
 * Shapes: value of rank r, size `[r]` → size. Dtypes: any; size int32.
 *
 * @throws {InvalidArgumentError} at the run, when the piece is larger than the value.
 * @see TensorFlow `random_crop`, python/ops/random_crop_ops.py
 * @example
 * randomCrop(zeros([32, 32, 3]), [24, 24, 3], { seed: 1 }).shape; // (24, 24, 3)
 */
export function randomCrop(value: TensorLike, size: TensorLike, options: RandomOptions = {}): Tensor {
  return inOpScope(options.name, "random_crop", [value, size], (scope) => {
    const whole = convertToTensor(value, { name: "value" });
    const wanted = convertToTensor(size, { dtype: "int32", name: "size" });
    const dims = shapeOf(whole);
    const message = "Need value.shape >= size, got ";
    const check = Assert(reduceAll(dims.greaterEqual(wanted)), [message, dims, wanted], { summarize: SHOWN });
    const checked = withDependencies([check], dims);
    const limit = checked.sub(wanted).add(1);
    const places = { dtype: "int32", maxval: 2 ** 31 - 1, seed: options.seed } as const;
    const offset = randomUniform(shapeOf(checked), places).mod(limit);
    return slice(whole, offset, wanted, { name: scope });
  });
}
