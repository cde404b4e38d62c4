/** What a pattern of RE2 says, as a tree, and how it is told that one says nothing. */
import { InvalidArgumentError } from "../../base/errors.ts";
import type { Runes } from "./runes.ts";

/** Places between two bytes. */
export type Place = "textStart" | "textEnd" | "lineStart" | "lineEnd" | "wordEdge" | "noWordEdge";

/** A part of a pattern. */
export type Part =
  | { readonly kind: "runes"; readonly runes: Runes }
  | { readonly kind: "byte" }
  | { readonly kind: "place"; readonly place: Place }
  | { readonly kind: "sequence"; readonly parts: readonly Part[] }
  | { readonly kind: "choice"; readonly parts: readonly Part[] }
  | { readonly kind: "group"; readonly index: number; readonly part: Part }
  | {
      readonly kind: "repeat";
      readonly part: Part;
      readonly least: number;
      /** `Infinity` where there is no bound. */
      readonly most: number;
      readonly isGreedy: boolean;
      /** How often the innermost part may be repeated; RE2 bounds it. */
      readonly depth: number;
    };

/** The failure of a pattern, in RE2's words. */
export function invalidPattern(pattern: string, what: string, where = ""): InvalidArgumentError {
  const reason = where === "" ? what : `${what}: ${where}`;
  return new InvalidArgumentError(`Invalid pattern: ${pattern}, error: ${reason}`, { pattern });
}

/** How often innermost parts are repeated by counts. */
export function repeatDepth(part: Part): number {
  switch (part.kind) {
    case "sequence":
    case "choice":
      return part.parts.reduce((most, one) => Math.max(most, repeatDepth(one)), 1);
    case "group":
      return repeatDepth(part.part);
    case "repeat":
      return part.depth;
    case "runes":
    case "byte":
    case "place":
      return 1;
  }
}

/** Whether a part matches nothing at all, too. */
export function mayBeEmpty(part: Part): boolean {
  switch (part.kind) {
    case "sequence":
      return part.parts.every(mayBeEmpty);
    case "choice":
      return part.parts.some(mayBeEmpty);
    case "group":
      return mayBeEmpty(part.part);
    case "repeat":
      return part.least === 0 || mayBeEmpty(part.part);
    case "place":
      return true;
    case "runes":
    case "byte":
      return false;
  }
}
