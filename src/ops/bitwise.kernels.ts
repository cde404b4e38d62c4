/** Kernels of the ops on the bits of integers. Mirrors core/kernels/cwise_ops.h. */
import { type Bigs, binary, type Loop, loopOf, passOf, unary } from "../kernels/elementwise.ts";
import type { KernelContext } from "../kernels/rule.ts";
import { kernelsFor } from "../kernels/rule.ts";
import type { DType } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { bitwiseDefs } from "./bitwise.defs.ts";

const ints = (rule: (a: number, b: number) => number): Loop => loopOf(rule);
const bigs = (rule: (a: bigint, b: bigint) => bigint): Loop<Bigs, Bigs> => loopOf(rule);

/** How far bits move: at least 0 and less than the dtype has, as TensorFlow limits it. */
function limited(y: number, bits: number): number {
  return y < 0 ? 0 : y >= bits ? bits - 1 : y;
}

type Binary = (inputs: readonly [NDArray, NDArray], attrs: unknown, context: KernelContext) => NDArray;

/** Shifts need the number of bits, which differs by dtype. */
function shift(rule: (x: number, y: number) => number, big: (x: bigint, y: bigint) => bigint): Binary {
  const forBits = (bits: number): Binary =>
    binary({
      int: ints((x, y) => rule(x, limited(y, bits))),
      big: bigs((x, y) => big(x, BigInt(limited(Number(y), bits)))),
    });
  const kernels = new Map([8, 16, 32, 64].map((bits) => [bits, forBits(bits)]));
  const ofDType = (dtype: DType): Binary => kernels.get(8 * dtype.size) as Binary;
  return (inputs, attrs, context) => ofDType(inputs[0].dtype)(inputs, attrs, context);
}

/** The kernels of this family. */
export const bitwiseKernels = kernelsFor<typeof bitwiseDefs>()({
  BitwiseAnd: binary({ int: ints((a, b) => a & b), big: bigs((a, b) => a & b) }),
  BitwiseOr: binary({ int: ints((a, b) => a | b), big: bigs((a, b) => a | b) }),
  BitwiseXor: binary({ int: ints((a, b) => a ^ b), big: bigs((a, b) => a ^ b) }),
  LeftShift: shift(
    (x, y) => x << y,
    (x, y) => x << y,
  ),
  // Division rounds down as a shift does, also for uint32, which JavaScript's shifts would read as negative.
  RightShift: shift(
    (x, y) => Math.floor(x / 2 ** y),
    (x, y) => x >> y,
  ),
  Invert: unary({ int: passOf((x: number) => ~x), big: passOf((x: bigint) => ~x) }),
});
