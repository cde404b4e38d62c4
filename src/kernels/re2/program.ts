/** Programs that match patterns: steps that go on to others. */
import { anyByte, type ByteClass, byteClass } from "./byte-classes.ts";
import { parsePattern } from "./parse.ts";
import { invalidPattern, mayBeEmpty, type Part, type Place } from "./syntax.ts";

/** A step; numbers are those of the steps to go on to. */
export type Step =
  | { readonly kind: "found" }
  /** Takes a byte by a table; what the table gives is counted from `base`, the step of the class's first table. */
  | { readonly kind: "byte"; readonly table: Int32Array; readonly base: number; readonly next: number }
  /** Goes on to both; the first is preferred. */
  | { readonly kind: "split"; first: number; second: number }
  | { readonly kind: "mark"; readonly slot: number; readonly next: number }
  | { readonly kind: "place"; readonly place: Place; readonly next: number };

/** What a pattern was made into. */
export interface Program {
  readonly steps: readonly Step[];
  readonly start: number;
  /** How many groups the pattern has. */
  readonly groups: number;
}

/** What a program may cost, in ranges of bytes and other steps: about what RE2's budget of memory comes to. */
const MOST_COST = 300_000;

/** Makes the steps of a pattern from its end on. */
class Maker {
  readonly steps: Step[] = [{ kind: "found" }];
  readonly #pattern: string;
  #cost = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  #add(step: Step, cost = 1): number {
    this.#cost += cost;
    if (this.#cost > MOST_COST) throw invalidPattern(this.#pattern, "pattern too large - compile failed");
    return this.steps.push(step) - 1;
  }

  /** The step with which a part starts that goes on to `next`. */
  make(part: Part, next: number): number {
    switch (part.kind) {
      case "runes":
        return this.#class(byteClass(part.runes), next);
      case "byte":
        return this.#class(anyByte, next);
      case "place":
        return this.#add({ kind: "place", place: part.place, next });
      case "sequence":
        return part.parts.reduceRight((after, one) => this.make(one, after), next);
      case "choice":
        return this.#choice(part.parts, next);
      case "group": {
        const end = this.#add({ kind: "mark", slot: 2 * part.index + 1, next });
        return this.#add({ kind: "mark", slot: 2 * part.index, next: this.make(part.part, end) });
      }
      case "repeat":
        return this.#repeat(part, next);
    }
  }

  #class({ tables, size }: ByteClass, next: number): number {
    const base = this.steps.length;
    for (const [i, table] of tables.entries()) this.#add({ kind: "byte", table, base, next }, i === 0 ? size : 0);
    return base;
  }

  #choice(parts: readonly Part[], next: number): number {
    const starts = parts.map((part) => this.make(part, next));
    return starts.reduceRight((second, first) => this.#add({ kind: "split", first, second }));
  }

  #split(inner: number, next: number, isGreedy: boolean): number {
    return this.#add({ kind: "split", first: isGreedy ? inner : next, second: isGreedy ? next : inner });
  }

  #repeat({ part, least, most, isGreedy }: Part & { kind: "repeat" }, next: number): number {
    let after = next;
    let copies = least;
    if (most !== Infinity)
      for (let i = least; i < most; i += 1) after = this.#split(this.make(part, after), next, isGreedy);
    else if (least === 0) {
      const [loop, start] = this.#loop(part, next, isGreedy);
      // Where the part may match nothing, one that is to do so must come before none at all.
      after = mayBeEmpty(part) ? this.#split(start, next, isGreedy) : loop;
    } else {
      copies = least - 1;
      after = this.#loop(part, next, isGreedy)[1];
    }
    for (let i = 0; i < copies; i += 1) after = this.make(part, after);
    return after;
  }

  /** Once or more often: the step that asks for more, and the one that starts. */
  #loop(part: Part, next: number, isGreedy: boolean): readonly [number, number] {
    const loop = this.#split(next, next, isGreedy);
    const start = this.make(part, loop);
    const step = this.steps[loop] as Step & { kind: "split" };
    if (isGreedy) step.first = start;
    else step.second = start;
    return [loop, start];
  }
}

const compiled = new Map<string, Program>();
/** Programs that are kept. */
const KEPT = 64;

/**
 * The program of a pattern.
 * @throws {InvalidArgumentError} with RE2's reason.
 */
export function programOf(pattern: string): Program {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const { part, groups } = parsePattern(pattern);
  const maker = new Maker(pattern);
  const start = maker.make(part, 0);
  const program = { steps: maker.steps, start, groups };
  if (compiled.size >= KEPT) compiled.clear();
  compiled.set(pattern, program);
  return program;
}
