/** A model that is run by the C interface: values that it makes stay where they are, and long runs leave the event loop free. */
import type { LoadedModel, ModelToLoad, RuntimeTensor, RuntimeTensors } from "../runtime.ts";
import type { NativeLibrary, Pointer } from "./library.ts";
import { borrowed, NativeTensor } from "./native-tensor.ts";

/** From so many milliseconds on, a run is worth the way to another thread. */
const LONG_MS = 0.5;

/** What one run hands over, and lets go at its end. */
interface Call {
  readonly inputs: BigUint64Array;
  readonly outputs: BigUint64Array;
  readonly used: NativeTensor[];
  readonly borrowed: bigint[];
  /** Memory of the host that must stay until the run is over. */
  readonly kept: readonly RuntimeTensor[];
}

/** A loaded model. */
export class NativeModel implements LoadedModel {
  readonly #library: NativeLibrary;
  readonly #inputNames: readonly string[];
  readonly #outputNames: readonly string[];
  readonly #inputPointers: BigUint64Array;
  readonly #outputPointers: BigUint64Array;
  /** The bytes of the names that the pointers point to: they stay as long as the model. */
  protected readonly nameBytes: readonly Uint8Array[];
  #session: Pointer;
  #running = 0;
  #isReleased = false;
  /** How long the last run took. */
  #lastMs = Infinity;

  constructor(library: NativeLibrary, session: Pointer, { inputNames, outputNames }: ModelToLoad) {
    this.#library = library;
    this.#session = session;
    this.#inputNames = inputNames;
    this.#outputNames = outputNames;
    const bytes = [...inputNames, ...outputNames].map((name) => new TextEncoder().encode(`${name}\0`));
    const pointers = bytes.map((one) => BigInt(library.address(one)));
    this.nameBytes = bytes;
    this.#inputPointers = BigUint64Array.from(pointers.slice(0, inputNames.length));
    this.#outputPointers = BigUint64Array.from(pointers.slice(inputNames.length));
  }

  runSync(feeds: RuntimeTensors): RuntimeTensors {
    const call = this.#prepare(feeds);
    const begun = performance.now();
    try {
      const status = this.#library.functions.Run(...this.#arguments(call, 0));
      return this.#results(call, status);
    } finally {
      this.#lastMs = performance.now() - begun;
      this.#end(call);
    }
  }

  async run(feeds: RuntimeTensors, signal: AbortSignal | null = null): Promise<RuntimeTensors> {
    if (this.#lastMs < LONG_MS) return this.runSync(feeds);
    const { functions } = this.#library;
    const call = this.#prepare(feeds);
    const options = signal === null ? 0 : this.#library.make((out) => functions.CreateRunOptions(out));
    const stop = (): void => this.#library.check(functions.RunOptionsSetTerminate(options));
    signal?.addEventListener("abort", stop);
    const begun = performance.now();
    try {
      const status = await new Promise<Pointer>((resolve, reject) => {
        functions.Run.async(...this.#arguments(call, options), (error, result) =>
          error === null ? resolve(result) : reject(error),
        );
      });
      return this.#results(call, status);
    } finally {
      this.#lastMs = performance.now() - begun;
      signal?.removeEventListener("abort", stop);
      if (options !== 0) functions.ReleaseRunOptions(options);
      this.#end(call);
    }
  }

  #arguments(
    { inputs, outputs }: Call,
    options: Pointer,
  ): [Pointer, Pointer, BigUint64Array, BigUint64Array, number, BigUint64Array, number, BigUint64Array] {
    return [
      this.#session,
      options,
      this.#inputPointers,
      inputs,
      inputs.length,
      this.#outputPointers,
      outputs.length,
      outputs,
    ];
  }

  #prepare(feeds: RuntimeTensors): Call {
    if (this.#isReleased) throw new Error("a model is run after it was released");
    const names = this.#inputNames;
    const kept = new Array<RuntimeTensor>(names.length);
    const inputs = new BigUint64Array(names.length);
    const call: Call = { inputs, outputs: new BigUint64Array(this.#outputNames.length), used: [], borrowed: [], kept };
    this.#running += 1;
    try {
      for (let i = 0; i < names.length; i += 1) {
        const tensor = feeds[names[i] as string] as RuntimeTensor;
        kept[i] = tensor;
        if (tensor instanceof NativeTensor) {
          inputs[i] = tensor.use();
          call.used.push(tensor);
        } else {
          const pointer = borrowed(this.#library, tensor);
          inputs[i] = pointer;
          call.borrowed.push(pointer);
        }
      }
    } catch (error) {
      this.#end(call);
      throw error;
    }
    return call;
  }

  #results({ outputs }: Call, status: Pointer): RuntimeTensors {
    this.#library.check(status);
    const results: Record<string, RuntimeTensor> = {};
    for (let i = 0; i < outputs.length; i += 1)
      results[this.#outputNames[i] as string] = new NativeTensor(this.#library, outputs[i] as bigint);
    return results;
  }

  #end({ used, borrowed: pointers }: Call): void {
    for (const pointer of pointers) this.#library.functions.ReleaseValue(pointer);
    for (const tensor of used) tensor.endUse();
    this.#running -= 1;
    if (this.#isReleased && this.#running === 0) this.#free();
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    if (this.#running === 0) this.#free();
  }

  #free(): void {
    this.#library.functions.ReleaseSession(this.#session);
    this.#session = 0;
  }
}
