/** Computes one op while the graph is built, for constants and shapes. Steps are the session's. */
import { NamesakeError } from "../base/errors.ts";
import { groupInputs, inputLayout } from "../graph/input-layout.ts";
import type { Operation } from "../graph/operation.ts";
import type { Evaluate } from "../graph/tables.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { kernelOf } from "./kernels.ts";
import { byExecutor, type KernelContext } from "./rule.ts";

/** The outputs of an op for known inputs; `null` when it has no kernel, or fails. */
export const evaluate: Evaluate = (op: Operation, inputs: readonly NDArray[]) => {
  const kernel = kernelOf(op.type);
  // Passing a value on is the executor's, and needs no kernel.
  if (op.def.effect === "pass" && op.def.flow === undefined) return inputs;
  if (kernel === undefined || kernel === byExecutor) return null;
  const context: KernelContext = {
    node: { name: op.name, type: op.type },
    random: null,
    printCount: 0,
    print: () => undefined,
  };
  try {
    const result = kernel(groupInputs(inputLayout(op), inputs), op.attrs as never, context);
    return Array.isArray(result) ? (result as readonly NDArray[]) : [result as NDArray];
  } catch (error) {
    // What fails here fails in the step, with its own text.
    if (error instanceof NamesakeError) return null;
    throw error;
  }
};
