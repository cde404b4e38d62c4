/** What optimizers are told: settings, and options of their calls. Mirrors python/training/optimizer.py. */
import { ArgumentError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import type { Gradient } from "../gradients/rule.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type NDArray, pythonLiteral } from "../tensor/ndarray.ts";
import type { BaseVariable } from "../variables/base-variable.ts";

/** How far the gradients of one step wait for each other before they are used. */
export const Gate = {
  /** Not at all. */
  NONE: 0,
  /** Those of one op. */
  OP: 1,
  /** All. */
  GRAPH: 2,
} as const;

/** A setting of an optimizer: a number, a tensor such as a decaying rate, or a function that gives one when gradients are applied. */
export type Setting = number | TensorLike | (() => number | TensorLike);

/** Options that every optimizer has. */
export interface OptimizerOptions {
  /** The name of the scope of its ops, and of its slots. */
  readonly name?: string;
  /** Kept as an attribute; steps here never overlap. Default: false. */
  readonly useLocking?: boolean;
}

/** What may be trained: variables, in lists of lists. A tensor has a gradient, but cannot be updated. */
export type Trainable = BaseVariable | Tensor | readonly Trainable[];

/** Options of `computeGradients`. */
export interface ComputeGradientsOptions {
  /** Default: the collections TRAINABLE_VARIABLES and TRAINABLE_RESOURCE_VARIABLES. */
  readonly varList?: Trainable | null;
  /** Default: `Optimizer.GATE_OP`. */
  readonly gateGradients?: number;
  /** One of `AggregationMethod`. */
  readonly aggregationMethod?: number | null;
  /** Default: false. */
  readonly colocateGradientsWithOps?: boolean;
  /** The gradient of the loss; default: ones. */
  readonly gradLoss?: TensorLike | null;
}

/** Options of `applyGradients`. */
export interface ApplyGradientsOptions {
  /** A variable that grows by one after the update. */
  readonly globalStep?: BaseVariable | null;
  /** The name of the operation. Default: the optimizer's. */
  readonly name?: string | null;
}

/** Options of `minimize`. */
export interface MinimizeOptions extends ComputeGradientsOptions, ApplyGradientsOptions {}

/** A gradient, or `null` for none, and its variable. */
export type GradientAndVariable<V = BaseVariable | Tensor> = readonly [gradient: Gradient | null, variable: V];

/** A setting as a tensor. Numbers are Python's floats: float32. */
export function settingTensor(setting: Setting, name: string): Tensor {
  return convertToTensor(settingValue(setting), { name });
}

/** The value of a setting, of which numbers are floating ones. */
export function settingValue(setting: Setting): NDArray | TensorLike {
  const value = typeof setting === "function" ? (setting as () => number | TensorLike)() : setting;
  return typeof value === "number" ? pythonLiteral(value, "float") : value;
}

/** @throws {ArgumentError} for another gate. */
export function checkGate(gate: number): void {
  if (gate === Gate.NONE || gate === Gate.OP || gate === Gate.GRAPH) return;
  throw new ArgumentError(
    `gate_gradients must be one of: Optimizer.GATE_NONE, Optimizer.GATE_OP, Optimizer.GATE_GRAPH.  Not ${pythonText(gate)}`,
    { gateGradients: gate },
  );
}
