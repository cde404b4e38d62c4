/** The functions that cells apply to what they computed. */
import { ArgumentError } from "../base/errors.ts";
import type { Tensor } from "../graph/tensor.ts";
import { exp, sigmoid } from "../ops/elementary.ts";
import { elu, relu, selu, softplus, softsign } from "../ops/nn.ts";
import { tanh } from "../ops/trigonometry.ts";

/** A function, or the name of one. */
export type Activation = ((x: Tensor) => Tensor) | string | null | undefined;

const named: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  elu: (x) => elu(x),
  exponential: (x) => exp(x),
  linear: (x) => x,
  relu: (x) => relu(x),
  selu: (x) => selu(x),
  sigmoid: (x) => sigmoid(x),
  softplus: (x) => softplus(x),
  softsign: (x) => softsign(x),
  tanh: (x) => tanh(x),
};

/** @throws {ArgumentError} for a name that stands for no function. */
export function activationOf(given: Activation): (x: Tensor) => Tensor {
  if (typeof given === "function") return (x) => given(x);
  if (!given) return named["tanh"] as (x: Tensor) => Tensor;
  const found = named[given];
  if (found !== undefined) return found;
  throw new ArgumentError(`Unknown activation function: '${given}'.\n  names: ${Object.keys(named).join(", ")}`, {
    activation: given,
  });
}
