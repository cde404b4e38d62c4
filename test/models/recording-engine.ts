/** An engine that does what another does, and tells how the slices that it compiled are written in ONNX. */
import type { Engine, EngineSlice, EngineValue, Executable, NDArray, Operation } from "namesake";
import { lowerSlice } from "../../src/onnx/lower.ts";
import { Unsupported } from "../../src/onnx/rule.ts";

/** A slice in ONNX as a text: how many nodes it has of each type. */
function loweredText(slice: EngineSlice): string {
  const lowered = lowerSlice(slice);
  if (lowered instanceof Unsupported) return `not written in ONNX: ${lowered.why}\n`;
  const { node = [], initializer = [], input = [] } = lowered.model.graph ?? {};
  const counts = new Map<string, number>();
  for (const { opType = "" } of node) counts.set(opType, (counts.get(opType) ?? 0) + 1);
  const rows = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, count]) => `  ${count} ${type}\n`);
  const head = `${slice.nodes.length} ops in ${node.length} nodes, ${input.length} inputs, ${initializer.length} constants\n`;
  return head + rows.join("");
}

export class RecordingEngine implements Engine {
  readonly #engine: Engine;
  /** The slices that were compiled, in ONNX. */
  readonly lowered: string[] = [];

  constructor(engine: Engine) {
    this.#engine = engine;
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
    this.lowered.push(loweredText(slice));
    return this.#engine.compile(slice);
  }
  compileSync(slice: EngineSlice): Executable {
    this.lowered.push(loweredText(slice));
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
