/**
 * ONNX Runtime under Node: the door `namesake/onnxruntime-node`. Not the engine's work: that is `shared.ts`.
 *
 * `onnxruntime-node` can be used in three ways. The library in it is called directly where `koffi` is installed. Else its inner binding runs
 * models synchronously: that is a file that the package does not promise to keep. Its public interface only offers promises. The first way
 * that is there and gives the right answers is taken.
 */
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { UnavailableError, UnsupportedFeatureError } from "../../base/errors.ts";
import type { Engine } from "../../session/engine.ts";
import { unshared } from "./host-tensor.ts";
import { NativeRuntime, testedLibrary } from "./native/native-runtime.ts";
import {
  type LoadedModel,
  type ModelToLoad,
  optimizationOf,
  type Runtime,
  type RuntimeTensor,
  type RuntimeTensors,
} from "./runtime.ts";
import { blockSizeOf, computes, takesExternalData } from "./self-test.ts";
import { OnnxRuntimeEngine, type OnRecovery, type Recovery } from "./shared.ts";
import { spinDuration } from "./spinning.ts";
import { turnWhenDue } from "./turns.ts";

export type { OnRecovery, Recovery };

/** How ONNX Runtime is to work. */
export interface OnnxRuntimeOptions {
  /** Threads for the work of one operator, the model's own. Default: one per core, at most 16; one where all values are known to be small. */
  readonly threadCount?: number;
  /**
   * Whether waiting threads keep their core busy: good as long as one model alone runs on an idle machine, and much slower otherwise. Default:
   * for a few microseconds, where ONNX Runtime can be told so, else no. `false` is never.
   */
  readonly isSpinning?: boolean;
  /**
   * How far ONNX Runtime rewrites a model before it runs. Default: `"all"`, but `"disabled"` for steps that update variables, in which it takes
   * time to find next to nothing.
   */
  readonly optimization?: "disabled" | "basic" | "extended" | "all";
  /** Whether only what the package documents is used; `runSync` needs more. Default: no. */
  readonly isPublicInterfaceOnly?: boolean;
  /**
   * Whether a step with convolutions, or with products of few rows with large matrices, gets a second model that has the variables as
   * constants, when they have stayed the same for a while. It can be several times as fast, and takes the memory of the variables once
   * more; variables of more than 512 MiB stay as they are. Default: yes. `session.freeze()` does it at once.
   */
  readonly isAdaptive?: boolean;
  /**
   * Whether a step that is fed values whose sizes the graph leaves open, such as batches of any size, is compiled for the sizes that it is fed: for
   * up to four of them at a time, and for any others once. Gradients and convolutions gain most. Default: yes.
   */
  readonly isShaped?: boolean;
  /**
   * Whether the library of `onnxruntime-node` is called directly, where `koffi` is installed: variables then stay in ONNX Runtime's memory from
   * step to step, long steps leave the event loop free, an `AbortSignal` stops them, and all models share one pool of threads. Default: yes, if a
   * trial of it gives the right answers.
   */
  readonly isNative?: boolean;
  /** Told when ONNX Runtime failed at what Namesake's kernels then computed. Results are right in any case; this is for looking into speed. */
  readonly onRecovery?: OnRecovery;
}

interface SessionOptions {
  readonly graphOptimizationLevel: string;
  readonly logSeverityLevel: number;
  readonly intraOpNumThreads?: number;
  readonly externalData?: ModelToLoad["external"];
  readonly extra: Readonly<Record<string, unknown>>;
}

/** Warnings and errors of ONNX Runtime go to nobody's terminal: they are thrown. */
const quiet = { logSeverityLevel: 4 } as const;

type NamedTensors<T = RuntimeTensor> = Readonly<Record<string, T>>;

/** The inner binding of onnxruntime-node (dist/binding.js). */
interface InnerSession {
  loadModel(buffer: ArrayBufferLike, byteOffset: number, byteLength: number, options: SessionOptions): void;
  run(feeds: NamedTensors, fetches: NamedTensors<null>, options: typeof quiet): NamedTensors;
  dispose(): void;
}
interface InnerModule {
  readonly binding: { readonly InferenceSession: new () => InnerSession };
  initOrt(): void;
}
/** The inner binding, and what it was found able to do. */
interface TestedModule {
  readonly module: InnerModule;
  readonly canStoreOutside: boolean;
  readonly blockSize: number | null;
  /** For how many microseconds threads wait actively; `null` where they cannot be told. */
  readonly spinDuration: string | null;
}

/** The part of the public interface that is used. */
interface PublicSession {
  run(feeds: NamedTensors<unknown>, options: typeof quiet): Promise<NamedTensors>;
  release(): Promise<void>;
}
interface PublicModule {
  readonly InferenceSession: { create(model: Uint8Array, options: SessionOptions): Promise<PublicSession> };
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => unknown;
}

const packageName = "onnxruntime-node";

/** Threads per model, unless the caller chooses. */
const MOST_THREADS = 16;

/** ONNX Runtime takes all cores; that many threads for each model of a program are too many on large machines. */
function fewThreads(): number | undefined {
  return availableParallelism() > MOST_THREADS ? MOST_THREADS : undefined;
}

function sessionOptions(
  options: OnnxRuntimeOptions,
  model: ModelToLoad,
  spinDuration: string | null = null,
): SessionOptions {
  const { isSmall, external } = model;
  const threads = isSmall ? 1 : (options.threadCount ?? fewThreads());
  return {
    ...quiet,
    graphOptimizationLevel: optimizationOf(model, options.optimization ?? null),
    ...(threads !== undefined && { intraOpNumThreads: threads }),
    ...(external.length > 0 && { externalData: external }),
    extra: { session: { intra_op: spinSettings(options.isSpinning, spinDuration) } },
  };
}

function spinSettings(isSpinning: boolean | undefined, duration: string | null): Readonly<Record<string, string>> {
  if (isSpinning === undefined && duration !== null) return { allow_spinning: "1", spin_duration_us: duration };
  return { allow_spinning: isSpinning === true ? "1" : "0" };
}

class InnerModel implements LoadedModel {
  readonly #session: InnerSession;
  readonly #model: ModelToLoad;
  readonly #fetches: NamedTensors<null>;

  constructor(session: InnerSession, model: ModelToLoad) {
    this.#session = session;
    this.#model = model;
    this.#fetches = Object.fromEntries(model.outputNames.map((name) => [name, null]));
  }
  async run(inputs: RuntimeTensors): Promise<RuntimeTensors> {
    await turnWhenDue();
    return this.runSync(inputs);
  }
  runSync(inputs: RuntimeTensors): RuntimeTensors {
    const { inputNames, outputNames } = this.#model;
    return inOrder(outputNames, this.#session.run(byName(inputNames, inputs), this.#fetches, quiet));
  }
  release(): void {
    this.#session.dispose();
  }
}

function byName(names: readonly string[], tensors: RuntimeTensors): NamedTensors {
  const named: Record<string, RuntimeTensor> = {};
  for (let i = 0; i < names.length; i += 1) named[names[i] as string] = unshared(tensors[i] as RuntimeTensor);
  return named;
}

function inOrder(names: readonly string[], tensors: NamedTensors): RuntimeTensors {
  const list = new Array<RuntimeTensor>(names.length);
  for (let i = 0; i < names.length; i += 1) list[i] = tensors[names[i] as string] as RuntimeTensor;
  return list;
}

/** The inner binding. */
class InnerRuntime implements Runtime {
  readonly canRunSync = true;
  readonly canStoreOutside: boolean;
  readonly blockSize: number | null;
  readonly #module: InnerModule;
  readonly #spinDuration: string | null;
  readonly #options: OnnxRuntimeOptions;

  constructor({ module, canStoreOutside, blockSize, spinDuration }: TestedModule, options: OnnxRuntimeOptions) {
    this.#module = module;
    this.#spinDuration = spinDuration;
    this.canStoreOutside = canStoreOutside;
    this.blockSize = blockSize;
    this.#options = options;
  }
  async load(model: ModelToLoad): Promise<LoadedModel> {
    await turnWhenDue();
    return this.loadSync(model);
  }
  loadSync(model: ModelToLoad): LoadedModel {
    const { bytes } = model;
    const session = new this.#module.binding.InferenceSession();
    const options = sessionOptions(this.#options, model, this.#spinDuration);
    session.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, options);
    return new InnerModel(session, model);
  }
}

/** The public interface. */
class PublicRuntime implements Runtime {
  readonly canRunSync = false;
  readonly canStoreOutside = false;
  readonly blockSize = null;
  readonly #module: PublicModule;
  readonly #options: OnnxRuntimeOptions;

  constructor(module: PublicModule, options: OnnxRuntimeOptions) {
    this.#module = module;
    this.#options = options;
  }
  async load(model: ModelToLoad): Promise<LoadedModel> {
    const session = await this.#module.InferenceSession.create(model.bytes, sessionOptions(this.#options, model));
    const { Tensor } = this.#module;
    const asTensors = (inputs: RuntimeTensors): NamedTensors<unknown> =>
      Object.fromEntries(inputs.map(({ type, data, dims }, i) => [model.inputNames[i], new Tensor(type, data, dims)]));
    return {
      run: async (inputs) => inOrder(model.outputNames, await session.run(asTensors(inputs), quiet)),
      runSync: noSync,
      release: () => void session.release(),
    };
  }
  loadSync(): never {
    return noSync();
  }
}

function noSync(): never {
  throw new UnsupportedFeatureError(
    "This ONNX Runtime cannot run synchronously.\n  only its documented interface is used, which gives promises; call run instead of runSync",
  );
}

/** The inner binding once it has passed its test; `null` when it has not; `undefined` before. */
let testedBinding: TestedModule | null | undefined;

function testedInner(require: NodeJS.Require): TestedModule | null {
  try {
    const module = require(`${packageName}/dist/binding.js`) as InnerModule;
    module.initOrt();
    const most = { module, canStoreOutside: true, blockSize: null, spinDuration: null };
    const runtime = new InnerRuntime(most, {});
    if (!computes(runtime)) return null;
    return {
      module,
      canStoreOutside: takesExternalData(runtime),
      blockSize: blockSizeOf(runtime),
      spinDuration: spinDuration(require),
    };
  } catch {
    return null;
  }
}

/**
 * An engine that computes with the installed `onnxruntime-node`.
 *
 * @throws {UnavailableError} when the package is not installed, or has no binaries for this platform.
 * @example
 * import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
 * const session = new Session({ engine: createOnnxRuntimeEngine({ threadCount: 2 }) });
 */
export function createOnnxRuntimeEngine(options: OnnxRuntimeOptions = {}): Engine {
  const require = createRequire(import.meta.url);
  const isPublicOnly = options.isPublicInterfaceOnly === true;
  // First of all, as the one that comes first makes what all sessions of the process share.
  const native = isPublicOnly || options.isNative === false ? null : nativeRuntime(require, options);
  return new OnnxRuntimeEngine(
    native ?? (isPublicOnly ? null : innerRuntime(require, options)) ?? publicRuntime(require, options),
    options.onRecovery ?? (() => {}),
    options,
  );
}

function nativeRuntime(require: NodeJS.Require, options: OnnxRuntimeOptions): NativeRuntime | null {
  const library = testedLibrary(require, fewThreads());
  const { threadCount = null, isSpinning = null, optimization = null } = options;
  return library && new NativeRuntime(library, { threadCount, isSpinning, optimization });
}

function innerRuntime(require: NodeJS.Require, options: OnnxRuntimeOptions): InnerRuntime | null {
  if (testedBinding === undefined) testedBinding = testedInner(require);
  return testedBinding && new InnerRuntime(testedBinding, options);
}

function publicRuntime(require: NodeJS.Require, options: OnnxRuntimeOptions): PublicRuntime {
  try {
    return new PublicRuntime(require(packageName) as PublicModule, options);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new UnavailableError(
      `The package onnxruntime-node cannot be loaded.\n  why     ${reason}\n  to fix  npm install onnxruntime-node, or use the reference engine`,
      { cause: error },
    );
  }
}
