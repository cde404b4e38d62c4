/** Kernels of the ops that make values or pass them on. Mirrors core/kernels/{identity,constant,check_numerics,where,bitcast}_op.cc and kernels of shape_ops.cc. */
import { checkedDims, require, shapeText } from "../kernels/checks.ts";
import { byExecutor, kernelsFor } from "../kernels/rule.ts";
import { emptyArray, fillWith } from "../kernels/strided-copy.ts";
import { type DType, int64 } from "../tensor/dtype.ts";
import { fromBfloat16, fromFloat16 } from "../tensor/half.ts";
import { NDArray, ndarray } from "../tensor/ndarray.ts";
import type { arrayDefs } from "./array.defs.ts";

function pass([input]: readonly [NDArray]): NDArray {
  return input;
}

/** A function that says whether the element at an index is not zero. */
function truthOf({ data, dtype }: NDArray): (index: number) => boolean {
  const array = data as Float64Array;
  if (dtype.isBig) return (i) => (data as BigInt64Array)[i] !== 0n;
  if (dtype.isComplex) return (i) => array[2 * i] !== 0 || array[2 * i + 1] !== 0;
  // The sign of a half precision zero is its highest bit.
  if (dtype.size === 2 && dtype.isFloating) return (i) => ((array[i] as number) & 0x7fff) !== 0;
  return (i) => array[i] !== 0;
}

function where(input: NDArray): NDArray {
  const { shape } = input;
  require(shape.length >= 1 && shape.length <= 8, () => `WhereOp : Unhandled input dimensions: ${shape.length}`, {
    shape,
  });
  const isTrue = truthOf(input);
  const found: number[] = [];
  for (let i = 0, n = input.size; i < n; i += 1) if (isTrue(i)) found.push(i);
  const rank = shape.length;
  const out = new BigInt64Array(found.length * rank);
  for (let axis = rank - 1; axis >= 0; axis -= 1) {
    const d = shape[axis] as number;
    const indices = Array.from({ length: d }, (_, k) => BigInt(k));
    for (let row = 0; row < found.length; row += 1) {
      const rest = found[row] as number;
      const outer = Math.floor(rest / d);
      out[row * rank + axis] = indices[rest - outer * d] as bigint;
      found[row] = outer;
    }
  }
  return new NDArray(int64, [found.length, rank], out);
}

/** Which of the values that a loss must not have are there. */
function abnormal(input: NDArray): string | null {
  const array = input.data as Float64Array;
  const read =
    input.dtype.baseName === "float16" ? fromFloat16 : input.dtype.baseName === "bfloat16" ? fromBfloat16 : null;
  let [hasNan, hasInf] = [false, false];
  for (let i = 0; i < array.length; i += 1) {
    const x = read === null ? (array[i] as number) : read(array[i] as number);
    if (x !== x) hasNan = true;
    else if (x === Infinity || x === -Infinity) hasInf = true;
  }
  if (hasNan && hasInf) return "Inf and NaN";
  return hasInf ? "Inf" : hasNan ? "NaN" : null;
}

function bitcast(input: NDArray, type: DType): NDArray {
  const { shape, dtype } = input;
  const from = dtype.size;
  const to = type.size;
  const ratio = to / from;
  require(from >= to || shape.at(-1) === ratio, () => `Cannot bitcast from ${dtype.number} to ${type.number}`, {
    shape,
    from: dtype,
    to: type,
  });
  const dims = from === to ? shape : from > to ? [...shape, from / to] : shape.slice(0, -1);
  const source = input.data as Uint8Array;
  const out = emptyArray(type, dims);
  const target = out.data as Uint8Array;
  new Uint8Array(target.buffer).set(new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
  return out;
}

function fitsShape(shape: readonly number[], wanted: readonly (number | null)[] | null): boolean {
  return wanted === null || (shape.length === wanted.length && wanted.every((d, i) => d === null || d === shape[i]));
}

/** The kernels of this family. */
export const arrayKernels = kernelsFor<typeof arrayDefs>()({
  Const: (_, { value }) => value,
  Placeholder: byExecutor,
  PlaceholderV2: byExecutor,
  PlaceholderWithDefault: pass,
  Identity: pass,
  IdentityN: ([inputs]) => inputs,
  StopGradient: pass,
  PreventGradient: pass,
  CheckNumerics: ([input], { message }) => {
    const found = abnormal(input);
    require(found === null, () => `${message} : Tensor had ${found} values`.trimStart(), { message });
    return input;
  },
  EnsureShape: ([input], { shape }, { node }) => {
    const name = (node.inputs?.[0]?.name ?? node.name).replace(/:0$/, "");
    const text = `Shape of tensor ${name} ${shapeText(input.shape)} is not compatible with expected shape ${shape.toBrackets()}.`;
    require(fitsShape(input.shape, shape.dims), () => text, { shape: input.shape, expected: shape });
    return input;
  },
  ZerosLike: ([x]) => emptyArray(x.dtype, x.shape),
  OnesLike: ([x]) => {
    const out = emptyArray(x.dtype, x.shape);
    fillWith(out, x.dtype.isBool ? ndarray(true) : ndarray(1, x.dtype));
    return out;
  },
  Fill: ([dims, value]) => {
    require(dims.rank <= 1, () => `dims must represent a vector, got shape ${shapeText(dims.shape)}`, { dims });
    require(value.rank === 0 || (value.rank === 1 && value.size === 1), () =>
      `value must represent a scalar, got shape ${shapeText(value.shape)}`, { value });
    const out = emptyArray(value.dtype, checkedDims(dims));
    fillWith(out, value);
    return out;
  },
  Bitcast: ([input], { type }) => bitcast(input, type),
  Where: ([input]) => where(input),
});
