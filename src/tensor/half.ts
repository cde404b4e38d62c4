/**
 * The two 16-bit floating-point formats as bits in a `number`. Not arithmetic on them: kernels compute in wider types.
 *
 * Mirrors Eigen's `half` and `bfloat16` (Eigen/src/Core/arch/Default), as NumPy and TensorFlow convert.
 */

const float64 = new Float64Array(1);
/** The two words of `float64`, low word first. */
const words64 = new Uint32Array(float64.buffer);
const float32 = new Float32Array(1);
const word32 = new Uint32Array(float32.buffer);

/** 2^24: the smallest subnormal of float16 is its inverse. */
const FLOAT16_SUBNORMAL_SCALE = 2 ** 24;
/** 2^52: adding and subtracting it rounds a small double to an integer, ties to even. */
const INTEGER_ROUNDER = 2 ** 52;
/** 2^112: moves the exponent of float16 (bias 15) to that of float32 (bias 127). */
const FLOAT16_EXPONENT_SHIFT = 2 ** 112;

/** The bits of the float16 next to `x`, ties to even, in one rounding from the double. */
export function toFloat16(x: number): number {
  float64[0] = x;
  const high = words64[1] as number;
  const sign = (high >>> 16) & 0x8000;
  const exponent = ((high >>> 20) & 0x7ff) - 1023;
  if (exponent > 15) return sign | (x !== x ? 0x7e00 : 0x7c00);
  if (exponent < -14) {
    return sign | (Math.abs(x) * FLOAT16_SUBNORMAL_SCALE + INTEGER_ROUNDER - INTEGER_ROUNDER);
  }
  const bits = ((exponent + 15) << 10) | ((high >>> 10) & 0x3ff);
  const rest = high & 0x3ff;
  const roundsUp = rest > 0x200 || (rest === 0x200 && (words64[0] !== 0 || (bits & 1) === 1));
  // A carry runs into the exponent, and from the largest finite value to infinity, as it should.
  return sign | (roundsUp ? bits + 1 : bits);
}

/** The value of the float16 with these bits. */
export function fromFloat16(bits: number): number {
  word32[0] = (bits & 0x7fff) << 13;
  let magnitude = (float32[0] as number) * FLOAT16_EXPONENT_SHIFT;
  if (magnitude >= 65536) magnitude = (bits & 0x3ff) === 0 ? Infinity : NaN;
  return bits & 0x8000 ? -magnitude : magnitude;
}

/** The bits of the bfloat16 next to `x` seen as a float32, ties to even. */
export function toBfloat16(x: number): number {
  float32[0] = x;
  const word = word32[0] as number;
  if (x !== x) return ((word >>> 16) & 0x8000) | 0x7fc0;
  return (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
}

/** The value of the bfloat16 with these bits. */
export function fromBfloat16(bits: number): number {
  word32[0] = bits << 16;
  return float32[0] as number;
}
