/** Lets other tasks of the event loop have their turn between models that run on its thread: promises alone never do. */
import { turn } from "../../session/kernel-program.ts";

/** How long models may run before other tasks get their turn, milliseconds. */
const TURN_MS = 12;

let dueAt = 0;

/** Waits for a turn of the event loop, when one is due. */
export function turnWhenDue(): Promise<void> | null {
  if (performance.now() <= dueAt) return null;
  return turn().then(() => {
    dueAt = performance.now() + TURN_MS;
  });
}
