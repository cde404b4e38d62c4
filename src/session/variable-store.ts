/** The values of a session's variables, as the engine keeps them. A step changes them all at once, or not at all. */
import type { Operation } from "../graph/operation.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { VariableStates } from "./dataflow.ts";
import type { Engine, EngineValue } from "./engine.ts";
import { stateKey } from "./step-values.ts";

/** The place of one variable's value. */
export interface VariableSlot {
  readonly key: string;
  readonly container: string;
  value: EngineValue | null;
}

/** The values of stores that nobody cleared are given back once nothing refers to the store: an engine's memory is not the collector's. */
const forgotten = new FinalizationRegistry<{ readonly engine: Engine; readonly holders: Map<EngineValue, number> }>(
  ({ engine, holders }) => {
    for (const value of holders.keys()) engine.release?.(value);
    holders.clear();
  },
);

/** All variables that steps of a session have touched. */
export class VariableStore implements VariableStates {
  readonly #slots = new Map<string, VariableSlot>();
  /** How many slots hold a value, here and in snapshots: only for engines that want values released. */
  readonly #holders: Map<EngineValue, number>;
  readonly #engine: Engine;
  /** In a snapshot, whose values no step changes: those that were asked for, on the host. */
  readonly #constants: Map<string, NDArray> | null = null;

  constructor(engine: Engine, original: VariableStore | null = null) {
    this.#engine = engine;
    this.#holders = original === null ? new Map<EngineValue, number>() : original.#holders;
    if (original !== null) this.#constants = new Map();
    else if (engine.release !== undefined) forgotten.register(this, { engine, holders: this.#holders });
  }

  /** Whether no step may write. */
  get isSnapshot(): boolean {
    return this.#constants !== null;
  }

  /** The same variables with the values that they have now. Values never change, so nothing is copied. */
  snapshot(): VariableStore {
    const made = this.emptySnapshot();
    for (const [key, { container, value }] of this.#slots) {
      const slot: VariableSlot = { key, container, value: null };
      made.#slots.set(key, slot);
      if (value !== null) made.commit([slot], [value]);
    }
    return made;
  }

  /** A snapshot from before anything had a value. */
  emptySnapshot(): VariableStore {
    return new VariableStore(this.#engine, this);
  }

  constantOf(key: string): NDArray | null {
    const value = this.#slots.get(key)?.value ?? null;
    if (this.#constants === null || value === null) return null;
    let constant = this.#constants.get(key);
    if (constant === undefined) {
      constant = this.#engine.toHost(value);
      this.#constants.set(key, constant);
    }
    return constant;
  }

  slot(op: Operation): VariableSlot {
    const key = stateKey(op);
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = { key, container: (op.attrs["container"] as string | undefined) ?? "", value: null };
      this.#slots.set(key, slot);
    }
    return slot;
  }

  isInitialized(key: string): boolean {
    return (this.#slots.get(key)?.value ?? null) !== null;
  }

  hasContainer(op: Operation): boolean {
    const container = (op.attrs["container"] as string | undefined) ?? "";
    for (const slot of this.#slots.values()) if (slot.value !== null && slot.container === container) return true;
    return false;
  }

  /** Whether some variable holds this very value. */
  holds(value: EngineValue): boolean {
    return this.#holders.has(value);
  }

  /** Puts values in place, and then lets go of those before: one variable may get what another one had. */
  commit(slots: readonly VariableSlot[], values: readonly EngineValue[]): void {
    const counts = this.#engine.release !== undefined;
    const before = counts ? slots.map(({ value }) => value) : [];
    for (let i = 0; i < slots.length; i += 1) {
      const value = values[i] as EngineValue;
      (slots[i] as VariableSlot).value = value;
      if (counts) this.#holders.set(value, (this.#holders.get(value) ?? 0) + 1);
    }
    for (const value of before) if (value !== null) this.#letGo(value);
  }

  #letGo(value: EngineValue): void {
    const left = (this.#holders.get(value) ?? 1) - 1;
    if (left > 0) this.#holders.set(value, left);
    else {
      this.#holders.delete(value);
      this.#engine.release?.(value);
    }
  }

  /** Lets go of everything. */
  clear(): void {
    for (const slot of this.#slots.values()) {
      if (slot.value !== null && this.#engine.release !== undefined) this.#letGo(slot.value);
      slot.value = null;
    }
    this.#slots.clear();
    this.#constants?.clear();
  }
}
