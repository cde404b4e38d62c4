/** Findings: mistakes that are no errors. How they are found is in the files of the rules; who is told is in `warnings.ts`. */
import type { Graph } from "../graph/graph.ts";

/** The name of each rule. */
export type LintRule =
  | "variable-beside-shared"
  | "created-by-default-name"
  | "update-ops-not-run"
  | "growing-graph"
  | "large-dense-gradient";

/** A place that a finding is about. */
export interface FindingSite {
  /** What was done there. */
  readonly what: string;
  /** The call, and the calls around it, innermost first. */
  readonly trail: readonly string[];
}

/** Something in a program that is probably a mistake. Printed by its `toString`. */
export interface Finding {
  readonly rule: LintRule;
  /** What is the matter, with names and numbers. */
  readonly message: string;
  /** What to do, as code. */
  readonly fix: string;
  readonly sites: readonly FindingSite[];
  toString(): string;
}

/** Makes a finding of its parts. */
export function finding(parts: Omit<Finding, "toString">): Finding {
  return { ...parts, toString: () => findingText(parts) };
}

function findingText({ rule, message, fix, sites }: Omit<Finding, "toString">): string {
  const lines = sites.map(({ what, trail }) => `  ${what}\n${trail.map((line) => `    ${line}`).join("\n")}`);
  return [`${message} [${rule}]`, ...lines, `  ${fix}`].join("\n");
}

/** The findings of a graph: each rule once for each place. */
class Findings {
  readonly #byPlace = new Map<string, Finding>();

  /** Whether the finding is new. */
  add(found: Finding): boolean {
    const place = `${found.rule} ${found.sites.map(({ trail }) => trail[0]).join(" ")}`;
    if (this.#byPlace.has(place)) return false;
    this.#byPlace.set(place, found);
    return true;
  }
  list(): Finding[] {
    return [...this.#byPlace.values()];
  }
}

/** What was found in a graph so far. */
export function findingsOf(graph: Graph): Findings {
  return graph.slot("findings", () => new Findings());
}
