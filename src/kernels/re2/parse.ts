/** Reads patterns of RE2 as Perl writes them, which is what TensorFlow asks of RE2. Mirrors re2/parse.cc. */
import { bracketClass, PatternReader } from "./escapes.ts";
import { complement, everyRune, folded } from "./runes.ts";
import { invalidPattern, type Part, type Place, repeatDepth } from "./syntax.ts";

/** A pattern that is understood. */
export interface Parsed {
  readonly part: Part;
  /** How many groups it has. */
  readonly groups: number;
}

/** Counts that RE2 takes: for one repetition, and for those around one another. */
const MOST_REPEATS = 1000;
/** Groups within one another, so that those who walk the tree come to its leaves. */
const MOST_NESTED = 2500;

interface Flags {
  readonly foldsCase: boolean;
  readonly hasLines: boolean;
  readonly dotIsAll: boolean;
  readonly isLazy: boolean;
}

const flagOfLetter: Readonly<Record<string, keyof Flags>> = {
  i: "foldsCase",
  m: "hasLines",
  s: "dotIsAll",
  U: "isLazy",
};

/** A group that is open: its choices so far, the parts of the present one, and what it was opened with. */
interface Open {
  readonly choices: Part[];
  parts: Part[];
  /** The number of the group; `null` when it is none. */
  readonly index: number | null;
  /** What holds again behind it. */
  readonly flags: Flags;
}

const names = /^[\p{Lu}\p{Ll}\p{Lt}\p{Lm}\p{Lo}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]+$/u;
const notNewline = complement([0x0a, 0x0a]);

function sequence(parts: readonly Part[]): Part {
  return parts.length === 1 ? (parts[0] as Part) : { kind: "sequence", parts };
}

/** Reads one pattern. */
class Parser {
  readonly #reader: PatternReader;
  #flags: Flags = { foldsCase: false, hasLines: false, dotIsAll: false, isLazy: false };
  #groups = 0;
  #open: Open = { choices: [], parts: [], index: null, flags: this.#flags };
  readonly #outer: Open[] = [];
  /** Where the repetition starts that was just read; `null` behind anything else. */
  #repeatedAt: number | null = null;

  constructor(pattern: string) {
    this.#reader = new PatternReader(pattern);
  }

  #fail(what: string, where = ""): never {
    throw invalidPattern(this.#reader.pattern, what, where);
  }

  parse(): Parsed {
    while (!this.#reader.isAtEnd) {
      const before = this.#repeatedAt;
      this.#repeatedAt = null;
      this.#one(before);
    }
    if (this.#outer.length > 0) this.#fail("missing )", this.#reader.pattern);
    return { part: this.#finished(), groups: this.#groups };
  }

  #one(repeatedAt: number | null): void {
    const reader = this.#reader;
    switch (reader.peek()) {
      case "(":
        return this.#opening();
      case ")":
        return this.#closing();
      case "|":
        this.#open.choices.push(sequence(this.#open.parts));
        this.#open.parts = [];
        reader.at += 1;
        return undefined;
      case "*":
        return this.#repetition(0, Infinity, repeatedAt);
      case "+":
        return this.#repetition(1, Infinity, repeatedAt);
      case "?":
        return this.#repetition(0, 1, repeatedAt);
      case "{":
        return this.#counted(repeatedAt);
      case "\\":
        return this.#escape();
      default:
        return this.#atom();
    }
  }

  #atom(): void {
    const { foldsCase, hasLines, dotIsAll } = this.#flags;
    if (this.#reader.peek() === "[") {
      this.#push({ kind: "runes", runes: bracketClass(this.#reader, foldsCase) });
      return;
    }
    const letter = this.#reader.next();
    if (letter === "^") this.#place(hasLines ? "lineStart" : "textStart");
    else if (letter === "$") this.#place(hasLines ? "lineEnd" : "textEnd");
    else if (letter === ".") this.#push({ kind: "runes", runes: dotIsAll ? everyRune : notNewline });
    else this.#literal(letter.codePointAt(0) as number);
  }

  #push(part: Part): void {
    this.#open.parts.push(part);
  }

  #place(place: Place): void {
    this.#push({ kind: "place", place });
  }

  #literal(rune: number): void {
    this.#push({ kind: "runes", runes: this.#flags.foldsCase ? folded([rune, rune]) : [rune, rune] });
  }

  #escape(): void {
    const reader = this.#reader;
    if (reader.skips("\\b")) this.#place("wordEdge");
    else if (reader.skips("\\B")) this.#place("noWordEdge");
    else if (reader.skips("\\A")) this.#place("textStart");
    else if (reader.skips("\\z")) this.#place("textEnd");
    else if (reader.skips("\\C")) this.#push({ kind: "byte" });
    else if (reader.skips("\\Q")) while (!reader.isAtEnd && !reader.skips("\\E")) this.#literal(codeOf(reader.next()));
    else {
      const runes = reader.escapedClass(this.#flags.foldsCase);
      if (runes === null) this.#literal(reader.escapedRune());
      else this.#push({ kind: "runes", runes });
    }
  }

  // ---- groups

  #opening(): void {
    const reader = this.#reader;
    if (reader.isAt("(?P<")) {
      const start = reader.at;
      const end = reader.find(">");
      if (end < 0) this.#fail("invalid named capture group", reader.rest(start));
      const name = reader.from(start + 4, end);
      if (!names.test(name)) this.#fail("invalid named capture group", reader.from(start, end + 1));
      reader.at = end + 1;
      this.#openGroup(true, this.#flags);
    } else if (reader.isAt("(?")) {
      this.#flagged();
    } else {
      reader.at += 1;
      this.#openGroup(true, this.#flags);
    }
  }

  #openGroup(isNumbered: boolean, inside: Flags): void {
    if (this.#outer.length >= MOST_NESTED) this.#fail("pattern too large - compile failed");
    if (isNumbered) this.#groups += 1;
    this.#outer.push(this.#open);
    this.#open = { choices: [], parts: [], index: isNumbered ? this.#groups : null, flags: this.#flags };
    this.#flags = inside;
  }

  #closing(): void {
    const outer = this.#outer.pop();
    if (outer === undefined) this.#fail("unexpected )", this.#reader.pattern);
    const { index, flags } = this.#open;
    const part = this.#finished();
    this.#reader.at += 1;
    this.#flags = flags;
    this.#open = outer;
    this.#push(index === null ? part : { kind: "group", index, part });
  }

  #finished(): Part {
    const { choices, parts } = this.#open;
    const last = sequence(parts);
    return choices.length === 0 ? last : { kind: "choice", parts: [...choices, last] };
  }

  /** Flags, for a group that is not numbered or for what follows. */
  #flagged(): void {
    const reader = this.#reader;
    const start = reader.at;
    reader.at += 2;
    const refuse = (): never => this.#fail("invalid perl operator", reader.from(start));
    let flags = this.#flags;
    let isOn = true;
    let isComplete = true;
    for (;;) {
      if (reader.isAtEnd) refuse();
      const letter = reader.next();
      const flag = flagOfLetter[letter];
      if (flag !== undefined) {
        flags = { ...flags, [flag]: isOn };
        isComplete = true;
      } else if (letter === "-" && isOn) {
        isOn = false;
        isComplete = false;
      } else if ((letter !== ":" && letter !== ")") || !isComplete) refuse();
      else {
        if (letter === ":") this.#openGroup(false, flags);
        else this.#flags = flags;
        return;
      }
    }
  }

  // ---- repetitions

  #counted(repeatedAt: number | null): void {
    const reader = this.#reader;
    const counts = /^\{(0|[1-9]\d*)(,(0|[1-9]\d*)?)?\}/.exec(reader.from(reader.at, reader.at + 24));
    if (counts === null || [counts[1], counts[3]].some((count) => (count?.length ?? 0) > 9)) {
      this.#literal(codeOf(reader.next()));
      return;
    }
    const least = Number(counts[1]);
    const most = counts[2] === undefined ? least : counts[3] === undefined ? Infinity : Number(counts[3]);
    this.#repetition(least, most, repeatedAt, counts[0].length);
  }

  #repetition(least: number, most: number, repeatedAt: number | null, length = 1): void {
    const reader = this.#reader;
    const start = reader.at;
    reader.at += length;
    const isGreedy = reader.skips("?") === this.#flags.isLazy;
    if (repeatedAt !== null) this.#fail("bad repetition operator", reader.from(repeatedAt));
    const operator = reader.from(start);
    const isTooMuch = least > MOST_REPEATS || (most !== Infinity && most > MOST_REPEATS);
    if (least > most || isTooMuch) this.#fail("invalid repetition size", operator);
    const part = this.#open.parts.pop();
    if (part === undefined) this.#fail("no argument for repetition operator", operator);
    const times = most === Infinity ? least : most;
    const depth = repeatDepth(part) * Math.max(times, 1);
    const isCounted = least >= 2 || (most >= 2 && most !== Infinity);
    if (isCounted && depth > MOST_REPEATS) this.#fail("invalid repetition size", operator);
    this.#push({ kind: "repeat", part, least, most, isGreedy, depth });
    this.#repeatedAt = start;
  }
}

function codeOf(letter: string): number {
  return letter.codePointAt(0) as number;
}

/**
 * What a pattern says.
 * @throws {InvalidArgumentError} with RE2's reason.
 */
export function parsePattern(pattern: string): Parsed {
  return new Parser(pattern).parse();
}
