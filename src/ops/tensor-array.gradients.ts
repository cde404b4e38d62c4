/**
 * How tensor arrays are differentiated: what is read is written to the array of gradients, and what is written is read there. The flows
 * of both arrays bring that in order. Mirrors python/ops/tensor_array_grad.py.
 */
import { ArgumentError } from "../base/errors.ts";
import { type Gradient, gradientRules, notDifferentiable } from "../gradients/rule.ts";
import { makeControlDependencies, runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DType } from "../tensor/dtype.ts";
import { identity } from "./array.ts";
import type { tensorArrayDefs } from "./tensor-array.defs.ts";
import { TensorArray } from "./tensor-array.ts";

/** The scope of the call of `gradients` in which a gradient was made. Two calls must not write to one array. */
function sourceOf(gradient: Gradient): string {
  const parts = gradient.name.split("/");
  const last = parts.findLastIndex((part) => part.startsWith("gradients"));
  if (last >= 0) return parts.slice(0, last + 1).join("/");
  throw new ArgumentError(
    `Expected op/tensor name to start with gradients (excluding scope), got: ${gradient.name}. This means that a tf.gradients op with this op in its dependency path has a custom name that does not start with 'gradients'. Please make sure all calls to tf.gradients that have non-empty \`name\` arguments use names that start with 'gradients'.`,
    { gradient },
  );
}

/** The array of gradients, after everything that was written to the array itself. */
function gradientArray(handle: Tensor, flow: Tensor, dtype: DType, gradient: Gradient): TensorArray {
  const array = new TensorArray(dtype, { handle, flow, colocateWithFirstWriteCall: false });
  return array.grad(sourceOf(gradient), { flow });
}

/** The array of gradients for a write, and the flow of its gradient: it comes after the last write to the array itself. */
function afterWrite(handle: Tensor, written: Tensor, dtype: DType, flow: Gradient): readonly [TensorArray, Tensor] {
  const done = identity(written, { name: "flow_out" });
  const barrier = runInScope(makeControlDependencies([done]), () => identity(flow, { name: "write_barrier" }));
  return [gradientArray(handle, barrier, dtype, flow), barrier];
}

export const tensorArrayGradients = gradientRules<typeof tensorArrayDefs>()({
  TensorArrayV3: notDifferentiable,
  TensorArrayWriteV3: ({ inputs: [handle, index], output, attrs }, grad) => {
    const [array, flow] = afterWrite(handle, output, attrs.T, grad);
    return [null, null, array.read(index), flow];
  },
  TensorArrayReadV3: ({ inputs: [handle, index, flow], attrs }, grad) => [
    null,
    null,
    gradientArray(handle, flow, attrs.dtype, grad).write(index, grad).flow,
  ],
  TensorArrayGatherV3: ({ inputs: [handle, indices, flow], attrs }, grad) => [
    null,
    null,
    gradientArray(handle, flow, attrs.dtype, grad).scatter(indices, grad).flow,
  ],
  TensorArrayScatterV3: ({ inputs: [handle, indices], output, attrs }, grad) => {
    const [array, flow] = afterWrite(handle, output, attrs.T, grad);
    return [null, null, array.gather(indices), flow];
  },
  TensorArrayConcatV3: ({ inputs: [handle, flow], outputs, attrs }, grad) => [
    null,
    gradientArray(handle, flow, attrs.dtype, grad).split(grad, outputs[1] as Tensor).flow,
  ],
  TensorArraySplitV3: ({ inputs: [handle], output, attrs }, grad) => {
    const [array, flow] = afterWrite(handle, output, attrs.T, grad);
    return [null, array.concat(), null, flow];
  },
  TensorArraySizeV3: notDifferentiable,
  TensorArrayCloseV3: notDifferentiable,
  TensorArrayGradV3: notDifferentiable,
  TensorArrayGradWithShape: notDifferentiable,
});
