/** The runtime over the C interface: tried before it is relied on, and left alone where anything of it is missing. */
import {
  type LoadedModel,
  type ModelToLoad,
  type Optimization,
  optimizationOf,
  type Runtime,
  type RuntimeTensor,
} from "../runtime.ts";
import { blockSizeOf, computes, takesExternalData } from "../self-test.ts";
import { spinDuration } from "../spinning.ts";
import { turnWhenDue } from "../turns.ts";
import { NativeLibrary, type Pointer, QUIET } from "./library.ts";
import { NativeModel } from "./native-model.ts";
import { type Elements, moved, NativeTensor } from "./native-tensor.ts";
import { SMALL_BYTES } from "./stage.ts";

/** How models are loaded. */
export interface NativeSettings {
  /** Threads of each model; `null` for the pool that all of them share. */
  readonly threadCount: number | null;
  /** Whether waiting threads keep their core busy; `null` for as long as another operator may follow. */
  readonly isSpinning: boolean | null;
  /** `null` for what suits each model. */
  readonly optimization: Optimization | null;
}

/** ONNX Runtime's numbers (`GraphOptimizationLevel`). */
const levels: Readonly<Record<Optimization, number>> = {
  disabled: 0,
  basic: 1,
  extended: 2,
  all: 99,
};

/** The threads of one model. */
interface Threads {
  /** `null` for those of the shared pool; 0 for one per core. */
  readonly count: number | null;
  /** `null` for a moment each time. */
  readonly isSpinning: boolean | null;
}

/** So many models have threads of their own that wait actively for a moment. */
const MOST_OWN_POOLS = 8;

/** The library, and what it was found able to do. */
export interface TestedLibrary {
  readonly library: NativeLibrary;
  /** Threads of a pool; 0 for one per core. */
  readonly poolSize: number;
  /** Whether models may share a pool of threads. */
  readonly hasSharedPool: boolean;
  /** For how many microseconds threads keep their core busy; `null` where they cannot be told. */
  readonly spinDuration: string | null;
  readonly canStoreOutside: boolean;
  readonly blockSize: number | null;
}

/** Loads models by the C interface. */
export class NativeRuntime implements Runtime {
  readonly canRunSync = true;
  readonly ownsValues = true;
  readonly canStop = true;
  readonly canStoreOutside: boolean;
  readonly blockSize: number | null;
  readonly #tested: TestedLibrary;
  readonly #library: NativeLibrary;
  readonly #settings: NativeSettings;

  constructor(found: TestedLibrary, settings: NativeSettings) {
    this.#tested = found;
    this.#library = found.library;
    this.#settings = settings;
    this.canStoreOutside = found.canStoreOutside;
    this.blockSize = found.blockSize;
  }

  async load(model: ModelToLoad): Promise<LoadedModel> {
    await turnWhenDue();
    return this.loadSync(model);
  }

  loadSync(model: ModelToLoad): LoadedModel {
    const { functions, environment } = this.#library;
    const threads = this.#threadsFor(model);
    const options = this.#options(threads, optimizationOf(model, this.#settings.optimization));
    try {
      this.#addExternal(options, model);
      const session = this.#library.make((out) =>
        functions.CreateSessionFromArray(environment, model.bytes, model.bytes.length, options, out),
      );
      return new NativeModel(this.#library, session, model, threads.isSpinning === null);
    } finally {
      functions.ReleaseSessionOptions(options);
    }
  }

  /** Small values are copied in each run, whoever made them; others would be handed over anew in each. */
  keep(value: RuntimeTensor): RuntimeTensor {
    if (value instanceof NativeTensor || Array.isArray(value.data)) return value;
    return (value.data as Elements).byteLength <= SMALL_BYTES ? value : moved(this.#library, value);
  }

  /**
   * Threads that keep their core busy for a moment take up the next operator at once, where waking them takes as long as many an operator. That
   * needs a pool of the model's own, of which there are only few: later models share one, in which nobody waits actively.
   */
  #threadsFor({ isSmall }: ModelToLoad): Threads {
    const { threadCount, isSpinning } = this.#settings;
    const { poolSize, hasSharedPool, spinDuration, library } = this.#tested;
    if (isSmall || threadCount === 1) return { count: 1, isSpinning: false };
    if (isSpinning === null && spinDuration !== null && library.ownPoolCount < MOST_OWN_POOLS)
      return { count: threadCount ?? poolSize, isSpinning: null };
    if (isSpinning === null && threadCount === null && hasSharedPool) return { count: null, isSpinning: false };
    return { count: threadCount ?? poolSize, isSpinning: isSpinning === true };
  }

  #options({ count, isSpinning }: Threads, optimization: Optimization): Pointer {
    const { functions } = this.#library;
    const options = this.#library.make((out) => functions.CreateSessionOptions(out));
    const set = (key: string, value: string): Pointer => functions.AddSessionConfigEntry(options, key, value);
    const statuses = [
      functions.SetSessionLogSeverityLevel(options, QUIET),
      functions.SetSessionGraphOptimizationLevel(options, levels[optimization]),
      count === null ? functions.DisablePerSessionThreads(options) : functions.SetIntraOpNumThreads(options, count),
      set("session.intra_op.allow_spinning", isSpinning === false ? "0" : "1"),
      ...(isSpinning === null ? [set("session.intra_op.spin_duration_us", this.#tested.spinDuration ?? "0")] : []),
    ];
    for (const status of statuses) this.#library.check(status);
    return options;
  }

  /** ONNX Runtime copies the constants while it makes the session. */
  #addExternal(options: Pointer, { external }: ModelToLoad): void {
    if (external.length === 0) return;
    const library = this.#library;
    const names = external.map(({ path }) => pathText(path));
    const addresses = (memory: readonly ArrayBufferView[]): BigUint64Array =>
      BigUint64Array.from(memory, (one) => BigInt(library.address(one)));
    const contents = external.map(({ data }) => data);
    library.check(
      library.functions.AddExternalInitializersFromFilesInMemory(
        options,
        addresses(names),
        addresses(contents),
        BigUint64Array.from(contents, ({ length }) => BigInt(length)),
        external.length,
      ),
    );
  }
}

/** A path as the platform's C strings have it. */
function pathText(path: string): Uint8Array {
  return process.platform === "win32" ? Buffer.from(`${path}\0`, "utf16le") : new TextEncoder().encode(`${path}\0`);
}

/** The library once it has passed its test; `null` when it has not, or is not there; `undefined` before. */
let tested: TestedLibrary | null | undefined;

/** The library, if it is there and gives the right answers. The first call says how many threads the shared pool has, one per core for 0. */
export function testedLibrary(require: NodeJS.Require, poolSize = 0): TestedLibrary | null {
  if (tested !== undefined) return tested;
  try {
    tested = test(NativeLibrary.load(require, poolSize), poolSize, spinDuration(require));
  } catch {
    tested = null;
  }
  return tested;
}

function test(library: NativeLibrary, poolSize: number, duration: string | null): TestedLibrary | null {
  const most = { library, poolSize, hasSharedPool: true, spinDuration: null, canStoreOutside: true, blockSize: null };
  const own = { threadCount: 2, isSpinning: false, optimization: "all" } as const;
  const runtime = new NativeRuntime(most, own);
  if (!computes(runtime)) return null;
  return {
    library,
    poolSize,
    hasSharedPool: sharesPool(new NativeRuntime(most, { ...own, threadCount: null, isSpinning: null })),
    spinDuration: duration,
    canStoreOutside: takesExternalData(runtime),
    blockSize: blockSizeOf(runtime),
  };
}

/** A process in which somebody else called ONNX Runtime first has no pool to share. */
function sharesPool(runtime: NativeRuntime): boolean {
  try {
    return computes(runtime, false);
  } catch {
    return false;
  }
}
