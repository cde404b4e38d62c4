/** The letters of a pattern in turn, and what escapes and names among them stand for. */
import { complement, folded, MOST_RUNE, perlClasses, posixClasses, type Runes, unicodeGroup, united } from "./runes.ts";
import { invalidPattern } from "./syntax.ts";

const simpleEscapes: Readonly<Record<string, number>> = { n: 0x0a, r: 0x0d, t: 0x09, a: 0x07, f: 0x0c, v: 0x0b };

/** Reads a pattern letter by letter. */
export class PatternReader {
  readonly pattern: string;
  readonly #letters: readonly string[];
  at = 0;

  constructor(pattern: string) {
    this.pattern = pattern;
    this.#letters = Array.from(pattern);
  }

  get isAtEnd(): boolean {
    return this.at >= this.#letters.length;
  }

  /** The letter here, or further on; nothing behind the end. */
  peek(ahead = 0): string {
    return this.#letters[this.at + ahead] ?? "";
  }

  next(): string {
    const letter = this.peek();
    // RE2 sees the end as a letter that is not written right.
    if (letter === "") throw invalidPattern(this.pattern, "invalid UTF-8");
    this.at += 1;
    return letter;
  }

  /** Whether this text is here. */
  isAt(text: string): boolean {
    for (let i = 0; i < text.length; i += 1) if (this.peek(i) !== text[i]) return false;
    return true;
  }

  /** Steps over a text if it is here. */
  skips(text: string): boolean {
    const found = this.isAt(text);
    if (found) this.at += text.length;
    return found;
  }

  /** Where a letter is next; -1 when it does not come. */
  find(letter: string): number {
    return this.#letters.indexOf(letter, this.at);
  }

  from(start: number, end = this.at): string {
    return this.#letters.slice(start, end).join("");
  }

  rest(start: number): string {
    return this.from(start, this.#letters.length);
  }

  /** What a backslash and what follows it stand for, when that is one letter. */
  escapedRune(): number {
    const start = this.at;
    this.at += 1;
    if (this.isAtEnd) throw invalidPattern(this.pattern, "trailing \\");
    const letter = this.next();
    const rune = this.#runeOf(letter);
    if (rune === null || rune > MOST_RUNE)
      throw invalidPattern(this.pattern, "invalid escape sequence", this.from(start));
    return rune;
  }

  #runeOf(letter: string): number | null {
    if (/[0-7]/.test(letter)) return this.#octal(letter);
    if (letter === "x") return this.#hexadecimal();
    if (letter in simpleEscapes) return simpleEscapes[letter] as number;
    // Letters and digits that mean nothing may mean something one day.
    return letter < "\u0080" && !/[A-Za-z0-9]/.test(letter) ? letter.charCodeAt(0) : null;
  }

  #octal(first: string): number | null {
    // A single digit would be a reference back.
    if (first !== "0" && !/[0-7]/.test(this.peek())) return null;
    let digits = first;
    while (digits.length < 3 && /[0-7]/.test(this.peek())) digits += this.next();
    return Number.parseInt(digits, 8);
  }

  #hexadecimal(): number | null {
    if (this.isAtEnd) return null;
    const first = this.next();
    if (first === "{") return this.#bracedHexadecimal();
    if (this.isAtEnd) return null;
    const both = first + this.next();
    return /^[0-9A-Fa-f]{2}$/.test(both) ? Number.parseInt(both, 16) : null;
  }

  #bracedHexadecimal(): number | null {
    let digits = "";
    for (let letter = this.next(); letter !== "}"; letter = this.next()) {
      if (!/^[0-9A-Fa-f]$/.test(letter)) return null;
      digits += letter;
      if (Number.parseInt(digits, 16) > MOST_RUNE || this.isAtEnd) return null;
    }
    return digits === "" ? null : Number.parseInt(digits, 16);
  }

  /** The class that is named here, by a backslash; `null` when there is none. */
  escapedClass(foldsCase: boolean): Runes | null {
    if (this.peek() !== "\\") return null;
    const letter = this.peek(1);
    if (letter === "p" || letter === "P") return this.#unicodeClass(letter === "P", foldsCase);
    const named = perlClasses[letter.toLowerCase()];
    if (letter === "" || named === undefined) return null;
    this.at += 2;
    return signed(named, letter < "a", foldsCase);
  }

  #unicodeClass(isCapital: boolean, foldsCase: boolean): Runes {
    const start = this.at;
    this.at += 2;
    const name = this.#groupName(start);
    const isNegated = name.startsWith("^");
    const group = unicodeGroup(isNegated ? name.slice(1) : name);
    if (group === null) throw invalidPattern(this.pattern, "invalid character class range", this.from(start));
    return signed(group, isNegated !== isCapital, foldsCase);
  }

  #groupName(start: number): string {
    const end = this.peek() === "{" ? this.find("}") : this.at;
    if (end < 0 || this.isAtEnd) throw invalidPattern(this.pattern, "invalid character class range", this.rest(start));
    if (this.peek() !== "{") return this.next();
    const name = this.from(this.at + 1, end);
    this.at = end + 1;
    return name;
  }

  /** The class of POSIX that is named here; `null` when there is none. */
  posixClass(foldsCase: boolean): Runes | null {
    if (!this.isAt("[:")) return null;
    let end = this.at + 2;
    while (this.from(end, end + 2) !== ":]") {
      end += 1;
      if (this.from(end, end + 2).length < 2) return null;
    }
    const name = this.from(this.at + 2, end);
    const isNegated = name.startsWith("^");
    const plain = isNegated ? name.slice(1) : name;
    if (!Object.hasOwn(posixClasses, plain))
      throw invalidPattern(this.pattern, "invalid character class range", `[:${name}:]`);
    this.at = end + 2;
    return signed(posixClasses[plain] as Runes, isNegated, foldsCase);
  }
}

function signed(set: Runes, isNegated: boolean, foldsCase: boolean): Runes {
  const all = foldsCase ? folded(set) : set;
  return isNegated ? complement(all) : all;
}

/** The class within brackets that starts here. */
export function bracketClass(reader: PatternReader, foldsCase: boolean): Runes {
  const start = reader.at;
  reader.at += 1;
  const isNegated = reader.skips("^");
  const bounds: number[] = [];
  const missing = (): never => {
    throw invalidPattern(reader.pattern, "missing ]", reader.rest(start));
  };
  for (let isFirst = true; isFirst || reader.peek() !== "]"; isFirst = false) {
    if (reader.isAtEnd) missing();
    const named = reader.posixClass(foldsCase) ?? reader.escapedClass(foldsCase);
    if (named !== null) {
      for (const bound of named) bounds.push(bound);
      continue;
    }
    const [low, high] = rangeAt(reader, missing);
    for (const bound of foldsCase ? folded([low, high]) : [low, high]) bounds.push(bound);
  }
  reader.at += 1;
  return isNegated ? complement(united(bounds)) : united(bounds);
}

function rangeAt(reader: PatternReader, missing: () => never): readonly [number, number] {
  const start = reader.at;
  const one = (): number => {
    if (reader.isAtEnd) missing();
    return reader.peek() === "\\" ? reader.escapedRune() : (reader.next().codePointAt(0) as number);
  };
  const low = one();
  if (reader.peek() !== "-" || reader.peek(1) === "]" || reader.peek(1) === "") return [low, low];
  reader.at += 1;
  const high = one();
  if (high < low) throw invalidPattern(reader.pattern, "invalid character class range", reader.from(start));
  return [low, high];
}
