/** `Variable`: what `new Variable(…)` makes is a reference or a resource variable, as options, scope and creators decide. */
import type { BaseVariable } from "./base-variable.ts";
import { BaseVariable as Base } from "./base-variable.ts";
import { noteUnsharedVariable } from "./journal.ts";
import { createVariable } from "./variable-creators.ts";
import type { VariableOptions } from "./variable-options.ts";

/** A named value that a session keeps between steps. */
export type Variable = BaseVariable;

/** The constructor of variables. `instanceof Variable` holds for every variable. */
export interface VariableConstructor {
  /**
   * Makes a new variable, always; its name is made unique in the current name scope. Variables that are to be shared are made by `getVariable`.
   *
   * Shapes and dtypes: those of the initial value, which is a value, a tensor, or a function that gives one.
   *
   * @throws {ArgumentError} without an initial value, or with one from inside of a conditional or loop.
   * @see TensorFlow `tf.Variable`, python/ops/variables.py
   * @example
   * const n = new Variable(ndarray(3, "int32"), { name: "n" });
   * n.dtype.name; // "int32_ref"
   */
  new (initialValue: unknown, options?: VariableOptions): Variable;
  [Symbol.hasInstance](value: unknown): boolean;
}

class VariableFactory {
  constructor(initialValue: unknown, options: VariableOptions = {}) {
    const variable = createVariable({ ...options, initialValue });
    noteUnsharedVariable(variable);
    return variable as object;
  }
  static [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Base;
  }
}

export const Variable: VariableConstructor = VariableFactory as unknown as VariableConstructor;
