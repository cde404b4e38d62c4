/** How complex numbers and their parts are differentiated. Mirrors python/ops/math_grad.py. */
import { reduceToOperands } from "../gradients/broadcast.ts";
import { after, negated, times } from "../gradients/operators.ts";
import { gradientRules } from "../gradients/rule.ts";
import { constant, zerosLike } from "./array.ts";
import type { complexDefs } from "./complex.defs.ts";
import { complex, conj, imag, real } from "./complex.ts";
import { divNoNan } from "./division.ts";
import { reciprocal } from "./elementary.ts";

export const complexGradients = gradientRules<typeof complexDefs>()({
  Complex: ({ inputs: [x, y] }, grad) => {
    const byX = real(grad);
    return reduceToOperands(x, y, byX, imag(grad));
  },
  Real: (_, grad) => complex(grad, constant(0, { dtype: grad.dtype })),
  Imag: (_, grad) => complex(constant(0, { dtype: grad.dtype }), grad),
  Conj: (_, grad) => conj(grad),
  // d|x| = x/|x| dx, and 0 at 0.
  ComplexAbs: ({ inputs: [x], output }, grad) => {
    const along = times(complex(grad, zerosLike(grad)), x);
    return divNoNan(along, complex(output, zerosLike(output)));
  },
  // -dx / (Im x + i Re x)
  Angle: ({ inputs: [x] }, grad) =>
    after(grad, () => {
      const [re, im] = [real(x), imag(x)];
      const inverse = reciprocal(complex(im, re));
      const whole = complex(grad, constant(0, { dtype: grad.dtype }));
      return times(negated(whole), inverse);
    }),
});
