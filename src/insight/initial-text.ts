/** What a variable's initial value was given as, in words. */
import { Tensor } from "../graph/tensor.ts";
import { BaseVariable } from "../variables/base-variable.ts";
import { Initializer, isInitializerClass } from "../variables/initializer.ts";

/** `RandomNormal(mean=0, stddev=1)`, `0.5`, `tensor 'x:0'`, `function makeWeights`; `a value` for arrays. */
export function initialText(value: unknown): string {
  if (value instanceof Initializer) return value.describe();
  if (isInitializerClass(value)) return new value().describe();
  if (value instanceof Tensor) return `tensor '${value.name}'`;
  if (value instanceof BaseVariable) return `variable '${value.name}'`;
  if (typeof value === "function") return value.name === "" ? "a function" : `function ${value.name}`;
  return typeof value === "number" ||
    typeof value === "bigint" ||
    typeof value === "boolean" ||
    typeof value === "string"
    ? String(value)
    : "a value";
}
