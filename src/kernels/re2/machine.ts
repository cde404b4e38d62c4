/** Runs a program over bytes: all ways to match go on side by side, in the order of preference, so that time is the product of the lengths of program and text. */
import { COMPLETE, NEVER } from "./byte-classes.ts";
import type { Program, Step } from "./program.ts";
import type { Place } from "./syntax.ts";

const NEWLINE = 0x0a;

function isWord(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (
    (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x5f
  );
}

function isAtPlace(place: Place, text: Uint8Array, at: number): boolean {
  switch (place) {
    case "textStart":
      return at === 0;
    case "textEnd":
      return at === text.length;
    case "lineStart":
      return at === 0 || text[at - 1] === NEWLINE;
    case "lineEnd":
      return at === text.length || text[at] === NEWLINE;
    case "wordEdge":
      return isWord(text[at - 1]) !== isWord(text[at]);
    case "noWordEdge":
      return isWord(text[at - 1]) === isWord(text[at]);
  }
}

/** Steps that wait for the same byte, the preferred ones first, each with its marks. */
interface Waiting {
  readonly steps: Int32Array;
  readonly marks: Int32Array;
  count: number;
}

/** How a text is searched. */
export interface Search {
  /** Where the match may start first. */
  readonly from: number;
  /** Whether all of the text is to match. */
  readonly isWhole: boolean;
  /** How many groups are to be told, the match itself being the first. */
  readonly groups: number;
}

/** Matches texts with a program. */
export class Machine {
  readonly #program: Program;
  readonly #slots: number;
  readonly #isWhole: boolean;
  #now: Waiting;
  #next: Waiting;
  /** The last round in which each step was entered. */
  readonly #entered: Int32Array;
  #round = 0;
  /** What is still to be entered, with the marks that hold then: a step, or below 0 a slot to put back, and its value. */
  readonly #todo: number[] = [];
  readonly #marks: Int32Array;

  constructor(program: Program, { isWhole, groups }: Omit<Search, "from">) {
    this.#program = program;
    this.#slots = 2 * groups;
    this.#isWhole = isWhole;
    const count = program.steps.length;
    const waiting = (): Waiting => ({
      steps: new Int32Array(count),
      marks: new Int32Array(count * this.#slots),
      count: 0,
    });
    [this.#now, this.#next] = [waiting(), waiting()];
    this.#entered = new Int32Array(count);
    this.#marks = new Int32Array(this.#slots);
  }

  /** The first match from a place on: where it and its groups start and end, -1 for those that take no part; `null` without a match. */
  match(text: Uint8Array, from: number): Int32Array | null {
    let found: Int32Array | null = null;
    this.#now.count = 0;
    this.#nextRound();
    for (let at = from; at <= text.length; at += 1) {
      // A match that starts later is preferred to none.
      if (found === null && (!this.#isWhole || at === from)) {
        this.#marks.fill(-1);
        if (this.#slots > 0) this.#marks[0] = at;
        this.#enter(this.#now, this.#program.start, text, at);
      } else if (this.#now.count === 0) break;
      found = this.#advance(text, at) ?? found;
      [this.#now, this.#next] = [this.#next, this.#now];
    }
    return found;
  }

  #nextRound(): void {
    this.#round += 1;
    if (this.#round < 2 ** 31 - 1) return;
    this.#entered.fill(0);
    this.#round = 1;
  }

  /** Lets each step take the byte here. The marks of the match, when one of them has found it: those that come after it are given up. */
  #advance(text: Uint8Array, at: number): Int32Array | null {
    const { steps: all } = this.#program;
    const { steps, marks, count } = this.#now;
    this.#next.count = 0;
    this.#nextRound();
    for (let i = 0; i < count; i += 1) {
      const step = all[steps[i] as number] as Step;
      const own = i * this.#slots;
      if (step.kind === "found") {
        if (this.#isWhole && at < text.length) continue;
        const found = marks.slice(own, own + this.#slots);
        if (this.#slots > 0) found[1] = at;
        return found;
      }
      if (step.kind !== "byte" || at === text.length) continue;
      const to = step.table[text[at] as number] as number;
      if (to === NEVER) continue;
      for (let slot = 0; slot < this.#slots; slot += 1) this.#marks[slot] = marks[own + slot] as number;
      this.#enter(this.#next, to === COMPLETE ? step.next : step.base + to, text, at + 1);
    }
    return null;
  }

  /** Enters a step, and those that it goes on to without a byte. */
  #enter(waiting: Waiting, start: number, text: Uint8Array, at: number): void {
    const todo = this.#todo;
    todo.push(start);
    while (todo.length > 0) {
      let number = todo.pop() as number;
      if (number < 0) {
        this.#marks[-number - 1] = todo.pop() as number;
        continue;
      }
      while (number >= 0 && this.#entered[number] !== this.#round) {
        this.#entered[number] = this.#round;
        number = this.#follow(waiting, number, text, at);
      }
    }
  }

  /** What comes after a step that takes no byte; -1 when it waits or leads nowhere. */
  #follow(waiting: Waiting, number: number, text: Uint8Array, at: number): number {
    const step = this.#program.steps[number] as Step;
    switch (step.kind) {
      case "split":
        this.#todo.push(step.second);
        return step.first;
      case "mark":
        if (step.slot < this.#slots) {
          this.#todo.push(this.#marks[step.slot] as number, -step.slot - 1);
          this.#marks[step.slot] = at;
        }
        return step.next;
      case "place":
        return isAtPlace(step.place, text, at) ? step.next : -1;
      case "byte":
      case "found": {
        const { count } = waiting;
        waiting.steps[count] = number;
        waiting.marks.set(this.#marks, count * this.#slots);
        waiting.count = count + 1;
        return -1;
      }
    }
  }
}
