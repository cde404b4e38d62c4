/** Arithmetic of complex numbers, which lie as pairs in arrays of real ones. Everything is computed in doubles. */
import type { Loop, Numbers, Pass } from "./elementwise.ts";

/** Puts a result at a place. */
type Put = (re: number, im: number) => void;

/** A loop over pairs; offsets and steps count numbers, not parts. */
function complexLoop(rule: (a: number, b: number, c: number, d: number, put: Put) => void): Loop {
  return (out, o, count, x, p, xStep, y, q, yStep) => {
    let at = 2 * o;
    const put: Put = (re, im) => {
      out[at] = re;
      out[at + 1] = im;
    };
    for (let i = 0; i < count; i += 1, at += 2) {
      const [left, right] = [2 * (p + i * xStep), 2 * (q + i * yStep)];
      rule(x[left] as number, x[left + 1] as number, y[right] as number, y[right + 1] as number, put);
    }
  };
}

function complexPass(rule: (re: number, im: number, put: Put) => void): Pass {
  return (out, x, count) => {
    let at = 0;
    const put: Put = (re, im) => {
      out[at] = re;
      out[at + 1] = im;
    };
    for (; at < 2 * count; at += 2) rule(x[at] as number, x[at + 1] as number, put);
  };
}

/** What a divisor is multiplied by, so that its square neither overflows nor vanishes: a power of 2. */
function scaleOf(c: number, d: number): number {
  const largest = Math.max(Math.abs(c), Math.abs(d));
  const scale = largest > 0 && largest < Infinity ? 2 ** -Math.floor(Math.log2(largest)) : 1;
  return scale > 0 && scale < Infinity ? scale : 1;
}

function divide(a: number, b: number, c: number, d: number, put: Put): void {
  const scale = scaleOf(c, d);
  const [u, v] = [c * scale, d * scale];
  const norm = u * u + v * v;
  const [re, im] = [((a * u + b * v) / norm) * scale, ((b * u - a * v) / norm) * scale];
  if (Number.isNaN(re) && Number.isNaN(im)) divideSpecial([a, b], [c, d], put);
  else put(re, im);
}

type Pair = readonly [number, number];

/** As C does: infinite numbers and divisions by 0 give infinity, and divisions by infinity 0, where the formula gives NaN twice. */
function divideSpecial([a, b]: Pair, [c, d]: Pair, put: Put): void {
  if (c === 0 && d === 0 && !(Number.isNaN(a) && Number.isNaN(b))) {
    const infinity = Object.is(c, -0) ? -Infinity : Infinity;
    put(infinity * a, infinity * b);
  } else if (hasInfinity(a, b) && Number.isFinite(c) && Number.isFinite(d)) {
    const [x, y] = [sideOf(a), sideOf(b)];
    put(Infinity * (x * c + y * d), Infinity * (y * c - x * d));
  } else if (hasInfinity(c, d) && Number.isFinite(a) && Number.isFinite(b)) {
    const [x, y] = [sideOf(c), sideOf(d)];
    put(zeroLike(a * x + b * y), zeroLike(b * x - a * y));
  } else put(Number.NaN, Number.NaN);
}

function hasInfinity(a: number, b: number): boolean {
  return Math.abs(a) === Infinity || Math.abs(b) === Infinity;
}

function zeroLike(x: number): number {
  return x < 0 || Object.is(x, -0) ? -0 : 0;
}

/** 1 or -1 for what is infinite, and a zero of the same sign for what is not. */
function sideOf(x: number): number {
  const size = Math.abs(x) === Infinity ? 1 : 0;
  return x < 0 || Object.is(x, -0) ? -size : size;
}

/** Loops of two operands. */
export const complexLoops = {
  add: complexLoop((a, b, c, d, put) => put(a + c, b + d)),
  sub: complexLoop((a, b, c, d, put) => put(a - c, b - d)),
  mul: complexLoop((a, b, c, d, put) => put(a * c - b * d, a * d + b * c)),
  div: complexLoop(divide),
  /** 0 for what is divided by 0. */
  divNoNan: complexLoop((a, b, c, d, put) => (c === 0 && d === 0 ? put(0, 0) : divide(a, b, c, d, put))),
  /** 0 for what is multiplied by 0. */
  mulNoNan: complexLoop((a, b, c, d, put) => (c === 0 && d === 0 ? put(0, 0) : put(a * c - b * d, a * d + b * c))),
};

/** Passes of one operand. */
export const complexPasses = {
  neg: complexPass((re, im, put) => put(-re, -im)),
  square: complexPass((re, im, put) => put(re * re - im * im, 2 * re * im)),
  reciprocal: complexPass((re, im, put) => divide(1, 0, re, im, put)),
  exp: complexPass((re, im, put) => {
    const size = Math.exp(re);
    put(size * Math.cos(im), im === 0 ? im : size * Math.sin(im));
  }),
};

/** Multiplies the number at `to` by the one at `from` of `data`. */
export function multiplyInto(into: Numbers, to: number, data: Numbers, from: number): void {
  const [a, b] = [into[2 * to] as number, into[2 * to + 1] as number];
  const [c, d] = [data[2 * from] as number, data[2 * from + 1] as number];
  into[2 * to] = a * c - b * d;
  into[2 * to + 1] = a * d + b * c;
}
