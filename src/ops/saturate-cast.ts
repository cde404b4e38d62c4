/** Builder of casts that stay within the bounds of the new type. Mirrors `saturate_cast`, python/ops/math_ops.py. */
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { asDType, type DType, type DTypeLike, float32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { rounderOf } from "../tensor/rounding.ts";
import { cast } from "./cast.ts";
import { mathDefs } from "./math.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";

const greatestFloats: Readonly<Record<string, number>> = {
  float16: 65504,
  bfloat16: 3.3895313892515355e38,
  float32: 3.4028234663852886e38,
  float64: Number.MAX_VALUE,
};

/** The least and the greatest number of a type: bigints of integers. */
export function boundsOf(dtype: DType): readonly [number | bigint, number | bigint] {
  if (dtype.isFloating) {
    const most = greatestFloats[dtype.baseName] as number;
    return [-most, most];
  }
  const bits = BigInt(8 * dtype.size);
  if (dtype.baseName.startsWith("u")) return [0n, 2n ** bits - 1n];
  return [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
}

/** The bound of a result as a number of the operand's type, which lies within the bound. */
function within(bound: number | bigint, own: number | bigint, isLess: boolean, dtype: DType): number | bigint {
  const inner = (isLess ? bound < own : bound > own) ? own : bound;
  if (!dtype.isFloating) return inner;
  const rounded = rounderOf(dtype)(Number(inner));
  const isOutside = isLess ? rounded < bound : rounded > bound;
  return isOutside ? inward(rounded, dtype) : rounded;
}

/** The next number of the type towards 0. */
function inward(x: number, dtype: DType): number {
  const view = new DataView(new ArrayBuffer(8));
  if (dtype.size === 8) {
    view.setFloat64(0, x);
    view.setBigInt64(0, view.getBigInt64(0) - 1n);
    return view.getFloat64(0);
  }
  view.setFloat32(0, x);
  // A bfloat16 is the upper half of a float32; float16 ends before any integer type does.
  view.setUint32(0, view.getUint32(0) - (dtype === float32 ? 1 : 0x1_0000));
  return view.getFloat32(0);
}

/**
 * The value as another type; what lies beyond its bounds becomes the bound.
 *
 * Shapes: any → the same. Dtypes: real numbers to real numbers.
 *
 * @see TensorFlow `saturate_cast`, python/ops/math_ops.py; `ClipByValue`, core/ops/math_ops.cc
 * @example
 * session.runSync(saturateCast(constant([-5, 300]), "uint8")).toArray(); // [0, 255]
 */
export function saturateCast(value: TensorLike, dtype: DTypeLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "saturate_cast", [value], (scope) => {
    const given = convertToTensor(value, { name: "value" });
    const wanted = asDType(dtype);
    const [own, other] = [boundsOf(given.dtype), boundsOf(wanted)];
    const bound = (number: number | bigint): Tensor =>
      convertToTensor(ndarray(given.dtype.isBig ? BigInt(number) : Number(number), given.dtype));
    const least = bound(within(other[0], own[0], true, given.dtype));
    const most = bound(within(other[1], own[1], false, given.dtype));
    const clamped = applyOp1(mathDefs.ClipByValue, [given, least, most], {}, "clamp");
    return cast(clamped, wanted, { name: scope });
  });
}
