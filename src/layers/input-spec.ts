/** What inputs a layer takes. Mirrors `InputSpec` and `assert_input_compatibility` of tf_keras. @internal */
import { ArgumentError } from "../base/errors.ts";
import type { TensorShape } from "../tensor/shape.ts";

/** What is known of the shape that a layer takes. */
export interface InputSpec {
  /** The number of dimensions. */
  readonly ndim?: number;
  /** The least number of dimensions. */
  readonly minNdim?: number;
  /** The size of some dimensions, by axis. */
  readonly axes?: ReadonlyMap<number, number>;
}

/** @throws {ArgumentError} when the shape is known not to fit. */
export function checkInput(spec: InputSpec | null, shape: TensorShape, layer: string): void {
  if (spec === null || shape.rank === null) return;
  const { ndim, minNdim, axes = new Map<number, number>() } = spec;
  const wrong = (what: string): ArgumentError =>
    new ArgumentError(`Input 0 of layer "${layer}" is incompatible with the layer: ${what}`, { layer, shape });
  if (ndim !== undefined && shape.rank !== ndim)
    throw wrong(`expected ndim=${ndim}, found ndim=${shape.rank}. Full shape received: ${shape}`);
  if (minNdim !== undefined && shape.rank < minNdim)
    throw wrong(`expected min_ndim=${minNdim}, found ndim=${shape.rank}. Full shape received: ${shape}`);
  for (const [axis, size] of axes) {
    const found = shape.dim(axis);
    if (found !== null && found !== size)
      throw wrong(`expected axis ${axis} of input shape to have value ${size}, but received input with shape ${shape}`);
  }
}
