/** A model that is run by the C interface: large values that it makes stay where they are, and long runs leave the event loop free. */
import { asDType } from "../../../tensor/dtype.ts";
import type { LoadedModel, ModelToLoad, RuntimeTensor, RuntimeTensors } from "../runtime.ts";
import { turnWhenDue } from "../turns.ts";
import type { NativeLibrary, Pointer } from "./library.ts";
import { type Elements, lend, NativeTensor, type Traits, traitsOfOutput } from "./native-tensor.ts";
import { SMALL_BYTES, Stage } from "./stage.ts";

/** From so many milliseconds on, a run is worth the way to another thread. */
const LONG_MS = 0.5;

/** Stages of more bytes than this are not kept from run to run. */
const MOST_KEPT_BYTES = 2 ** 24;

/** What is let go when a model was, or when nothing refers to it any more. */
interface Belongings {
  readonly library: NativeLibrary;
  readonly session: Pointer;
  readonly stages: Set<Stage>;
  /** Whether it has threads of its own that wait actively. */
  readonly hasOwnPool: boolean;
}

function letGo({ library, session, stages, hasOwnPool }: Belongings): void {
  for (const stage of stages) stage.release();
  stages.clear();
  library.functions.ReleaseSession(session);
  if (hasOwnPool) library.ownPoolCount -= 1;
}

/** Models of engines that nobody closed. */
const forgotten = new FinalizationRegistry<Belongings>(letGo);

/** Addresses of values, as a run reads and writes them. A number of 53 bits is written in halves: a `bigint` would be made each time. */
class Addresses {
  readonly #halves: Uint32Array;
  /** Where the addresses stand. */
  readonly address: Pointer;

  constructor(library: NativeLibrary, count: number) {
    this.#halves = new Uint32Array(2 * Math.max(1, count));
    this.address = library.address(this.#halves);
  }
  get(i: number): number {
    return (this.#halves[2 * i + 1] as number) * 2 ** 32 + (this.#halves[2 * i] as number);
  }
  set(i: number, address: number): void {
    this.#halves[2 * i] = address;
    this.#halves[2 * i + 1] = address / 2 ** 32;
  }
}

/** What one run hands over, and lets go at its end. */
class Call {
  readonly inputs: Addresses;
  readonly outputs: Addresses;
  /** Values over memory of the host, for this run. */
  readonly lent: Pointer[] = [];
  /** Stages for this run. */
  readonly stages: Stage[] = [];
  /** Values that must not be let go before the run is over. */
  readonly used: NativeTensor[] = [];

  constructor(library: NativeLibrary, inputCount: number, outputCount: number) {
    this.inputs = new Addresses(library, inputCount);
    this.outputs = new Addresses(library, outputCount);
  }
}

/** A loaded model. */
export class NativeModel implements LoadedModel {
  readonly #library: NativeLibrary;
  readonly #belongings: Belongings;
  /** What is known of the outputs beforehand; `null` for those of which too little is. */
  readonly #traits: readonly (Traits | null)[];
  readonly #hasLoops: boolean;
  readonly #names: Names;
  /** For each input that was small before. */
  readonly #inputStages: (Stage | null)[];
  /** For each output that is sure to be small. */
  #outputStages: readonly (Stage | null)[];
  /** The call that has the stages. One run at a time has it; others copy more, and make more. */
  readonly #call: Call;
  #isCallTaken = false;
  #running = 0;
  #isReleased = false;
  /** How long the last run took. */
  #lastMs = Infinity;

  constructor(library: NativeLibrary, session: Pointer, model: ModelToLoad, hasOwnPool: boolean) {
    const { inputNames, outputNames, outputRanks = [], hasLoops = false } = model;
    this.#library = library;
    this.#belongings = { library, session, stages: new Set(), hasOwnPool };
    if (hasOwnPool) library.ownPoolCount += 1;
    forgotten.register(this, this.#belongings, this);
    this.#hasLoops = hasLoops;
    this.#names = new Names(library, inputNames, outputNames);
    this.#call = new Call(library, inputNames.length, outputNames.length);
    this.#inputStages = inputNames.map(() => null);
    this.#traits = outputNames.map((_, i) => knownTraits(traitsOfOutput(library, session, i), outputRanks[i] ?? null));
    this.#outputStages = this.#traits.map((traits) => {
      const stage = traits === null || !isSmall(traits) ? null : new Stage(library, traits);
      if (stage !== null) this.#belongings.stages.add(stage);
      return stage;
    });
  }

  runSync(inputs: RuntimeTensors): RuntimeTensors {
    const call = this.#newCall();
    try {
      for (let i = 0; i < inputs.length; i += 1) this.#hand(call, i, inputs[i] as RuntimeTensor);
      if (this.#mustRunAgain(call, this.#status(call))) this.#library.check(this.#status(call));
      return this.#results(call);
    } finally {
      this.#end(call);
    }
  }

  async run(inputs: RuntimeTensors, signal: AbortSignal | null = null): Promise<RuntimeTensors> {
    if (this.#lastMs < LONG_MS && !(this.#hasLoops && signal !== null)) return this.#runHere(inputs, signal);
    const { functions } = this.#library;
    const call = this.#newCall();
    const begun = performance.now();
    let options: Pointer = 0;
    const stop = (): void => this.#library.check(functions.RunOptionsSetTerminate(options));
    try {
      if (signal !== null) options = this.#library.make((out) => functions.CreateRunOptions(out));
      signal?.addEventListener("abort", stop);
      for (let i = 0; i < inputs.length; i += 1) this.#handForLong(call, i, inputs[i] as RuntimeTensor);
      if (this.#mustRunAgain(call, await this.#statusElsewhere(call, options)))
        this.#library.check(await this.#statusElsewhere(call, options));
      return this.#results(call);
    } finally {
      this.#lastMs = performance.now() - begun;
      signal?.removeEventListener("abort", stop);
      if (options !== 0) functions.ReleaseRunOptions(options);
      this.#end(call);
    }
  }

  /** A short run is over before another thread would have begun with it. */
  async #runHere(inputs: RuntimeTensors, signal: AbortSignal | null): Promise<RuntimeTensors> {
    const turn = turnWhenDue();
    if (turn !== null) {
      await turn;
      signal?.throwIfAborted();
    }
    const begun = performance.now();
    try {
      return this.runSync(inputs);
    } finally {
      this.#lastMs = performance.now() - begun;
    }
  }

  #newCall(): Call {
    if (this.#isReleased) throw new Error("a model is run after it was released");
    this.#running += 1;
    if (this.#isCallTaken) return new Call(this.#library, this.#inputStages.length, this.#traits.length);
    this.#isCallTaken = true;
    return this.#call;
  }

  /** Hands over an input of a run that ends before anything else happens: memory of the host stays as it is. */
  #hand(call: Call, i: number, tensor: RuntimeTensor): void {
    if (tensor instanceof NativeTensor) {
      call.inputs.set(i, tensor.pointer);
      return;
    }
    const stage = (tensor.data as Elements).byteLength <= SMALL_BYTES ? this.#stageFor(call, i, tensor) : null;
    if (stage !== null) call.inputs.set(i, stage.pointer);
    else {
      const pointer = lend(this.#library, tensor);
      call.lent.push(pointer);
      call.inputs.set(i, pointer);
    }
  }

  /** Hands over an input of a run during which others work: they may let go of values, change memory of the host, or give it away. */
  #handForLong(call: Call, i: number, tensor: RuntimeTensor): void {
    if (tensor instanceof NativeTensor) {
      call.inputs.set(i, tensor.use());
      call.used.push(tensor);
      return;
    }
    const isKept = (tensor.data as Elements).byteLength <= MOST_KEPT_BYTES;
    let stage = isKept ? this.#stageFor(call, i, tensor) : null;
    if (stage === null) {
      stage = new Stage(this.#library, tensor);
      call.stages.push(stage);
      if (!stage.fits(tensor)) throw new Error(wrongLength(tensor));
      stage.put(tensor);
    }
    call.inputs.set(i, stage.pointer);
  }

  /** The value in memory that is used again and again; `null` where another run uses that. */
  #stageFor(call: Call, i: number, tensor: RuntimeTensor): Stage | null {
    if (call !== this.#call) return null;
    let stage = this.#inputStages[i] as Stage | null;
    if (stage === null || !stage.fits(tensor)) stage = this.#newStage(i, tensor);
    stage.put(tensor);
    return stage;
  }

  #newStage(i: number, tensor: RuntimeTensor): Stage {
    const { stages } = this.#belongings;
    const stage = new Stage(this.#library, tensor);
    stages.add(stage);
    const before = this.#inputStages[i] as Stage | null;
    this.#inputStages[i] = stage;
    if (before !== null) {
      stages.delete(before);
      before.release();
    }
    if (!stage.fits(tensor)) throw new Error(wrongLength(tensor));
    return stage;
  }

  #status(call: Call): Pointer {
    this.#setOutputs(call);
    const { inputs, outputs } = call;
    const names = this.#names;
    const { session } = this.#belongings;
    const inputCount = this.#inputStages.length;
    return this.#library.functions.Run(
      session,
      0,
      names.inputs,
      inputs.address,
      inputCount,
      names.outputs,
      this.#traits.length,
      outputs.address,
    );
  }

  /** As `#status`, on another thread. */
  #statusElsewhere(call: Call, options: Pointer): Promise<Pointer> {
    this.#setOutputs(call);
    const { inputs, outputs } = call;
    const names = this.#names;
    return new Promise((resolve, reject) => {
      this.#library.functions.Run.async(
        this.#belongings.session,
        options,
        names.inputs,
        inputs.address,
        this.#inputStages.length,
        names.outputs,
        this.#traits.length,
        outputs.address,
        (error, status) => (error === null ? resolve(status) : reject(error)),
      );
    });
  }

  /** Where outputs go: to a stage, or, for 0, to memory that ONNX Runtime finds. */
  #setOutputs(call: Call): void {
    const stages = this.#outputStages;
    const isStaged = call === this.#call;
    for (let i = 0; i < stages.length; i += 1) call.outputs.set(i, isStaged ? (stages[i]?.pointer ?? 0) : 0);
  }

  /**
   * Whether the run failed because outputs have other shapes than was known. That does not happen, but if it does, it does each time.
   * @throws {Error} for any other failure.
   */
  #mustRunAgain(call: Call, status: Pointer): boolean {
    if (status === 0) return false;
    try {
      this.#library.check(status);
    } catch (error) {
      const isStaged = call === this.#call && this.#outputStages.some((stage) => stage !== null);
      if (!isStaged || !/shape/i.test(String(error))) throw error;
    }
    const stages = this.#outputStages;
    this.#outputStages = stages.map(() => null);
    for (const stage of stages) {
      if (stage === null) continue;
      this.#belongings.stages.delete(stage);
      stage.release();
    }
    return true;
  }

  #results(call: Call): RuntimeTensors {
    const stages = this.#outputStages;
    const results = new Array<RuntimeTensor>(stages.length);
    for (let i = 0; i < stages.length; i += 1) {
      const stage = call === this.#call ? (stages[i] as Stage | null) : null;
      results[i] =
        stage === null
          ? new NativeTensor(this.#library, call.outputs.get(i), this.#traits[i] as Traits | null)
          : stage.taken();
    }
    return results;
  }

  #end(call: Call): void {
    const { lent, stages, used } = call;
    for (const pointer of lent) this.#library.functions.ReleaseValue(pointer);
    for (const stage of stages) stage.release();
    for (const tensor of used) tensor.endUse();
    lent.length = stages.length = used.length = 0;
    if (call === this.#call) this.#isCallTaken = false;
    this.#running -= 1;
    if (this.#isReleased && this.#running === 0) this.#free();
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    if (this.#running === 0) this.#free();
  }

  #free(): void {
    forgotten.unregister(this);
    letGo(this.#belongings);
  }
}

/** Names as C strings, and where they stand. */
class Names {
  readonly inputs: Pointer;
  readonly outputs: Pointer;
  /** What the addresses point at: it stays as long as they are used. */
  protected readonly memory: readonly ArrayBufferView[];

  constructor(library: NativeLibrary, inputNames: readonly string[], outputNames: readonly string[]) {
    const texts = [...inputNames, ...outputNames].map((name) => new TextEncoder().encode(`${name}\0`));
    const bytes = new Uint8Array(texts.reduce((sum, { length }) => sum + length, 0));
    const base = library.address(bytes);
    const pointers = new BigUint64Array(Math.max(1, texts.length));
    let at = 0;
    for (const [i, text] of texts.entries()) {
      bytes.set(text, at);
      pointers[i] = BigInt(base + at);
      at += text.length;
    }
    this.memory = [bytes, pointers];
    this.inputs = library.address(pointers);
    this.outputs = this.inputs + 8 * inputNames.length;
  }
}

/** What is sure: a scalar looks like something of which nothing is known. */
function knownTraits(traits: Traits, rank: number | null): Traits | null {
  const { dims } = traits;
  return dims.includes(-1) || (dims.length === 0 && rank !== 0) ? null : traits;
}

function isSmall({ type, dims }: Traits): boolean {
  return dims.reduce((product, size) => product * size, asDType(type).size) <= SMALL_BYTES;
}

function wrongLength({ dims, data }: RuntimeTensor): string {
  return `a value of shape [${dims.join(", ")}] has ${data.length} elements`;
}
