import { testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { placeholder } from "./array.ts";
import {
  besselI0e,
  besselI1e,
  betainc,
  digamma,
  erfinv,
  igamma,
  igammac,
  lgamma,
  ndtri,
  polygamma,
  zeta,
} from "./special.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor {
  return placeholder(dtype, shape);
}

testFamily("special", {
  builders: () => {
    const [x, y, z] = [p([2, null]), p([2, 1]), p([2, 1])];
    return [
      ...[lgamma, digamma, erfinv, ndtri, besselI0e, besselI1e].map((f) => f(x)),
      ...[igamma, igammac, zeta, polygamma].map((f) => f(x, y)),
      betainc(x, y, z),
      erfinv([0.5], { name: "e" }),
      lgamma([1.5], { name: "l" }),
      igamma(x, 2.5),
      zeta(2.5, x, { name: "z" }),
    ];
  },
  "of-integers": () => lgamma(p([2], "int32")),
  "zeta-of-halves": () => zeta(p([2], "float16"), p([2], "float16")),
});
