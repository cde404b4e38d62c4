/** How rows that are sorted out and joined are differentiated. Mirrors python/ops/data_flow_grad.py. */
import { type ForwardOp, type Gradient, type GradientRule, gradientRules } from "../gradients/rule.ts";
import type { Tensor } from "../graph/tensor.ts";
import { int32 } from "../tensor/dtype.ts";
import { cast } from "./cast.ts";
import type { dataFlowDefs } from "./data-flow.defs.ts";
import { dynamicPartition, parallelDynamicStitch } from "./data-flow.ts";
import { gather } from "./gather.ts";
import { IndexedSlices } from "./indexed-slices.ts";
import { range } from "./range.ts";
import { reduceProd } from "./reduce.ts";
import { unsortedSegmentSum } from "./segment.ts";
import { reshape, shape } from "./shape.ts";

type Stitch = (typeof dataFlowDefs)["DynamicStitch"];

/** Each row's gradient is that of the place where it went; a row that another one replaced gets it, too. */
const stitched: GradientRule<Stitch> = ({ inputs: [indices], output }: ForwardOp<Stitch>, grad: Gradient) => {
  const places = indices.map((one) => (one.dtype.baseDtype === int32 ? one : cast(one, int32)));
  const whole = grad instanceof IndexedSlices ? wholeOf(grad, output) : grad;
  return [indices.map(() => null), places.map((place) => gather(whole, place))];
};

function wholeOf({ values, indices }: IndexedSlices, output: Tensor): Tensor {
  return unsortedSegmentSum(values, indices, shape(output).at([0]));
}

export const dataFlowGradients = gradientRules<typeof dataFlowDefs>()({
  DynamicPartition: ({ inputs: [data, partitions], attrs: { num_partitions }, grads }) => {
    const prefix = shape(partitions);
    const places = reshape(range(reduceProd(prefix)), prefix);
    const partitioned = dynamicPartition(places, partitions, num_partitions);
    const joined = parallelDynamicStitch(partitioned, grads as readonly Gradient[]);
    return [reshape(joined, shape(data)), null];
  },
  DynamicStitch: stitched,
  ParallelDynamicStitch: stitched,
});
