import { type Programs, testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import { placeholder } from "./array.ts";
import { conv3dBackpropFilter, conv3dBackpropFilterV2 } from "./volume-grads.ts";

const p = (shape: readonly (number | null)[] | null = null, dtype: DTypeName = "float32"): Tensor =>
  placeholder(dtype, shape);

const programs: Programs = {
  "backprop-filter": () => {
    const [x, y] = [p([1, 4, 4, 4, 2]), p([1, 2, 2, 2, 3])];
    const options = { strides: [1, 1, 1, 1, 1], padding: "VALID", dataFormat: "NCDHW", name: "f" } as const;
    return [
      conv3dBackpropFilter(x, [3, 3, 3, 2, 3], y, { strides: [1, 2, 2, 2, 1], padding: "SAME" }),
      conv3dBackpropFilterV2(p(), p([5], "int32"), p(), { ...options, dilations: [1, 1, 1, 1, 1] }),
    ];
  },
};

testFamily("volume_grads", programs);
