/**
 * Conversion of elements from one dtype to another, as C++ does it on x86 processors. Not of literals: `ndarray` refuses what does not fit.
 * Mirrors core/kernels/cast_op_impl.h.
 */
import { UnimplementedError } from "../base/errors.ts";
import { allocate, type DataArray, type DType, float32, float64 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { cppTypeName } from "./checks.ts";
import { type Bigs, isHalf, type Numbers, narrowed, widened, wideStorage } from "./elementwise.ts";

/** 2^63: one above the greatest int64. */
const INT64_BOUND = 2 ** 63;
/** The least int64, which processors give for what does not fit. */
const INT64_INDEFINITE = -(2n ** 63n);
/** The least int32, likewise. */
const INT32_INDEFINITE = -(2 ** 31);
/** Integers below are exact doubles. */
const EXACT_BOUND = 2n ** 53n;

/**
 * The elements in another dtype; the value itself when it has that dtype.
 *
 * Floats lose their fraction on the way to integers. What does not fit has no defined result in C++; here it is that of a
 * processor's scalar instruction: the least int32 (int64 for wider and unsigned 32-bit targets), of which narrow targets keep the low bits.
 * @throws {UnimplementedError} for strings and other dtypes that are no numbers.
 */
export function castElements(x: NDArray, target: DType): NDArray {
  const source = x.dtype;
  if (source === target) return x;
  if (!isCastable(source) || !isCastable(target)) {
    throw new UnimplementedError(`Cast ${cppTypeName(source)} to ${cppTypeName(target)} is not supported`, {
      source,
      target,
    });
  }
  if (source.isComplex || target.isComplex) return castComplex(x, target);
  const out = wideStorage(target, x.size);
  if (source.isBig) fromBigs(x.data as Bigs, out, target);
  else fromNumbers(widened(x) as Numbers, out, source, target);
  return narrowed(target, x.shape, out);
}

function isCastable(dtype: DType): boolean {
  return dtype.isFloating || dtype.isInteger || dtype.isBool || dtype.isComplex;
}

function fromNumbers(values: Numbers, out: DataArray, source: DType, target: DType): void {
  if (target.isBig) {
    toBigs(values, out as Bigs, source.isFloating);
    return;
  }
  const to = out as Numbers;
  if (target.isBool) {
    for (let i = 0; i < values.length; i += 1) to[i] = values[i] === 0 ? 0 : 1;
  } else if (source.isFloating && target.isInteger) {
    const convert = target.baseName === "uint32" ? toLowWord : toInt32;
    for (let i = 0; i < values.length; i += 1) to[i] = convert(values[i] as number);
  } else {
    // Floats round and integers wrap when they are stored; half precisions are float32 until they are narrowed.
    to.set(values);
  }
}

/** `cvttss2si` with a 32-bit result. */
function toInt32(x: number): number {
  return x > -2147483649 && x < 2147483648 ? Math.trunc(x) : INT32_INDEFINITE;
}

/** The low 32 bits of `cvttss2si` with a 64-bit result. */
function toLowWord(x: number): number {
  return x >= -INT64_BOUND && x < INT64_BOUND ? Math.trunc(x) % 2 ** 32 : 0;
}

function toBigs(values: Numbers, out: Bigs, isFloating: boolean): void {
  const isUnsigned = (out as unknown) instanceof BigUint64Array;
  for (let i = 0; i < values.length; i += 1) {
    const x = values[i] as number;
    const fits = !isFloating || (x >= -INT64_BOUND && x < (isUnsigned ? 2 * INT64_BOUND : INT64_BOUND));
    out[i] = fits ? BigInt(Math.trunc(x)) : INT64_INDEFINITE;
  }
}

function fromBigs(values: Bigs, out: DataArray, target: DType): void {
  if (target.isBig) {
    (out as Bigs).set(values);
    return;
  }
  const to = out as Numbers;
  const isShort = target.baseName === "float32" || isHalf(target);
  for (let i = 0; i < values.length; i += 1) {
    const x = values[i] as bigint;
    if (target.isBool) to[i] = x === 0n ? 0 : 1;
    else if (target.isInteger) to[i] = Number(BigInt.asIntN(32, x));
    else to[i] = isShort ? nearFloat32(x) : Number(x);
  }
}

/** A double that rounds to the float32 next to x: bits that do not fit into a double are kept as one sticky bit. */
function nearFloat32(x: bigint): number {
  const magnitude = x < 0n ? -x : x;
  if (magnitude < EXACT_BOUND) return Number(x);
  const sticky = (magnitude & 0x7ffn) === 0n ? 0n : 1n;
  const near = Number((magnitude >> 11n) | sticky) * 2048;
  return x < 0n ? -near : near;
}

/** Complex numbers lose their imaginary part, and get one of 0. */
function castComplex(x: NDArray, target: DType): NDArray {
  const parts = x.data as Numbers;
  if (x.dtype.isComplex && target.isComplex) {
    const out = allocate(target, x.size) as Numbers;
    out.set(parts);
    return new NDArray(target, x.shape, out);
  }
  if (x.dtype.isComplex) {
    const real = Float64Array.from({ length: x.size }, (_, i) => parts[2 * i] as number);
    const { dtype } = x;
    const source = new NDArray(
      realPart(dtype),
      x.shape,
      dtype.baseName === "complex64" ? Float32Array.from(real) : real,
    );
    return castElements(source, target);
  }
  const real = castElements(x, realPart(target)).data as Numbers;
  const out = allocate(target, x.size) as Numbers;
  for (let i = 0; i < x.size; i += 1) out[2 * i] = real[i] as number;
  return new NDArray(target, x.shape, out);
}

function realPart(dtype: DType): DType {
  return dtype.baseName === "complex64" ? float32 : float64;
}
