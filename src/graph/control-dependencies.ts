/** The control inputs of new operations: the groups opened by `controlDependencies`, without those that data already implies. Mirrors `Graph._control_dependencies_for_inputs`. */
import type { Operation } from "./operation.ts";
import type { Tensor } from "./tensor.ts";

/** One `controlDependencies` block: what it waits for, and the ops made inside that wait already. */
export class ControlGroup {
  readonly inputs: readonly Operation[];
  readonly #seen = new Set<Operation>();

  constructor(inputs: readonly Operation[]) {
    this.inputs = inputs;
  }

  /** Records an op made inside the block. */
  add(op: Operation): void {
    this.#seen.add(op);
  }

  has(op: Operation): boolean {
    return this.#seen.has(op);
  }
}

/** Shared by all operations without control inputs. */
const none: readonly Operation[] = [];

/** The control inputs of an op with these data inputs, in TensorFlow's order, each once. */
export function controlInputsFor(groups: readonly ControlGroup[], inputs: readonly Tensor[]): readonly Operation[] {
  if (groups.length === 0) return none;
  const found = new Set<Operation>();
  for (const group of groups) {
    // An input that waits for the group makes the new op wait, too.
    if (inputs.some((input) => group.has(input.op))) continue;
    for (const control of group.inputs) {
      if (!inputs.some((input) => input.op === control)) found.add(control);
    }
  }
  return [...found];
}
