/** RE2's regular expressions, which work on bytes of UTF-8 in time that grows with the text alone: whether a text matches, and its rewriting. Mirrors re2/re2.cc. */
import { Machine } from "./machine.ts";
import { programOf } from "./program.ts";

type Bytes = Uint8Array;

/** Tells whether all of a text matches the pattern. */
export function fullMatcher(pattern: string): (text: Bytes) => boolean {
  const machine = new Machine(programOf(pattern), { isWhole: true, groups: 0 });
  return (text) => machine.match(text, 0) !== null;
}

/** A piece of a rewrite: bytes as they are, or the number of a group. */
type Piece = Bytes | number;

interface Rewrite {
  readonly pieces: readonly Piece[];
  /** The greatest number of a group, also behind the piece that means nothing. */
  readonly mostGroup: number;
  /** Whether what comes after the pieces means nothing. */
  readonly isBroken: boolean;
}

const BACKSLASH = 0x5c;

function digitOf(byte: number | undefined): number | null {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : null;
}

function parsedRewrite(rewrite: Bytes): Rewrite {
  const pieces: Piece[] = [];
  let mostGroup = 0;
  let isBroken = false;
  for (let at = 0; at < rewrite.length; at += 1) {
    if (rewrite[at] !== BACKSLASH) {
      if (!isBroken) pieces.push(rewrite.subarray(at, at + 1));
      continue;
    }
    at += 1;
    const group = digitOf(rewrite[at]);
    mostGroup = Math.max(mostGroup, group ?? 0);
    if (isBroken) continue;
    if (group !== null) pieces.push(group);
    else if (at < rewrite.length && rewrite[at] === BACKSLASH) pieces.push(rewrite.subarray(at, at + 1));
    else isBroken = true;
  }
  return { pieces, mostGroup, isBroken };
}

/** Bytes that grow. */
class Writer {
  #bytes = new Uint8Array(64);
  #length = 0;

  add(bytes: Bytes): void {
    if (this.#length + bytes.length > this.#bytes.length) {
      const grown = new Uint8Array(2 * (this.#length + bytes.length));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  get bytes(): Bytes {
    return this.#bytes.slice(0, this.#length);
  }
}

/** The bytes of the letter at a place; 1 where there is none. */
function letterLength(text: Bytes, at: number): number {
  const first = text[at] ?? 0;
  const length = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;
  for (let i = 1; i < length; i += 1) if (((text[at + i] ?? 0) & 0xc0) !== 0x80) return 1;
  const second = text[at + 1] ?? 0;
  const isTooShort = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
  return isTooShort || (first === 0xf4 && second > 0x8f) ? 1 : length;
}

/**
 * Gives texts with the first match, or all of them, rewritten: `\0` stands for the match, `\1` to `\9` for its groups, `\\` for a backslash.
 * A rewrite with a group that the pattern does not have changes nothing; one with another letter behind a backslash ends there.
 */
export function rewriter(pattern: string, rewrite: Bytes, replacesAll: boolean): (text: Bytes) => Bytes {
  const program = programOf(pattern);
  const { pieces, mostGroup, isBroken } = parsedRewrite(rewrite);
  if (mostGroup > program.groups || (isBroken && !replacesAll)) return (text) => text;
  const machine = new Machine(program, { isWhole: false, groups: 1 + mostGroup });
  const write = (out: Writer, text: Bytes, match: Int32Array): void => {
    for (const piece of pieces) {
      if (typeof piece !== "number") out.add(piece);
      else if ((match[2 * piece] as number) >= 0) out.add(text.subarray(match[2 * piece], match[2 * piece + 1]));
    }
  };
  return replacesAll
    ? (text) => allRewritten(machine, text, write)
    : (text) => {
        const match = machine.match(text, 0);
        if (match === null) return text;
        const out = new Writer();
        out.add(text.subarray(0, match[0]));
        write(out, text, match);
        out.add(text.subarray(match[1]));
        return out.bytes;
      };
}

function allRewritten(
  machine: Machine,
  text: Bytes,
  write: (out: Writer, text: Bytes, match: Int32Array) => void,
): Bytes {
  const out = new Writer();
  let lastEnd = -1;
  let at = 0;
  while (at <= text.length) {
    const match = machine.match(text, at);
    if (match === null) break;
    const [start = 0, end = 0] = match;
    out.add(text.subarray(at, start));
    if (start === lastEnd && start === end) {
      // Nothing is not found again where the last match ended.
      const length = letterLength(text, at);
      out.add(text.subarray(at, at + length));
      at += length;
      continue;
    }
    write(out, text, match);
    at = end;
    lastEnd = end;
  }
  out.add(text.subarray(at));
  return out.bytes;
}
