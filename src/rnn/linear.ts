/** A linear map with variables of the current scope. Mirrors `_Linear` of contrib's core_rnn_cell.py, TensorFlow 1.15. */
import { ArgumentError } from "../base/errors.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant } from "../ops/array.ts";
import { concat } from "../ops/concat.ts";
import { matmul } from "../ops/matmul.ts";
import { biasAdd } from "../ops/nn.ts";
import { int32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { getVariable } from "../variables/get-variable.ts";
import { constantInitializer } from "../variables/initializers.ts";
import type { AnyVariable } from "../variables/variable-functions.ts";
import { getVariableScope, variableScope } from "../variables/variable-scope.ts";

/** The variables of a linear map. */
export interface LinearWeights {
  readonly kernel: AnyVariable;
  readonly bias: AnyVariable;
}

/**
 * Makes or shares `kernel` and `bias` in the current scope; a partitioner cuts the kernel alone.
 * @throws {ArgumentError} for arguments that are no matrices of known width.
 */
export function linearWeights(args: readonly Tensor[], outputSize: number): LinearWeights {
  const width = args.reduce((sum, { shape }) => {
    const columns = shape.rank === 2 ? shape.dim(1) : null;
    if (columns !== null) return sum + columns;
    const text =
      shape.rank === 2
        ? `linear expects shape[1] to be provided for shape ${shape}, but saw None`
        : `linear is expecting 2D arguments: [${args.map((arg) => String(arg.shape)).join(", ")}]`;
    throw new ArgumentError(`${text}\n  arguments are [batch, n]; x.setShape([null, n]) tells n`, { shape });
  }, 0);
  const { baseDtype: dtype } = (args[0] as Tensor).dtype;
  return variableScope(getVariableScope(), (outer) => {
    const kernel = getVariable("kernel", [width, outputSize], { dtype });
    const bias = variableScope(outer, (inner) => {
      inner.setPartitioner(null);
      return getVariable("bias", [outputSize], { dtype, initializer: constantInitializer(0, { dtype }) });
    });
    return { kernel, bias };
  });
}

/** `concat(args) · kernel + bias`. Shapes: args `[batch, n]` each → `[batch, outputSize]`. */
export function applyLinear(args: readonly Tensor[], { kernel, bias }: LinearWeights): Tensor {
  const [first] = args as readonly [Tensor];
  const x = args.length === 1 ? first : concat(args, constant(ndarray(1, int32)));
  return biasAdd(matmul(x, kernel), bias);
}

/** A linear map with variables of the current scope. */
export function linear(args: readonly Tensor[], outputSize: number): Tensor {
  return applyLinear(args, linearWeights(args, outputSize));
}
