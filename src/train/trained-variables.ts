/** The variables that optimizers train, and their gradients, checked. Mirrors python/training/optimizer.py. */
import { ArgumentError, ArgumentTypeError, UnsupportedFeatureError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import type { Gradient } from "../gradients/rule.ts";
import { GraphKeys } from "../graph/collections.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { Tensor } from "../graph/tensor.ts";
import { IndexedSlices } from "../ops/indexed-slices.ts";
import { BaseVariable } from "../variables/base-variable.ts";
import { trainableVariables } from "../variables/variable-collections.ts";
import type { GradientAndVariable, Trainable } from "./optimizer-options.ts";

const validTypes = ["float16", "bfloat16", "float32", "float64"];

/** @throws {ArgumentError} for types that are no floating ones. */
export function checkTypes(values: readonly (Tensor | BaseVariable)[]): void {
  for (const value of values) {
    const { name: type } = value.dtype.baseDtype;
    if (type === "resource" || validTypes.includes(type)) continue;
    throw new ArgumentError(
      `Invalid type tf.${type} for ${value.name}, expected: [${validTypes.map((one) => `tf.${one}`).join(", ")}].`,
      { value, dtype: value.dtype },
    );
  }
}

/** The variables that are asked for; default: all that are trainable. */
export function chosenVariables(given: Trainable | null): (BaseVariable | Tensor)[] {
  if (given !== null) return flattened(given).map(checkTarget);
  const resources = getDefaultGraph().getCollection(GraphKeys.TRAINABLE_RESOURCE_VARIABLES);
  return [...trainableVariables(), ...(resources as BaseVariable[])].map(checkTarget);
}

function flattened(given: Trainable): (BaseVariable | Tensor)[] {
  return Array.isArray(given) ? (given as readonly Trainable[]).flatMap(flattened) : [given as BaseVariable | Tensor];
}

function checkTarget(variable: BaseVariable | Tensor): BaseVariable | Tensor {
  if (variable instanceof BaseVariable || variable instanceof Tensor) return variable;
  throw new UnsupportedFeatureError(
    `('Trying to optimize unsupported type ', ${pythonText(variable)})\n  of a partitioned variable, pass the slices: [...variable]`,
    { variable },
  );
}

/** @throws {UnsupportedFeatureError} for a tensor, which nothing can be written to. */
export function requireVariable(variable: BaseVariable | Tensor): BaseVariable {
  if (variable instanceof BaseVariable) return variable;
  throw new UnsupportedFeatureError(
    `('Trying to update a Tensor ', ${String(variable)})\n  only variables keep what is written to them`,
    { variable },
  );
}

/** A gradient and its variable, as tensors and variables. @throws {ArgumentTypeError} for a gradient that is no tensor. */
export function converted([gradient, variable]: readonly [
  Gradient | TensorLike | null,
  Trainable,
]): GradientAndVariable {
  const target = checkTarget(variable as BaseVariable | Tensor);
  if (gradient === null || gradient instanceof IndexedSlices) return [gradient, target];
  try {
    return [convertToTensor(gradient), target];
  } catch (error) {
    if (!(error instanceof ArgumentTypeError)) throw error;
    throw new ArgumentTypeError(
      `Gradient must be convertible to a Tensor or IndexedSlices, or None: ${pythonText(gradient)}`,
      { gradient },
    );
  }
}

/** The variables as Python prints a list of their texts. */
export function printed(pairs: readonly GradientAndVariable[]): string {
  return `[${pairs.map(([, variable]) => `"${String(variable)}"`).join(", ")}]`;
}
