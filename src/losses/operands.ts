/** What losses do with labels and predictions before they compare them. @internal */
import { ArgumentError, ShapeError } from "../base/errors.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { cast } from "../ops/cast.ts";
import { float32 } from "../tensor/dtype.ts";

/** @throws {ArgumentError} for an argument that is none. */
export function checkPresent(values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === undefined)
      throw new ArgumentError(`Argument \`${name}\` must not be None.`, { [name]: value });
  }
}

/** @throws {ShapeError} when the shapes cannot be alike. */
export function checkAlike(first: Tensor, second: Tensor): void {
  if (first.shape.isCompatibleWith(second.shape)) return;
  throw new ShapeError(`Shapes ${first.shape} and ${second.shape} are incompatible`, { first, second });
}

/** What the network says and what is right, both as float32 and of one shape. */
export function floatPair(predictions: TensorLike, labels: TensorLike): readonly [predictions: Tensor, labels: Tensor] {
  const said = cast(predictions, float32);
  const right = cast(labels, float32);
  checkAlike(said, right);
  return [said, right];
}
