/** The runtime over the C interface: tried before it is relied on, and left alone where anything of it is missing. */
import type { LoadedModel, ModelToLoad, Runtime } from "../runtime.ts";
import { computes } from "../self-test.ts";
import { NativeLibrary, type Pointer, QUIET } from "./library.ts";
import { NativeModel } from "./native-model.ts";

/** How models are loaded. */
export interface NativeSettings {
  readonly threadCount: number | null;
  readonly isSpinning: boolean;
  /** `GraphOptimizationLevel`. */
  readonly optimization: "disabled" | "basic" | "extended" | "all";
}

/** ONNX Runtime's numbers. */
const levels: Readonly<Record<NativeSettings["optimization"], number>> = {
  disabled: 0,
  basic: 1,
  extended: 2,
  all: 99,
};

/** Loads models by the C interface; those whose constants stand beside the model by `outside`, where there is one. */
export class NativeRuntime implements Runtime {
  readonly canRunSync = true;
  readonly canStoreOutside: boolean;
  /** As the other runtime found it: both are one library. */
  readonly blockSize: number | null;
  readonly ownsValues = true;
  readonly #library: NativeLibrary;
  readonly #settings: NativeSettings;
  readonly #outside: Runtime | null;

  constructor(library: NativeLibrary, settings: NativeSettings, outside: Runtime | null) {
    this.#library = library;
    this.#settings = settings;
    this.#outside = outside?.canStoreOutside === true ? outside : null;
    this.canStoreOutside = this.#outside !== null;
    this.blockSize = outside?.blockSize ?? null;
  }

  async load(model: ModelToLoad): Promise<LoadedModel> {
    if (model.external.length > 0 && this.#outside !== null) return this.#outside.load(model);
    return this.loadSync(model);
  }

  loadSync(model: ModelToLoad): LoadedModel {
    if (model.external.length > 0 && this.#outside !== null) return this.#outside.loadSync(model);
    const { functions, environment } = this.#library;
    const options = this.#options(model);
    try {
      const session = this.#library.make((out) =>
        functions.CreateSessionFromArray(environment, model.bytes, model.bytes.length, options, out),
      );
      return new NativeModel(this.#library, session, model);
    } finally {
      functions.ReleaseSessionOptions(options);
    }
  }

  #options({ isSmall }: ModelToLoad): Pointer {
    const { functions } = this.#library;
    const { threadCount, isSpinning, optimization } = this.#settings;
    const options = this.#library.make((out) => functions.CreateSessionOptions(out));
    const threads = isSmall ? 1 : (threadCount ?? 0);
    for (const status of [
      functions.SetSessionLogSeverityLevel(options, QUIET),
      functions.SetSessionGraphOptimizationLevel(options, levels[optimization]),
      functions.SetIntraOpNumThreads(options, threads),
      functions.AddSessionConfigEntry(options, "session.intra_op.allow_spinning", isSpinning ? "1" : "0"),
    ])
      this.#library.check(status);
    return options;
  }
}

/** The library once it has passed its test; `null` when it has not, or is not there; `undefined` before. */
let tested: NativeLibrary | null | undefined;

/** The library, if it is there and gives the right answers. */
export function testedLibrary(require: NodeJS.Require): NativeLibrary | null {
  if (tested !== undefined) return tested;
  try {
    const library = NativeLibrary.load(require);
    const settings = { threadCount: 1, isSpinning: false, optimization: "all" } as const;
    tested = computes(new NativeRuntime(library, settings, null)) ? library : null;
  } catch {
    tested = null;
  }
  return tested;
}
