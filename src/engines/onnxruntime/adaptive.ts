/**
 * A slice whose variables seem to stay as they are: after a while it runs as a model that has them as constants. Convolutions need that: ONNX
 * Runtime has fast ones for filters that it knows beforehand, and runs others at a third to a tenth of the speed. Products of a few rows with
 * a large matrix gain, too: the matrix is packed once instead of in each run. Nothing but time depends on it: when a variable has another
 * value, the general model runs again.
 *
 * When to make the second model is the question of renting or buying skis: once as much time went into the general model as making the
 * other takes. So no program takes more than about twice as long as with the better choice.
 */
import type { EngineSlice, EngineValue, Executable, SliceNode } from "../../session/engine.ts";

/** Makes the second model for the inputs of a run; `null` when there is none. */
export interface Specializer {
  compile(inputs: readonly EngineValue[]): Promise<Executable | null>;
  compileSync(inputs: readonly EngineValue[]): Executable | null;
}

/** Ops that always gain by constant weights. */
const convolutions = new Set(["Conv2D", "Conv3D", "DepthwiseConv2dNative"]);
const products = new Set(["MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"]);

/** Packing a matrix takes as long as multiplying some ten rows with it; with more rows than this it does not count. */
const MOST_ROWS = 128;
/** Elements from which on packing a matrix takes longer than what else happens around a product. */
const LEAST_ELEMENTS = 2 ** 16;

/** No more than this many bytes of variables are kept a second time. */
const MOST_BYTES = 2 ** 29;

/** What a model takes to be made, before one was: milliseconds for each, and for each MiB of constants. */
const FIRST_GUESS = { ms: 50, msPerMiB: 8 } as const;

/** Runs before it is worth while to look at times. */
const LEAST_RUNS = 3;

/** The places of the inputs that are to become constants: none where that gains nothing. */
export function lastingPlaces({ nodes, inputs }: EngineSlice): readonly number[] {
  if (!nodes.some(gains)) return [];
  const places = inputs.flatMap(({ isLasting }, place) => (isLasting === true ? [place] : []));
  return bytesOf(places, inputs) > MOST_BYTES ? [] : places;
}

/** Whether the op is faster when its weights, if they are, are constant. */
function gains({ op, inputs, outputs }: SliceNode): boolean {
  if (convolutions.has(op.type)) return true;
  const [weights, shape] = [inputs[1]?.shape.elementCount() ?? 0, outputs[0]?.shape];
  if (!products.has(op.type) || weights < LEAST_ELEMENTS) return false;
  return (shape?.elementCount() ?? Infinity) <= MOST_ROWS * (shape?.dim(-1) ?? 0);
}

/** Whether a convolution has a filter that is constant already. */
export function hasConstantFilter({ nodes }: EngineSlice): boolean {
  return nodes.some(({ op, inputs }) => convolutions.has(op.type) && (inputs[1]?.constant ?? null) !== null);
}

function bytesOf(places: readonly number[], inputs: EngineSlice["inputs"]): number {
  return places.reduce((sum, place) => {
    const input = inputs[place] as EngineSlice["inputs"][number];
    return sum + (input.shape.elementCount() ?? Infinity) * input.dtype.size;
  }, 0);
}

/** The general model, and at times the other. */
export class AdaptiveExecutable implements Executable {
  readonly #general: Executable;
  readonly #places: readonly number[];
  readonly #specializer: Specializer;
  /** What the second model takes to be made, milliseconds; infinite when there is none. */
  #price: number;
  #special: Executable | null = null;
  /** The variables' values in the last runs, how many those were, and how long they took. */
  #seen: readonly EngineValue[] = [];
  #runs = 0;
  #spent = 0;

  constructor(general: Executable, slice: EngineSlice, places: readonly number[], specializer: Specializer) {
    this.#general = general;
    this.#places = places;
    this.#specializer = specializer;
    this.#price = FIRST_GUESS.ms + (FIRST_GUESS.msPerMiB * bytesOf(places, slice.inputs)) / 2 ** 20;
  }

  async run(
    inputs: readonly EngineValue[],
    options: { readonly signal: AbortSignal | null },
  ): Promise<readonly EngineValue[]> {
    this.#look(inputs);
    if (this.#isDue()) {
      const begun = performance.now();
      this.#bought(await this.#specializer.compile(inputs), begun);
    }
    if (this.#special !== null) return this.#special.run(inputs, options);
    const begun = performance.now();
    const outputs = await this.#general.run(inputs, options);
    this.#rented(begun);
    return outputs;
  }

  runSync(inputs: readonly EngineValue[]): readonly EngineValue[] {
    this.#look(inputs);
    if (this.#isDue()) {
      const begun = performance.now();
      this.#bought(this.#specializer.compileSync(inputs), begun);
    }
    if (this.#special !== null) return this.#special.runSync(inputs);
    const begun = performance.now();
    const outputs = this.#general.runSync(inputs);
    this.#rented(begun);
    return outputs;
  }

  release(): void {
    this.#special?.release();
    this.#general.release();
  }

  /** Starts anew when a variable has another value: values never change, so other values are other objects. */
  #look(inputs: readonly EngineValue[]): void {
    if (this.#seen.length > 0 && this.#places.every((place, i) => inputs[place] === this.#seen[i])) return;
    this.#seen = this.#places.map((place) => inputs[place] as EngineValue);
    this.#special?.release();
    this.#special = null;
    this.#runs = 0;
    this.#spent = 0;
  }

  #isDue(): boolean {
    return this.#special === null && this.#runs >= LEAST_RUNS && this.#spent > this.#price;
  }

  #rented(begun: number): void {
    this.#runs += 1;
    this.#spent += performance.now() - begun;
  }

  #bought(special: Executable | null, begun: number): void {
    this.#special = special;
    this.#price = special === null ? Infinity : performance.now() - begun;
  }
}
