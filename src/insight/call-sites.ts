/** The calls that gave out a variable, by the places in the program where they are. */
import { trailLines, trailText } from "../variables/call-trail.ts";
import type { VariableEntry, VariableUse } from "../variables/journal.ts";

/** A place in the program from which a variable was asked for. */
export interface CallSite {
  /** The call, and the calls around it, innermost first: `file:line:column in function`. */
  readonly trail: readonly string[];
  /** The same on one line, in short. */
  readonly text: string;
  /** How many calls came from there. */
  readonly count: number;
}

/** The distinct places of calls. */
export function callSites(uses: readonly VariableUse[]): CallSite[] {
  const sites = new Map<string, { trail: readonly string[]; text: string; count: number }>();
  for (const use of uses) {
    const trail = trailLines(use);
    const key = trail.join("\n");
    const site = sites.get(key);
    if (site === undefined) sites.set(key, { trail, text: trailText(use), count: 1 });
    else site.count += 1;
  }
  return [...sites.values()];
}

/** Every call of `getVariable` that gave out a variable: the one that made it first. */
export function allCallSites(entry: VariableEntry): CallSite[] {
  return callSites([entry.definition, ...entry.shared]);
}

/** The places as lines; calls beyond those whose places were kept are counted. */
export function callSiteLines(sites: readonly CallSite[], unlisted: number): string[] {
  const lines = sites.map(({ text, count }) => `${text}${count === 1 ? "" : `   ${count} calls`}`);
  return unlisted === 0 ? lines : [...lines, `and ${unlisted} calls more`];
}
