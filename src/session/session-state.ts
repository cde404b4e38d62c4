/** What steps of a session read and change. */
import type { EffectStore } from "./effects.ts";
import type { Engine } from "./engine.ts";
import type { VariableStore } from "./variable-store.ts";

export interface SessionState {
  readonly engine: Engine;
  readonly variables: VariableStore;
  readonly effects: EffectStore;
  /** The engine's work for a step that was given up: the next step waits for it. */
  background: Promise<unknown> | null;
  /** A step that ends after the session was closed commits nothing. */
  isClosed: boolean;
}
