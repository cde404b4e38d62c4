/** Who is told of findings while a program runs: the console, unless the program says otherwise. */
import type { Finding } from "./findings.ts";

/** Takes findings as they are made. */
export type WarningHandler = (finding: Finding) => void;

function warnOnConsole(finding: Finding): void {
  console.warn(`namesake: ${finding}`);
}

let handler: WarningHandler | null = warnOnConsole;

/**
 * Says who is told of probable mistakes as they happen, each once for each place and graph: a function, `"console"` (the default) or `"off"`.
 * `lint()` lists them in any case. Gives what undoes it.
 * @example
 * const undo = onWarning((finding) => { console.error(finding.rule, finding.message); });
 * undo();
 */
export function onWarning(next: WarningHandler | "console" | "off"): () => void {
  const before = handler;
  handler = next === "off" ? null : next === "console" ? warnOnConsole : next;
  return () => {
    handler = before;
  };
}

/** Tells of a finding. */
export function warn(finding: Finding): void {
  handler?.(finding);
}
