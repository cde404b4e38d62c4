/**
 * The engine that runs slices as ONNX models, whichever ONNX Runtime is behind it. Not the lowering: that is `onnx/`.
 *
 * Failures are explained by computing the slice again with the kernels: slices are pure, so the first op that fails there is the one
 * that fails in the step, and its text is TensorFlow's. ONNX Runtime's own text only says that something went wrong.
 */
import { ResourceExhaustedError } from "../../base/errors.ts";
import { encodeModel } from "../../formats/onnx.ts";
import type { Operation } from "../../graph/operation.ts";
import { opNameOfNode } from "../../onnx/builder.ts";
import { type LoweredModel, lowerSlice } from "../../onnx/lowering/lower.ts";
import { supportedByOnnx } from "../../onnx/lowering/support.ts";
import { bytesOf } from "../../onnx/model/constants.ts";
import { Unsupported } from "../../onnx/rule.ts";
import type { Engine, EngineSlice, EngineValue, Executable, PlannedShapes, SliceValue } from "../../session/engine.ts";
import { locate } from "../../session/failures.ts";
import { KernelProgram } from "../../session/kernel-program.ts";
import { hasLoops } from "../../session/slice-loops.ts";
import { float16 } from "../../tensor/dtype.ts";
import { NDArray } from "../../tensor/ndarray.ts";
import { AdaptiveExecutable, hasConstantFilter, lastingPlaces } from "./adaptive.ts";
import { HostTensor, toArray } from "./host-tensor.ts";
import type { LoadedModel, ModelToLoad, Runtime, RuntimeTensor, RuntimeTensors } from "./runtime.ts";

/** ONNX Runtime failed at what the kernels compute, so they computed it. */
export interface Recovery {
  /** ONNX Runtime's text. */
  readonly reason: string;
  /** The operation that it names, when it names one. */
  readonly op: Operation | null;
}

/** Called for each {@link Recovery}. */
export type OnRecovery = (recovery: Recovery) => void;

/** Slices whose known values all have at most this many elements are not worth a thread pool of their own. */
const SMALL_ELEMENT_COUNT = 4096;

/** An array as the engine's value. */
function held(array: NDArray): EngineValue {
  return new HostTensor(array) as RuntimeTensor as EngineValue;
}

function arrayOf(value: EngineValue): NDArray {
  return toArray(value as RuntimeTensor);
}

/** Half-precision elements as their bits: where JavaScript has a Float16Array, ONNX Runtime gives one, and takes none. */
function withBits(value: EngineValue): EngineValue {
  const { type, dims } = value as RuntimeTensor;
  if (type !== "float16" || "release" in (value as RuntimeTensor)) return value;
  const { data } = value as RuntimeTensor;
  if (data instanceof Uint16Array) return value;
  const { buffer, byteOffset, length } = data as unknown as Uint16Array<ArrayBuffer>;
  return held(new NDArray(float16, dims, new Uint16Array(buffer, byteOffset, length)));
}

/** Why a step that may be stopped is left to the session. */
const endless = "the kernels cannot be stopped within a loop";

/** A slice by the kernels. */
class KernelExecutable implements Executable {
  readonly #program: KernelProgram;
  readonly #hasLoops: boolean;
  constructor(slice: EngineSlice) {
    this.#program = new KernelProgram(slice.nodes, slice.inputs, slice.outputs);
    this.#hasLoops = hasLoops(slice.nodes);
  }
  async run(
    inputs: readonly EngineValue[],
    { signal }: { readonly signal: AbortSignal | null },
  ): Promise<readonly EngineValue[]> {
    if (this.#hasLoops && signal !== null) throw new Error(endless);
    const outputs = await this.#program.run(inputs.map(arrayOf), signal);
    return outputs.map(held);
  }
  runSync(inputs: readonly EngineValue[]): readonly EngineValue[] {
    return this.#program.runSync(inputs.map(arrayOf)).map(held);
  }
  release(): void {}
}

/** A slice as a loaded model. */
class ModelExecutable implements Executable {
  readonly #slice: EngineSlice;
  readonly #model: LoadedModel;
  readonly #onRecovery: OnRecovery;
  readonly #letGo: () => void;
  /** For each input of the model, its place among those of the slice; `null` where they are the same. */
  readonly #places: readonly number[] | null;
  /** Inputs of the model after those. */
  readonly #fedConstants: RuntimeTensors;
  readonly #hasHalf: boolean;
  #kernels: KernelExecutable | null = null;

  constructor(
    slice: EngineSlice,
    lowered: LoweredModel,
    model: LoadedModel,
    onRecovery: OnRecovery,
    letGo: () => void,
  ) {
    this.#slice = slice;
    this.#model = model;
    this.#onRecovery = onRecovery;
    this.#letGo = letGo;
    const places = lowered.inputNames.flatMap((name, place) => (name === null ? [] : [place]));
    this.#fedConstants = lowered.fedConstants.map(({ value }) => new HostTensor(value));
    const isWhole = places.length === slice.inputs.length && this.#fedConstants.length === 0;
    this.#places = isWhole ? null : places;
    this.#hasHalf = slice.outputs.some(({ dtype }) => dtype === float16);
  }

  async run(
    inputs: readonly EngineValue[],
    { signal }: { readonly signal: AbortSignal | null },
  ): Promise<readonly EngineValue[]> {
    signal?.throwIfAborted();
    try {
      return this.#outputs(await this.#model.run(this.#inputs(inputs), signal));
    } catch (error) {
      signal?.throwIfAborted();
      const recovery = this.#recoveryOf(error);
      const outputs = await this.#byKernels().run(inputs, { signal });
      this.#onRecovery(recovery);
      return outputs;
    }
  }

  runSync(inputs: readonly EngineValue[]): readonly EngineValue[] {
    try {
      return this.#outputs(this.#model.runSync(this.#inputs(inputs)));
    } catch (error) {
      const recovery = this.#recoveryOf(error);
      const outputs = this.#byKernels().runSync(inputs);
      this.#onRecovery(recovery);
      return outputs;
    }
  }

  release(): void {
    this.#letGo();
  }

  #inputs(inputs: readonly EngineValue[]): RuntimeTensors {
    if (this.#places === null) return inputs as RuntimeTensors;
    return [...this.#places.map((place) => inputs[place] as RuntimeTensor), ...this.#fedConstants];
  }

  /** The slice's outputs; a model may have more, which are computed for their failures. */
  #outputs(made: RuntimeTensors): readonly EngineValue[] {
    const count = this.#slice.outputs.length;
    for (let i = count; i < made.length; i += 1) made[i]?.release?.();
    const values = (made.length === count ? made : made.slice(0, count)) as readonly EngineValue[];
    return this.#hasHalf ? values.map(withBits) : values;
  }

  #byKernels(): KernelExecutable {
    return (this.#kernels ??= new KernelExecutable(this.#slice));
  }

  /**
   * What ONNX Runtime's failure means if the kernels do not fail, too.
   * @throws {ResourceExhaustedError} when memory was short: then there is none for the kernels, either.
   */
  #recoveryOf(error: unknown): Recovery {
    const reason = error instanceof Error ? error.message.trim() : String(error);
    const name = /running \S+ node\. Name:'([^']*)'/.exec(reason)?.[1];
    const op = this.#slice.nodes.find((node) => name !== undefined && node.op.name === opNameOfNode(name))?.op ?? null;
    if (/allocate memory|bad_?alloc/i.test(reason))
      throw locate(new ResourceExhaustedError(`OOM when allocating tensor\n  ONNX Runtime: ${reason}`), op);
    return { reason, op };
  }
}

/** Whether everything that is known of the sizes is small. */
function isSmall(slice: EngineSlice): boolean {
  const fits = ({ shape }: { readonly shape: { elementCount(): number | null } }): boolean =>
    (shape.elementCount() ?? Infinity) <= SMALL_ELEMENT_COUNT;
  return (
    slice.inputs.every(fits) && slice.nodes.every(({ inputs, outputs }) => inputs.every(fits) && outputs.every(fits))
  );
}

/**
 * Whether ONNX Runtime finds next to nothing to rewrite: what a training step computes with are variables that change, and most of what it
 * computes is used again by the gradients. In a loop, even little counts, and of a filter that stays there is much to gain.
 */
function isPlain(slice: EngineSlice): boolean {
  const { nodes } = slice;
  return nodes.some(({ op }) => op.def.effect === "write") && !hasLoops(nodes) && !hasConstantFilter(slice);
}

/** `general` models have variables as inputs. */
function modelToLoad(slice: EngineSlice, lowered: LoweredModel, isGeneral: boolean): ModelToLoad {
  const { model, inputNames, fedConstants, keptNames, external } = lowered;
  return {
    bytes: encodeModel(model),
    inputNames: [...inputNames.filter((name) => name !== null), ...fedConstants.map(({ name }) => name)],
    outputNames: keptNames,
    outputRanks: keptNames.map((_, i) => slice.outputs[i]?.shape.rank ?? null),
    isSmall: isSmall(slice),
    hasLoops: hasLoops(slice.nodes),
    isPlain: isGeneral && isPlain(slice),
    external: external.map(({ name, value }) => ({ path: name, data: bytesOf(value) })),
  };
}

/** Models that are not released yet. */
type Models = Set<WeakRef<LoadedModel>>;

const collected = new FinalizationRegistry<{ readonly models: Models; readonly ref: WeakRef<LoadedModel> }>(
  ({ models, ref }) => models.delete(ref),
);

/** Which models are made beside the general one of a slice. */
export interface FurtherModels {
  /** With the variables as constants. */
  readonly isAdaptive?: boolean | undefined;
  /** For the shapes that a step is fed. */
  readonly isShaped?: boolean | undefined;
}

/** The engine over a runtime. */
export class OnnxRuntimeEngine implements Engine {
  readonly name = "onnxruntime";
  readonly runsRegions = true;
  readonly gainsByShapes: boolean;
  readonly #runtime: Runtime;
  readonly #onRecovery: OnRecovery;
  readonly #isAdaptive: boolean;
  /** Those of sessions that nobody closed may be collected. */
  readonly #models: Models = new Set();
  readonly copiesToHost: boolean;
  readonly canStop: boolean;
  /** These are only there where values are the runtime's: others are collected like any object, and kept as they are. */
  readonly release?: (value: EngineValue) => void;
  readonly keep?: (value: EngineValue) => EngineValue;

  constructor(runtime: Runtime, onRecovery: OnRecovery, { isAdaptive = true, isShaped = true }: FurtherModels = {}) {
    this.#isAdaptive = isAdaptive;
    this.gainsByShapes = isShaped;
    this.#runtime = runtime;
    this.#onRecovery = onRecovery;
    this.copiesToHost = runtime.ownsValues === true;
    this.canStop = runtime.canStop === true;
    if (runtime.ownsValues !== true) return;
    this.release = (value) => (value as RuntimeTensor).release?.();
    if (runtime.keep !== undefined) this.keep = (value) => runtime.keep?.(value as RuntimeTensor) as EngineValue;
  }

  get canRunSync(): boolean {
    return this.#runtime.canRunSync;
  }

  supports(op: Operation, known?: readonly (NDArray | null)[], shapes?: PlannedShapes): true | string {
    return supportedByOnnx(op, known, shapes);
  }

  async compile(slice: EngineSlice): Promise<Executable> {
    return this.#compiled(slice, lowerSlice(slice, this.#runtime));
  }

  compileSync(slice: EngineSlice): Executable {
    return this.#compiledSync(slice, lowerSlice(slice, this.#runtime));
  }

  async tryCompile(slice: EngineSlice): Promise<Executable | null> {
    const lowered = lowerSlice(slice, this.#runtime);
    return lowered instanceof Unsupported ? null : this.#compiled(slice, lowered);
  }

  tryCompileSync(slice: EngineSlice): Executable | null {
    const lowered = lowerSlice(slice, this.#runtime);
    return lowered instanceof Unsupported ? null : this.#compiledSync(slice, lowered);
  }

  async #compiled(slice: EngineSlice, lowered: LoweredModel | Unsupported): Promise<Executable> {
    if (lowered instanceof Unsupported || lowered.keptNames.length === 0) return this.#byKernels(slice, lowered);
    try {
      const model = await this.#runtime.load(modelToLoad(slice, lowered, true));
      return this.#adaptive(slice, this.#executable(slice, lowered, model));
    } catch (error) {
      return this.#byKernels(slice, error);
    }
  }

  #compiledSync(slice: EngineSlice, lowered: LoweredModel | Unsupported): Executable {
    if (lowered instanceof Unsupported || lowered.keptNames.length === 0) return this.#byKernels(slice, lowered);
    try {
      const model = this.#runtime.loadSync(modelToLoad(slice, lowered, true));
      return this.#adaptive(slice, this.#executable(slice, lowered, model));
    } catch (error) {
      return this.#byKernels(slice, error);
    }
  }

  /** A second model with the variables as constants, where that can pay. */
  #adaptive(slice: EngineSlice, general: Executable): Executable {
    const places = this.#isAdaptive ? lastingPlaces(slice) : [];
    if (places.length === 0) return general;
    const lowered = (inputs: readonly EngineValue[]) => {
      const constants = new Map(
        places.map((place) => [slice.inputs[place] as SliceValue, arrayOf(inputs[place] as EngineValue)]),
      );
      const { canStoreOutside, blockSize } = this.#runtime;
      return lowerSlice(slice, { canStoreOutside, blockSize, constants });
    };
    return new AdaptiveExecutable(general, slice, places, {
      compile: async (inputs) => {
        const made = lowered(inputs);
        if (made instanceof Unsupported) return null;
        const model = await this.#runtime.load(modelToLoad(slice, made, false)).catch(() => null);
        return model && this.#executable(slice, made, model);
      },
      compileSync: (inputs) => {
        const made = lowered(inputs);
        if (made instanceof Unsupported) return null;
        try {
          return this.#executable(slice, made, this.#runtime.loadSync(modelToLoad(slice, made, false)));
        } catch {
          return null;
        }
      },
    });
  }

  /**
   * What cannot be a model. There may be nothing to compute; values that a rule wanted to know may be fed in this step; or the model
   * does not load, as it holds constants for which an op fails, or operators that this ONNX Runtime lacks.
   */
  #byKernels(slice: EngineSlice, why: unknown): Executable {
    const reason = why instanceof Unsupported ? why.why : why instanceof Error ? why.message : null;
    if (reason !== null) this.#onRecovery({ reason, op: null });
    return new KernelExecutable(slice);
  }

  #executable(slice: EngineSlice, lowered: LoweredModel, model: LoadedModel): Executable {
    const models = this.#models;
    const ref = new WeakRef(model);
    models.add(ref);
    collected.register(model, { models, ref }, ref);
    return new ModelExecutable(slice, lowered, model, this.#onRecovery, () => {
      collected.unregister(ref);
      // Once only: the engine may be closed before a session that used it.
      if (models.delete(ref)) model.release();
    });
  }

  fromHost(array: NDArray): EngineValue {
    return held(array);
  }

  toHost(value: EngineValue): NDArray {
    return arrayOf(value);
  }

  copyToHost(value: EngineValue): NDArray {
    const array = arrayOf(value);
    // What stands in the runtime's memory was copied just now.
    return value instanceof HostTensor || !this.copiesToHost ? array.copy() : array;
  }

  shapeOf(value: EngineValue): readonly number[] {
    return (value as RuntimeTensor).dims;
  }

  close(): void {
    for (const ref of this.#models) ref.deref()?.release();
    this.#models.clear();
  }
}
