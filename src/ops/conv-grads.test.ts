import { type Programs, testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import { placeholder } from "./array.ts";
import {
  conv2dBackpropFilter,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
  depthwiseConv2dNativeBackpropFilter,
  depthwiseConv2dNativeBackpropInput,
} from "./conv-grads.ts";

const p = (shape: readonly (number | null)[] | null = null, dtype: DTypeName = "float32"): Tensor =>
  placeholder(dtype, shape);
const ones = [1, 1, 1, 1];
const explicit = [
  [0, 0],
  [1, 1],
  [1, 1],
  [0, 0],
];

const programs: Programs = {
  "backprop-filter": () => {
    const [x, y] = [p([1, 8, 8, 2]), p([1, 4, 4, 3])];
    const first = conv2dBackpropFilter(x, [3, 3, 2, 3], y, { strides: [1, 2, 2, 1], padding: "SAME" });
    const options = { strides: ones, padding: explicit, useCudnnOnGpu: false, name: "b" };
    return [first, conv2dBackpropFilter(x, p([4], "int32"), p(), options)];
  },
  depthwise: () => {
    const [x, w, y] = [p([1, 8, 8, 2]), p([3, 3, 2, 3]), p([1, 4, 4, 6])];
    const same = { strides: [1, 2, 2, 1], padding: "SAME" };
    return [
      depthwiseConv2dNativeBackpropInput([1, 8, 8, 2], w, y, same),
      depthwiseConv2dBackpropFilter(x, [3, 3, 2, 3], y, { ...same, name: "f" }),
      depthwiseConv2dBackpropInput(p([4], "int32"), p(), p(), {
        strides: ones,
        padding: "VALID",
        dataFormat: "NCHW",
        dilations: [1, 1, 2, 2],
      }),
      depthwiseConv2dNativeBackpropFilter(p(), p([4], "int32"), p(), { strides: ones, padding: explicit }),
    ];
  },
};

testFamily("conv_grads", programs);
