/** Activations, convolutions, pools, images. */
import { constant, type Tensor } from "namesake";
import { applyOp } from "../../src/graph/apply-op.ts";
import { ndarray } from "../../src/tensor/ndarray.ts";
import { definition } from "../op-golden.ts";
import {
  firstOrder,
  firstOutput,
  type GradientCheck,
  i,
  made,
  narrow,
  op,
  ramp,
  unary,
  unit,
  unitVolume,
  volume,
  window,
} from "./case.ts";

const ksize = [1, 2, 2, 1];

/** Where the largest elements are is told by other inputs, which stay as they are. */
function poolGradients(suffix: "" | "V2" | "3D", shape: readonly number[], attrs: object): GradientCheck[] {
  const pool = { "": "MaxPool", V2: "MaxPoolV2", "3D": "MaxPool3D" }[suffix];
  const type = suffix === "V2" ? "MaxPoolGradV2" : `${pool}Grad`;
  const sizes = suffix === "V2" ? [ndarray(ksize, "int32"), ndarray(ksize, "int32")] : [];
  const pooled = shape.map((d, axis) => (axis === 0 || axis === shape.length - 1 ? d : d / 2));
  const build =
    (op: string) =>
    (grad: Tensor): Tensor => {
      const x = constant(ndarray(ramp(shape), grad.dtype));
      const y = applyOp(definition(pool), [x, ...sizes] as never, attrs as never).output(0);
      return applyOp(definition(op), [x, y, grad, ...sizes] as never, attrs as never).output(0);
    };
  const again = type.replace("Grad", "GradGrad");
  return [
    made(type, [ramp(pooled)], build(type)),
    // TensorFlow has no rule for the gradient's gradient of MaxPoolV2.
    ...(suffix === "V2" ? [] : [made(again, [ramp(shape)], build(again))]),
  ].map((one) => (suffix === "3D" ? narrow(one) : one));
}

export const networks: readonly GradientCheck[] = [
  ...unary(0.4, "Relu", "Relu6", "LeakyRelu", "Elu", "Selu", "Softplus"),
  op("Softsign", [[0.4, -0.7]], {}, 1),
  op("Softmax", [[[0.4, -0.7]]]),
  op("LogSoftmax", [[[0.4, -0.7]]]),
  firstOrder(firstOutput(op("SoftmaxCrossEntropyWithLogits", [[[0.4, -0.7]], [[0.25, 0.75]]]))),
  firstOutput(op("SparseSoftmaxCrossEntropyWithLogits", [[[0.4, -0.7]], i([1])])),
  op("L2Loss", [[0.4, -0.7]]),
  op("BiasAdd", [[[0.4, -0.7]], [1, 2]]),
  op("BiasAddV1", [[[0.4, -0.7]], [1, 2]]),
  op("BiasAddGrad", [[[0.4, -0.7]]]),
  op("TopKV2", [[0.4, -0.7, 2], i(2)]),
  ...["ReluGrad", "Relu6Grad", "LeakyReluGrad", "EluGrad", "SeluGrad", "SoftplusGrad"].map((type) =>
    op(type, [
      [1.2, -0.5],
      [0.4, 0.7],
    ]),
  ),
  op("Conv2D", [ramp([1, 3, 3, 1]), ramp([2, 2, 1, 2])], unit),
  op("Conv2DBackpropInput", [i([1, 3, 3, 1]), ramp([2, 2, 1, 2]), ramp([1, 3, 3, 2])], unit),
  op("Conv2DBackpropFilter", [ramp([1, 3, 3, 1]), i([2, 2, 1, 2]), ramp([1, 3, 3, 2])], unit),
  op("DepthwiseConv2dNative", [ramp([1, 3, 3, 1]), ramp([2, 2, 1, 2])], unit),
  op("DepthwiseConv2dNativeBackpropInput", [i([1, 3, 3, 1]), ramp([2, 2, 1, 2]), ramp([1, 3, 3, 2])], unit),
  op("DepthwiseConv2dNativeBackpropFilter", [ramp([1, 3, 3, 1]), i([2, 2, 1, 2]), ramp([1, 3, 3, 2])], unit),
  op("Conv3D", [ramp([1, 2, 2, 2, 1]), ramp([2, 1, 2, 1, 1])], unitVolume),
  op("Conv3DBackpropInputV2", [i([1, 2, 2, 2, 1]), ramp([2, 1, 2, 1, 1]), ramp([1, 2, 2, 2, 1])], unitVolume),
  op("Conv3DBackpropFilterV2", [ramp([1, 2, 2, 2, 1]), i([2, 1, 2, 1, 1]), ramp([1, 2, 2, 2, 1])], unitVolume),
  op("MaxPool", [ramp([1, 4, 4, 1])], window),
  op("MaxPoolV2", [ramp([1, 4, 4, 1]), i([1, 2, 2, 1]), i([1, 2, 2, 1])], { padding: "VALID" }),
  op("MaxPoolWithArgmax", [ramp([1, 4, 4, 1])], window, 1),
  ...poolGradients("", [1, 4, 4, 1], window),
  ...poolGradients("V2", [1, 4, 4, 1], { padding: "VALID" }),
  ...poolGradients("3D", [1, 2, 2, 4, 1], volume),
  op("AvgPool", [ramp([1, 4, 4, 1])], window),
  op("AvgPoolGrad", [i([1, 4, 4, 1]), ramp([1, 2, 2, 1])], window),
  narrow(op("MaxPool3D", [ramp([1, 2, 2, 4, 1])], volume)),
  op("AvgPool3D", [ramp([1, 2, 2, 4, 1])], volume),
  op("AvgPool3DGrad", [i([1, 2, 2, 4, 1]), ramp([1, 1, 1, 2, 1])], volume),
  op(
    "Dilation2D",
    [ramp([1, 4, 4, 1]), ramp([2, 2, 1], 0.1, 0.05)],
    { strides: [1, 1, 1, 1], rates: [1, 1, 1, 1], padding: "VALID" },
    1,
  ),
  op("ResizeNearestNeighbor", [ramp([1, 2, 2, 1]), i([3, 4])], {}, 1),
  op(
    "RGBToHSV",
    [
      [
        [0.5, 0.25, 0.75],
        [0.9, 0.3, 0.1],
      ],
    ],
    {},
    1,
  ),
];
