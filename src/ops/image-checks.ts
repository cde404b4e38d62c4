/** Checks of images, and their sizes as far as they are known. Mirrors the private functions of python/ops/image_ops_impl.py. */
import { ArgumentError } from "../base/errors.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Operation } from "../graph/operation.ts";
import { Tensor } from "../graph/tensor.ts";
import { pythonLiteral } from "../tensor/ndarray.ts";
import { assertGreaterEqual, assertPositive } from "./checks.ts";
import { stack, unstack } from "./concat.ts";
import { withDependencies } from "./control-flow.ts";
import { Assert } from "./logging.ts";
import { rank, shape } from "./shape.ts";

/** A size that is known, or that the step computes. */
export type Size = number | Tensor;

/** A condition that must hold: now where it is known, otherwise in the step. @throws {ArgumentError} with this text. */
export function mustHold(condition: boolean | Tensor, text: string): readonly Operation[] {
  if (condition instanceof Tensor) return [Assert(condition, [text])];
  if (!condition) throw new ArgumentError(text);
  return [];
}

/** The checks that an image has three dimensions or more, the last three not empty. */
export function checkImage(image: Tensor): readonly Operation[] {
  const { dims } = image.shape;
  if (dims !== null && dims.length < 3) {
    throw new ArgumentError(`'image' (shape ${image.shape}) must be at least three-dimensional.`, {
      shape: image.shape,
    });
  }
  const inner = dims?.slice(-3) ?? [null, null, null];
  if (inner.includes(0))
    throw new ArgumentError(`inner 3 dims of 'image.shape' must be > 0: ${image.shape}`, { shape: image.shape });
  if (!inner.includes(null)) return [];
  const positive = assertPositive(shape(image).at([[-3, null]]), {
    data: ["inner 3 dims of 'image.shape' must be > 0."],
  });
  const message = "'image' must be at least three-dimensional.";
  return [positive, assertGreaterEqual(rank(image), pythonLiteral(3, "int"), { message })];
}

/** The image, which has three dimensions or more. */
export function checkedImage(image: Tensor): Tensor {
  return withDependencies(checkImage(image), image);
}

/** The dimensions of images of this rank. */
export function imageSizes(image: Tensor, count: number): readonly Size[] {
  const { dims } = image.shape;
  if (dims !== null && image.shape.isFullyDefined()) return dims as readonly number[];
  const computed = unstack(shape(image), { num: count });
  return computed.map((size, i) => dims?.[i] ?? size);
}

/** Whole numbers and tensors, in one list. */
export function packed(list: readonly Size[]): Tensor {
  if (list.every((x) => typeof x === "number")) return convertToTensor(pythonLiteral(list, "int"), { name: "stack" });
  return stack(list as readonly TensorLike[]);
}

/** The error for an image that has neither three nor four dimensions. The text of flips lacks a space in TensorFlow, too. */
export function otherRank(image: Tensor, space = " "): ArgumentError {
  return new ArgumentError(`'image' (shape ${image.shape})${space}must have either 3 or 4 dimensions.`, {
    shape: image.shape,
  });
}
