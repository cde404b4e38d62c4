/** Which engine a session uses when it is given none. The engines themselves are above; the library's entry says where to find them. */
import { invariant } from "../base/assert.ts";
import type { Engine } from "./engine.ts";

/** Makes an engine for one session. */
export type EngineFactory = () => Engine;

/** Where default engines come from. */
export interface DefaultEngines {
  /** The engine that is always there and runs synchronously. */
  readonly reference: EngineFactory;
  /** Loads the best engine of the platform. */
  load(): Promise<EngineFactory>;
}

let engines: DefaultEngines | undefined;
let loading: Promise<EngineFactory> | undefined;
let loaded: EngineFactory | undefined;

/** Called by the library's entry. What was loaded before is forgotten. */
export function provideDefaultEngine(provided: DefaultEngines): void {
  engines = provided;
  loading = undefined;
  loaded = undefined;
}

function provided(): DefaultEngines {
  invariant(engines, "the library was not composed: import it through its entry");
  return engines;
}

/** Loads the platform's engine, so that sessions made from now on can use it at once, also for `runSync`. */
export async function loadDefaultEngine(): Promise<void> {
  try {
    loaded = await (loading ??= provided().load());
  } catch (error) {
    // Whoever asks next tries again.
    loading = undefined;
    throw error;
  }
}

/** A default engine for a session whose first step is asynchronous. */
export async function createDefaultEngine(): Promise<Engine> {
  await loadDefaultEngine();
  return (loaded as EngineFactory)();
}

/** A default engine for a session whose first step is synchronous: the platform's if it is loaded already, else the reference engine. */
export function createDefaultEngineSync(): Engine {
  return (loaded ?? provided().reference)();
}
