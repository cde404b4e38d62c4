import { testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { placeholder } from "./array.ts";
import { dilation2d, erosion2d } from "./morphology.ts";

function p(shape: ShapeLike = null): Tensor {
  return placeholder("float32", shape);
}

const ones = [1, 1, 1, 1];
const first = { strides: ones, rates: [1, 2, 1, 1], padding: "SAME" };
const second = { strides: [1, 2, 2, 1], rates: ones, padding: "VALID" };

testFamily("morphology", {
  dilations: () => {
    const [x, k] = [p([2, 5, 6, 3]), p([2, 3, 3])];
    return [dilation2d(x, k, first), dilation2d(p(), p(), { ...second, name: "d" })];
  },
  erosions: () => {
    const [x, k] = [p([2, 5, 6, 3]), p([2, 3, 3])];
    return [erosion2d(x, k, first), erosion2d(p(), p(), { ...second, name: "e" })];
  },
  "dilation-of-other-channels": () => dilation2d(p([2, 5, 6, 3]), p([2, 3, 4]), { ...first, rates: ones }),
});
