/** Waits for an engine's work, or gives it up. */
import type { Engine, EngineValue, Executable } from "./engine.ts";
import type { SessionState } from "./session-state.ts";
import { orAborted } from "./step-limits.ts";

/** The outputs of a run. Work that goes on after the step was given up is awaited before the next step. */
export async function runAtEngine(
  executable: Executable,
  inputs: readonly EngineValue[],
  signal: AbortSignal | null,
  state: SessionState,
): Promise<readonly EngineValue[]> {
  const work = executable.run(inputs, { signal });
  if (signal === null) return work;
  try {
    return await orAborted(work, signal);
  } catch (error) {
    // What the run gives after all is nobody's.
    if (signal.aborted) state.background = work.then((outputs) => giveBack(outputs, state.engine), ignore);
    throw error;
  }
}

function giveBack(values: readonly EngineValue[], engine: Engine): void {
  if (engine.release !== undefined) for (const value of values) engine.release(value);
}

function ignore(): void {
  // Whoever gave up the run has seen why.
}
