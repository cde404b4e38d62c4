/** An engine that does what another does, and tells how the slices that it compiled are written in ONNX. */
import type { Engine, EngineSlice, EngineValue, Executable, NDArray, Operation } from "namesake";
import { type LoweringOptions, lowerSlice } from "../../src/onnx/lowering/lower.ts";
import { Unsupported } from "../../src/onnx/rule.ts";

/** A slice in ONNX as a text: how many nodes it has of each type. */
function loweredText(slice: EngineSlice, options: LoweringOptions): string {
  const lowered = lowerSlice(slice, options);
  if (lowered instanceof Unsupported) return `not written in ONNX: ${lowered.why}\n`;
  const { node = [], initializer = [], input = [] } = lowered.model.graph ?? {};
  const counts = new Map<string, number>();
  for (const { opType = "", domain } of node) {
    const type = domain ? `${domain} ${opType}` : opType;
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const rows = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, count]) => `  ${count} ${type}\n`);
  const head = `${slice.nodes.length} ops in ${node.length} nodes, ${input.length} inputs, ${initializer.length} constants\n`;
  return head + rows.join("");
}

export class RecordingEngine implements Engine {
  readonly #engine: Engine;
  /** The slices that were compiled, in ONNX. */
  readonly lowered: string[] = [];

  readonly #options: LoweringOptions;

  /** `options` are those with which slices are written for `lowered`, whatever the engine itself can do. */
  constructor(engine: Engine, options: LoweringOptions = { canStoreOutside: false }) {
    this.#engine = engine;
    this.#options = options;
  }
  get name(): string {
    return this.#engine.name;
  }
  get canRunSync(): boolean {
    return this.#engine.canRunSync;
  }
  supports(op: Operation, known?: readonly (NDArray | null)[]): true | string {
    return this.#engine.supports(op, known);
  }
  compile(slice: EngineSlice): Promise<Executable> {
    this.lowered.push(loweredText(slice, this.#options));
    return this.#engine.compile(slice);
  }
  compileSync(slice: EngineSlice): Executable {
    this.lowered.push(loweredText(slice, this.#options));
    return this.#engine.compileSync(slice);
  }
  fromHost(array: NDArray): EngineValue {
    return this.#engine.fromHost(array);
  }
  toHost(value: EngineValue): NDArray {
    return this.#engine.toHost(value);
  }
  shapeOf(value: EngineValue): readonly number[] {
    return this.#engine.shapeOf(value);
  }
  release(value: EngineValue): void {
    this.#engine.release?.(value);
  }
  close(): void {
    this.#engine.close();
  }
}
