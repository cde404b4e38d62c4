/** Kernels of the ops that put complex numbers together and take them apart. Mirrors core/kernels/cwise_op_complex.cc and its neighbours. */
import { UnimplementedError } from "../base/errors.ts";
import { countOf, type Numbers, planBroadcast, runPlan } from "../kernels/elementwise.ts";
import { type KernelContext, kernelsFor } from "../kernels/rule.ts";
import { allocate, complex64, complex128, type DType, float32, float64 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import type { complexDefs } from "./complex.defs.ts";

/** TensorFlow pairs float32 with complex64 and float64 with complex128, and has no kernel for other pairs. */
function checkPair(real: DType, complex: DType, { node }: KernelContext): void {
  if ((real === float32 && complex === complex64) || (real === float64 && complex === complex128)) return;
  throw new UnimplementedError(`${node.type} is not implemented for ${real.name} with ${complex.name}`, {
    node: node.name,
    real,
    complex,
  });
}

function complex(
  [real, imag]: readonly [NDArray, NDArray],
  { Tout }: { readonly Tout: DType },
  context: KernelContext,
): NDArray {
  checkPair(real.dtype, Tout, context);
  const plan = planBroadcast(real.shape, imag.shape);
  const out = allocate(Tout, countOf(plan.shape)) as Numbers;
  runPlan<Numbers, Numbers>(
    plan,
    (to, o, count, a, p, aStep, b, q, bStep) => {
      for (let i = 0; i < count; i += 1) {
        to[2 * (o + i)] = a[p + i * aStep] as number;
        to[2 * (o + i) + 1] = b[q + i * bStep] as number;
      }
    },
    out,
    real.data as Numbers,
    imag.data as Numbers,
  );
  return new NDArray(Tout, plan.shape, out);
}

/** One real number of each complex one. */
function part(rule: (re: number, im: number) => number) {
  return ([x]: readonly [NDArray], { Tout }: { readonly Tout: DType }, context: KernelContext): NDArray => {
    checkPair(Tout, x.dtype, context);
    const parts = x.data as Numbers;
    const out = allocate(Tout, x.size) as Numbers;
    for (let i = 0; i < out.length; i += 1) out[i] = rule(parts[2 * i] as number, parts[2 * i + 1] as number);
    return new NDArray(Tout, x.shape, out);
  };
}

function conj([x]: readonly [NDArray], _: unknown, { node }: KernelContext): NDArray {
  if (!x.dtype.isComplex)
    throw new UnimplementedError(`${node.type} is not implemented for ${x.dtype.name}`, {
      node: node.name,
      dtype: x.dtype,
    });
  const out = (x.data as Numbers).slice();
  for (let i = 1; i < out.length; i += 2) out[i] = -(out[i] as number);
  return new NDArray(x.dtype, x.shape, out);
}

/** The kernels of this family. */
export const complexKernels = kernelsFor<typeof complexDefs>()({
  Complex: complex,
  Real: part((re) => re),
  Imag: part((_, im) => im),
  Conj: conj,
  ComplexAbs: part((re, im) => Math.hypot(re, im)),
  Angle: part((re, im) => Math.atan2(im, re)),
});
