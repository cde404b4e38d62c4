/** How a step fails: in the order of the rules, whatever order its parts ran in. It runs on the host once more, without consequences. */
import { UnsupportedOpError } from "../base/errors.ts";
import type { Operation } from "../graph/operation.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { Dataflow } from "./dataflow.ts";
import { StepEffects } from "./effects.ts";
import type { EngineValue } from "./engine.ts";
import { locate } from "./failures.ts";
import { KernelProgram } from "./kernel-program.ts";
import type { SessionState } from "./session-state.ts";
import { type StepValue, StepVariable } from "./step-values.ts";

/** The nodes of a step, one after the other. */
export class StepInOrder {
  readonly #dataflow: Dataflow;
  readonly #state: SessionState;
  /** Made when something fails for the first time. */
  #program: { readonly kernels: KernelProgram; readonly inputs: readonly StepValue[] } | null = null;

  constructor(dataflow: Dataflow, state: SessionState) {
    this.#dataflow = dataflow;
    this.#state = state;
  }

  /** Throws the step's own failure if it has one, unless something fails before it. */
  fail(feeds: readonly NDArray[]): void {
    const { failure } = this.#dataflow;
    if (failure === null) return;
    this.#run(feeds);
    throw failure();
  }

  /** The error of the first op that fails, with TensorFlow's text; `error` itself where none does. */
  explained(error: unknown, feeds: readonly NDArray[]): unknown {
    try {
      this.#run(feeds);
    } catch (first) {
      if (!(first instanceof UnsupportedOpError)) return first;
    }
    const op = (error as { readonly op?: Operation }).op ?? null;
    return locate(error, op);
  }

  #run(feeds: readonly NDArray[]): void {
    const { kernels, inputs } = (this.#program ??= this.#makeProgram());
    const values = inputs.map(({ source }) =>
      source instanceof StepVariable ? this.#valueOf(source) : (feeds[source as number] as NDArray),
    );
    kernels.effects = new StepEffects(this.#state.effects);
    kernels.runSync(values);
    kernels.effects = null;
  }

  #makeProgram() {
    const { nodes } = this.#dataflow;
    const fromOutside = nodes.flatMap(({ inputs }) =>
      (inputs as readonly StepValue[]).filter((value) => value.source !== null),
    );
    const inputs = [...new Set(fromOutside)];
    return { kernels: new KernelProgram(nodes, inputs, []), inputs };
  }

  #valueOf({ op }: StepVariable): NDArray {
    const { engine, variables } = this.#state;
    return engine.toHost(variables.slot(op).value as EngineValue);
  }
}
