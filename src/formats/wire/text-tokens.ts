/**
 * The tokens of protobuf's text format: names, numbers, quoted texts and single characters, with their places. Not their meaning.
 *
 * Mirrors `Tokenizer` of protobuf for Python, text_format.py: white space and comments (`#` to the end of the line) separate tokens, a
 * quoted text ends in the line in which it begins.
 */
import { FormatError } from "../../base/errors.ts";

/** Characters of a line that an error shows. */
const MOST_SHOWN = 100;

const name = /^[a-zA-Z_]/;

const NEW_LINE = 0x0a;
const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;
const DOT = 0x2e;
const BACKSLASH = 0x5c;

/** Goes through the tokens of a text. `token` is the current one, empty at the end. */
export class TextTokens {
  readonly text: string;
  /** The current token; a quoted text with its quotes, or with the first of them where the last is missing. */
  token = "";
  /** Where the current token begins. */
  start = 0;
  /** Where the token before it begins. */
  previousStart = 0;
  private end = 0;

  constructor(text: string) {
    this.text = text;
    this.next();
    this.previousStart = 0;
  }

  get isAtEnd(): boolean {
    return this.token === "";
  }

  /** Whether the current token is a name. */
  get isName(): boolean {
    return name.test(this.token);
  }

  /** Whether the current token is a quoted text. */
  get isQuoted(): boolean {
    return this.token.startsWith('"') || this.token.startsWith("'");
  }

  /** Goes to the next token. */
  next(): void {
    this.previousStart = this.start;
    this.start = this.afterSpace(this.end);
    this.end = this.endOfToken(this.start);
    this.token = this.text.slice(this.start, this.end);
  }

  /** Passes over the current token if it is this one. */
  tryTake(token: string): boolean {
    if (this.token !== token) return false;
    this.next();
    return true;
  }

  /** Passes over the current token, which must be this one. */
  take(token: string): void {
    if (!this.tryTake(token)) throw this.error(`Expected "${token}".`);
  }

  /** Passes over the current token and gives it. */
  taken(): string {
    const { token } = this;
    this.next();
    return token;
  }

  /** The error of the current token, with its line. */
  error(message: string): FormatError {
    const from = this.text.lastIndexOf("\n", this.start - 1) + 1;
    const to = this.text.indexOf("\n", from);
    return this.errorAt(this.start, `'${shortened(this.text.slice(from, to < 0 ? undefined : to))}': ${message}`);
  }

  /** The error of the token before the current one. */
  previousError(message: string): FormatError {
    return this.errorAt(this.previousStart, message);
  }

  private errorAt(offset: number, message: string): FormatError {
    const line = this.text.slice(0, offset).split("\n").length;
    const column = offset - this.text.lastIndexOf("\n", offset - 1);
    return new FormatError(`${line}:${column} : ${message}`, { line, column });
  }

  /** After white space and comments. A loop: regular expressions run out of memory on very long runs. */
  private afterSpace(start: number): number {
    const { text } = this;
    let at = start;
    for (; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit === 0x20 || unit === NEW_LINE) continue;
      if (unit === 0x23) {
        const end = text.indexOf("\n", at);
        if (end < 0) return text.length;
        at = end;
      } else if ((unit > 0x20 && unit < 0x80) || !/\s/.test(text[at] as string)) return at;
    }
    return at;
  }

  /** A name, a number, a quoted text, or a single character. */
  private endOfToken(start: number): number {
    const { text } = this;
    const first = text.charCodeAt(start);
    if (first === DOUBLE_QUOTE || first === SINGLE_QUOTE) return this.endOfQuoted(start, first);
    const isName = isInner(first, false) && !isSignOrDigit(first);
    const isNumber = isSignOrDigit(first) || (first === DOT && /[0-9]/.test(text[start + 1] ?? ""));
    let at = Math.min(start + 1, text.length);
    if (isName || isNumber) while (isInner(text.charCodeAt(at), isNumber)) at += 1;
    return at;
  }

  /** After the closing quote, or the end of the line where there is none. */
  private endOfQuoted(start: number, quote: number): number {
    const { text } = this;
    let at = start + 1;
    for (; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit === quote) return at + 1;
      if (unit === NEW_LINE) return at;
      if (unit === BACKSLASH && text.charCodeAt(at + 1) !== NEW_LINE) at += 1;
    }
    return Math.min(at, text.length);
  }
}

/** Whether a number begins so: with a digit, `+` or `-`. */
function isSignOrDigit(unit: number): boolean {
  return (unit >= 0x30 && unit <= 0x39) || unit === 0x2b || unit === 0x2d;
}

/** Whether a token goes on with this character: a letter, a digit, `_`, `+` or `-`; in a number, a dot, too. */
function isInner(unit: number, isNumber: boolean): boolean {
  if (unit >= 0x61 && unit <= 0x7a) return true;
  if (unit >= 0x30 && unit <= 0x39) return true;
  return (
    (unit >= 0x41 && unit <= 0x5a) || unit === 0x5f || unit === 0x2b || unit === 0x2d || (isNumber && unit === 0x2e)
  );
}

/** A file decides how long its lines are; messages stay readable. */
export function shortened(text: string): string {
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;
}
