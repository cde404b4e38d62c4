/** What the engine asks of an ONNX Runtime, whichever package brings it. Not the engine: that is `shared.ts`. */
import type { DataArray } from "../../tensor/dtype.ts";

/** A tensor as every ONNX Runtime for JavaScript takes and gives it. */
export interface RuntimeTensor {
  /** Namesake's name of the element type, which is ONNX Runtime's as well. */
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: DataArray;
  readonly location: "cpu";
  /** Lets go of memory that is the runtime's. */
  release?(): void;
}

/** Tensors in the order of a model's inputs or outputs. */
export type RuntimeTensors = readonly RuntimeTensor[];

/** A model that is ready to run. */
export interface LoadedModel {
  /** The outputs, new ones for each run. A runtime that can stop a run does so when `signal` is aborted. */
  run(inputs: RuntimeTensors, signal: AbortSignal | null): Promise<RuntimeTensors>;
  /** Only called when the runtime's `canRunSync` is set. */
  runSync(inputs: RuntimeTensors): RuntimeTensors;
  release(): void;
}

/** A model, and what a runtime needs to know to load it. */
export interface ModelToLoad {
  readonly bytes: Uint8Array;
  /** In the order of the model, which is that of its runs. */
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** How many axes the outputs have, as far as it is known. */
  readonly outputRanks?: readonly (number | null)[];
  /** Whether all values are known to be small: not worth several threads. */
  readonly isSmall: boolean;
  /** Whether a run may take any time, whatever the last one took. */
  readonly hasLoops?: boolean;
  /** Whether rewriting the model would take more time than it saves. Default: no. */
  readonly isPlain?: boolean;
  /** The elements of constants that the model does not hold, by their location in it. Only when `canStoreOutside` is set. */
  readonly external: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/** How far a runtime rewrites a model before it runs. */
export type Optimization = "disabled" | "basic" | "extended" | "all";

/** How far a model is rewritten, unless the program says so. */
export function optimizationOf({ isPlain = false }: ModelToLoad, chosen: Optimization | null): Optimization {
  return chosen ?? (isPlain ? "disabled" : "all");
}

/** Loads models. */
export interface Runtime {
  readonly canRunSync: boolean;
  /** Whether the values that models make may be in the runtime's memory, and have to be let go by `release` of theirs. */
  readonly ownsValues?: boolean;
  /** Whether a run is stopped by its signal, also within a loop. */
  readonly canStop?: boolean;
  /** The value where it is best kept for many runs; the given one is let go when it is another. Only where `ownsValues` is set. */
  keep?(value: RuntimeTensor): RuntimeTensor;
  /** Whether constants can be handed over beside the model. */
  readonly canStoreOutside: boolean;
  /** How many channels of images its own layout keeps together; `null` where that cannot be used. */
  readonly blockSize: number | null;
  load(model: ModelToLoad): Promise<LoadedModel>;
  /** Only called when `canRunSync` is set. */
  loadSync(model: ModelToLoad): LoadedModel;
}
