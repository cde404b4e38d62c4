/** How long waiting threads keep their core busy. Not which models have threads of their own. */

/**
 * Microseconds. Waking a thread takes as long as many an operator; within this time the next one has come, if one comes. A training step of a small
 * network takes a third less time so, and no more of the processor's; ten times as long, other programs would feel it.
 */
const BRIEFLY = "20";

/** The first version that is known to take the setting. Others would wait for milliseconds, and say nothing. */
const SINCE = [1, 30] as const;

/** For how long threads may be told to wait actively, as text; `null` where this version cannot be told. */
export function spinDurationOf(version: string): string | null {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > SINCE[0] || (major === SINCE[0] && minor >= SINCE[1]) ? BRIEFLY : null;
}

/** That of the installed package. */
export function spinDuration(require: NodeJS.Require): string | null {
  const { version } = require("onnxruntime-node/package.json") as { readonly version?: string };
  return spinDurationOf(version ?? "");
}
