import { describe } from "vitest";
import { testFamily, testPrograms } from "../../test/array-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { placeholder } from "./array.ts";
import { padDefs } from "./pad.defs.ts";
import { padKernels } from "./pad.kernels.ts";
import { pad } from "./pad.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor {
  return placeholder(dtype, shape);
}

function scalar(): Tensor {
  return p([], "int32");
}

describe("the ops of the pad family", () => testFamily("pad", padDefs, padKernels as never));

describe("the builders of the pad family", () =>
  testPrograms("pad", {
    pads: () => {
      const x = p([2, null]);
      const all = [
        [1, 1],
        [2, 2],
      ];
      return [
        pad(x, [
          [1, 2],
          [0, 1],
        ]),
        pad(x, all, { mode: "REFLECT" }),
        pad(x, all, { mode: "symmetric", name: "m" }),
        pad(x, all, { constantValues: 3 }),
        pad(x, [
          [1, 1],
          [scalar(), 0],
        ]),
        pad(p([2]), [[scalar(), 0]]),
        pad(x, p([2, 2], "int32")),
        pad(x, all, { constantValues: 0, name: "z" }),
        pad([1], [[1, 1]]),
        pad(p(), [[1, 1]]),
        pad(p([2], "string"), [[1, 0]], { constantValues: "x" }),
        pad(p([2, 3]), [p([2], "int32"), [1, 1]]),
      ];
    },
    "in-unknown-mode": () => pad(p([2]), [[1, 1]], { mode: "WRAP" }),
    "below-zero": () => pad(p([2]), [[-1, 1]]),
  }));
