/** Kernels of the ops of stacks. What a stack holds is `kernels/stack-value.ts`. Mirrors core/kernels/stack_ops.cc. */
import { require, shapeText } from "../kernels/checks.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { StackContents, StackHandle, stackOf } from "../kernels/stack-value.ts";
import type { stackDefs } from "./stack.defs.ts";

/** The kernels of this family. */
export const stackKernels = kernelsFor<typeof stackDefs>()({
  StackV2: ([most], { elem_type, stack_name }, { node }) => {
    require(most.rank === 0, () => `Stack size must be a scalar, but had shape: ${shapeText(most.shape)}`, { most });
    return new StackHandle(new StackContents(stack_name || node.name, elem_type, Number(most.at(0))));
  },
  StackPushV2: ([handle, value]) => {
    stackOf(handle).push(value);
    return value;
  },
  StackPopV2: ([handle]) => stackOf(handle).pop(),
  StackCloseV2: ([handle]) => {
    stackOf(handle).close();
    return [];
  },
});
