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
import { bytesOf } from "../../onnx/constants.ts";
import { type LoweredModel, lowerSlice } from "../../onnx/lower.ts";
import { Unsupported } from "../../onnx/rule.ts";
import { supportedByOnnx } from "../../onnx/support.ts";
import type { Engine, EngineSlice, EngineValue, Executable, SliceValue } from "../../session/engine.ts";
import { locate } from "../../session/failures.ts";
import { KernelProgram } from "../../session/kernel-program.ts";
import { asDType, type DataArray, float16 } from "../../tensor/dtype.ts";
import { NDArray } from "../../tensor/ndarray.ts";
import { AdaptiveExecutable, lastingPlaces } from "./adaptive.ts";
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

/** A value that came from the host. Values that ONNX Runtime made are its own tensors, which have the same properties. */
class HostTensor implements RuntimeTensor {
  readonly array: NDArray;
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: DataArray;
  readonly location = "cpu";
  constructor(array: NDArray) {
    this.array = array;
    this.type = array.dtype.name;
    this.dims = array.shape;
    this.data = unshared(array.data);
  }
}

/** ONNX Runtime refuses memory that is shared between threads. */
function unshared(data: DataArray): DataArray {
  const isShared =
    !Array.isArray(data) && typeof SharedArrayBuffer !== "undefined" && data.buffer instanceof SharedArrayBuffer;
  return isShared ? data.slice() : data;
}

/** An array as the engine's value. */
function held(array: NDArray): EngineValue {
  return new HostTensor(array) as RuntimeTensor as EngineValue;
}

function toArray(value: EngineValue): NDArray {
  if (value instanceof HostTensor) return value.array;
  const { type, dims, data } = value as RuntimeTensor;
  return new NDArray(asDType(type), dims, data);
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

/** A slice by the kernels. */
class KernelExecutable implements Executable {
  readonly #program: KernelProgram;
  constructor(slice: EngineSlice) {
    this.#program = new KernelProgram(slice.nodes, slice.inputs, slice.outputs);
  }
  async run(
    inputs: readonly EngineValue[],
    { signal }: { readonly signal: AbortSignal | null },
  ): Promise<readonly EngineValue[]> {
    const outputs = await this.#program.run(inputs.map(toArray), signal);
    return outputs.map(held);
  }
  runSync(inputs: readonly EngineValue[]): readonly EngineValue[] {
    return this.#program.runSync(inputs.map(toArray)).map(held);
  }
  release(): void {}
}

/** A slice as a loaded model. */
class ModelExecutable implements Executable {
  readonly #slice: EngineSlice;
  readonly #lowered: LoweredModel;
  readonly #model: LoadedModel;
  readonly #onRecovery: OnRecovery;
  readonly #letGo: (model: LoadedModel) => void;
  readonly #hasHalf: boolean;
  #kernels: KernelExecutable | null = null;

  constructor(
    slice: EngineSlice,
    lowered: LoweredModel,
    model: LoadedModel,
    onRecovery: OnRecovery,
    letGo: (model: LoadedModel) => void,
  ) {
    this.#slice = slice;
    this.#lowered = lowered;
    this.#model = model;
    this.#onRecovery = onRecovery;
    this.#letGo = letGo;
    this.#hasHalf = slice.outputs.some(({ dtype }) => dtype === float16);
  }

  async run(
    inputs: readonly EngineValue[],
    { signal }: { readonly signal: AbortSignal | null },
  ): Promise<readonly EngineValue[]> {
    signal?.throwIfAborted();
    try {
      return this.#inOrder(await this.#model.run(this.#feeds(inputs), signal));
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
      return this.#inOrder(this.#model.runSync(this.#feeds(inputs)));
    } catch (error) {
      const recovery = this.#recoveryOf(error);
      const outputs = this.#byKernels().runSync(inputs);
      this.#onRecovery(recovery);
      return outputs;
    }
  }

  release(): void {
    this.#letGo(this.#model);
  }

  #feeds(inputs: readonly EngineValue[]): RuntimeTensors {
    const { inputNames, fedConstants } = this.#lowered;
    const feeds: Record<string, RuntimeTensor> = {};
    for (let i = 0; i < inputNames.length; i += 1) {
      const name = inputNames[i];
      if (name !== null) feeds[name as string] = inputs[i] as RuntimeTensor;
    }
    for (const { name, value } of fedConstants) feeds[name] = new HostTensor(value);
    return feeds;
  }

  #inOrder(outputs: RuntimeTensors): readonly EngineValue[] {
    const { outputNames } = this.#lowered;
    const values = new Array<EngineValue>(outputNames.length);
    for (let i = 0; i < outputNames.length; i += 1) values[i] = outputs[outputNames[i] as string] as EngineValue;
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

function modelToLoad(slice: EngineSlice, lowered: LoweredModel): ModelToLoad {
  const { model, inputNames, fedConstants, keptNames, external } = lowered;
  return {
    bytes: encodeModel(model),
    inputNames: [...inputNames.filter((name) => name !== null), ...fedConstants.map(({ name }) => name)],
    outputNames: keptNames,
    isSmall: isSmall(slice),
    external: external.map(({ name, value }) => ({ path: name, data: bytesOf(value) })),
  };
}

/** The engine over a runtime. */
export class OnnxRuntimeEngine implements Engine {
  readonly name = "onnxruntime";
  readonly runsRegions = true;
  readonly #runtime: Runtime;
  readonly #onRecovery: OnRecovery;
  readonly #isAdaptive: boolean;
  readonly #models = new Set<LoadedModel>();
  readonly copiesToHost: boolean;
  /** Only there where values are the runtime's: others are collected like any object. */
  readonly release?: (value: EngineValue) => void;

  constructor(runtime: Runtime, onRecovery: OnRecovery, isAdaptive = true) {
    this.#isAdaptive = isAdaptive;
    this.#runtime = runtime;
    this.#onRecovery = onRecovery;
    this.copiesToHost = runtime.ownsValues === true;
    if (runtime.ownsValues === true) this.release = (value) => (value as RuntimeTensor).release?.();
  }

  get canRunSync(): boolean {
    return this.#runtime.canRunSync;
  }

  supports(op: Operation): true | string {
    return supportedByOnnx(op);
  }

  async compile(slice: EngineSlice): Promise<Executable> {
    const lowered = lowerSlice(slice, this.#runtime);
    if (lowered instanceof Unsupported || lowered.keptNames.length === 0) return this.#byKernels(slice, lowered);
    try {
      const model = await this.#runtime.load(modelToLoad(slice, lowered));
      return this.#adaptive(slice, this.#executable(slice, lowered, model));
    } catch (error) {
      return this.#byKernels(slice, error);
    }
  }

  compileSync(slice: EngineSlice): Executable {
    const lowered = lowerSlice(slice, this.#runtime);
    if (lowered instanceof Unsupported || lowered.keptNames.length === 0) return this.#byKernels(slice, lowered);
    try {
      const model = this.#runtime.loadSync(modelToLoad(slice, lowered));
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
        places.map((place) => [slice.inputs[place] as SliceValue, toArray(inputs[place] as EngineValue)]),
      );
      const { canStoreOutside, blockSize } = this.#runtime;
      return lowerSlice(slice, { canStoreOutside, blockSize, constants });
    };
    return new AdaptiveExecutable(general, slice, places, {
      compile: async (inputs) => {
        const made = lowered(inputs);
        if (made instanceof Unsupported) return null;
        const model = await this.#runtime.load(modelToLoad(slice, made)).catch(() => null);
        return model && this.#executable(slice, made, model);
      },
      compileSync: (inputs) => {
        const made = lowered(inputs);
        if (made instanceof Unsupported) return null;
        try {
          return this.#executable(slice, made, this.#runtime.loadSync(modelToLoad(slice, made)));
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
    this.#models.add(model);
    return new ModelExecutable(slice, lowered, model, this.#onRecovery, (one) => this.#release(one));
  }

  fromHost(array: NDArray): EngineValue {
    return held(array);
  }

  toHost(value: EngineValue): NDArray {
    return toArray(value);
  }

  shapeOf(value: EngineValue): readonly number[] {
    return (value as RuntimeTensor).dims;
  }

  /** Once only: the engine may be closed before a session that used it. */
  #release(model: LoadedModel): void {
    if (this.#models.delete(model)) model.release();
  }

  close(): void {
    for (const model of this.#models) this.#release(model);
  }
}
