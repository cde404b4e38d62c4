/** The builder that adds elements around a tensor. Mirrors `pad`, python/ops/array_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import { constantValue } from "../graph/infer.ts";
import { publicCall } from "../graph/public-call.ts";
import { Tensor } from "../graph/tensor.ts";
import type { NameOption } from "./op-scope.ts";
import { padDefs } from "./pad.defs.ts";

/** Options of `pad`. */
export interface PadOptions extends NameOption {
  /** `CONSTANT` (default), `REFLECT` (mirrors without the border) or `SYMMETRIC` (with it), in any case. */
  readonly mode?: string;
  /** What a constant padding consists of. Default: 0. */
  readonly constantValues?: TensorLike;
}

/**
 * Adds elements before and after each axis.
 *
 * Shapes: `[a, b]`, paddings `[[p, q], [r, s]]` → `[p + a + q, r + b + s]`.
 * @throws {ShapeError} when the paddings do not fit the rank. @throws {ArgumentError} for an unknown mode.
 * @see TensorFlow `pad`, python/ops/array_ops.py; `Pad`, `PadV2`, `MirrorPad`, core/ops/array_ops.cc
 * @example
 * session.runSync(pad(constant([1, 2]), [[1, 2]])).toArray(); // [0, 1, 2, 0, 0]
 */
export function pad(tensor: TensorLike, paddings: TensorLike, options: PadOptions = {}): Tensor {
  return publicCall(() => {
    const result = padded(tensor, paddings, options);
    const input = (tensor instanceof Tensor ? tensor : (result.op.inputs[0] as Tensor)).shape;
    const known = paddingsOf(paddings);
    if (input.dims === null || result.shape.isFullyDefined() || known === null) return result;
    result.setShape(input.dims.slice(0, known.length).map((d, i) => addKnown(d, known[i] ?? null)));
    return result;
  });
}

function padded(tensor: TensorLike, paddings: TensorLike, options: PadOptions): Tensor {
  const mode = (options.mode ?? "CONSTANT").toUpperCase();
  const value = options.constantValues ?? 0;
  if (mode === "REFLECT" || mode === "SYMMETRIC")
    return applyOp1(padDefs.MirrorPad, [tensor, paddings], { mode }, options.name);
  if (mode !== "CONSTANT")
    throw new ArgumentError(
      `Value of argument \`mode\` expected to be one of "CONSTANT", "REFLECT", or "SYMMETRIC". Received \`mode\` = ${mode}`,
      { mode },
    );
  const isZero = value === 0 || value === 0n || value === false || value === "";
  return isZero
    ? applyOp1(padDefs.Pad, [tensor, paddings], {}, options.name)
    : applyOp1(padDefs.PadV2, [tensor, paddings, value], {}, options.name);
}

function addKnown(d: number | null, padding: readonly (number | null)[] | null): number | null {
  if (d === null || padding === null) return null;
  return padding.reduce<number | null>((sum, size) => (sum === null || size === null ? null : sum + size), d);
}

/** Which paddings are known now: lists may hold tensors. `null` when nothing is known. */
function paddingsOf(paddings: TensorLike): readonly (readonly (number | null)[] | null)[] | null {
  if (Array.isArray(paddings)) {
    return paddings.map((row: unknown) => (Array.isArray(row) ? row.map(sizeOf) : vectorOf(row)));
  }
  const value = paddings instanceof Tensor ? constantValue(paddings) : null;
  return value && (value.toArray() as (number | bigint)[][]).map((row) => row.map(Number));
}

function vectorOf(row: unknown): readonly number[] | null {
  const value = row instanceof Tensor ? constantValue(row) : null;
  return value && (value.toArray() as (number | bigint)[]).map(Number);
}

function sizeOf(size: unknown): number | null {
  if (typeof size === "number" || typeof size === "bigint") return Number(size);
  const value = size instanceof Tensor ? constantValue(size) : null;
  return value && Number(value.at(0));
}
