/** Sets of code points as what their bytes in UTF-8 are: tables that tell for each byte what may follow. */
import { MOST_RUNE, type Runes } from "./runes.ts";

/** No code point of the set goes on with such a byte. */
export const NEVER = 0;
/** With such a byte, a code point of the set is complete. */
export const COMPLETE = -1;

/** For each byte: `NEVER`, `COMPLETE`, or which table tells of the next byte. The first table tells of the first byte; none leads back to it. */
export interface ByteClass {
  readonly tables: readonly Int32Array[];
  /** How many ranges of bytes the tables have: what the class takes in RE2's programs, about. */
  readonly size: number;
}

/** A row of ranges of bytes, one after another. */
type Sequence = readonly (readonly [number, number])[];

const CONTINUATION = [0x80, 0xbf] as const;

/** The last code points of one, two, three and four bytes. */
const LENGTH_ENDS = [0x7f, 0x7ff, 0xffff, MOST_RUNE];
const LEADS = [0x00, 0xc0, 0xe0, 0xf0];

function bytesOf(rune: number): number[] {
  const length = LENGTH_ENDS.findIndex((end) => rune <= end);
  const bytes: number[] = [];
  let rest = rune;
  for (let i = 0; i < length; i += 1) {
    bytes.unshift(0x80 | (rest & 0x3f));
    rest >>= 6;
  }
  return [(LEADS[length] as number) | rest, ...bytes];
}

/** All that is not ASCII, also what no code point is written as: RE2 does not look closer there. */
const BEYOND_ASCII: readonly Sequence[] = [
  [[0xc2, 0xdf], CONTINUATION],
  [[0xe0, 0xef], CONTINUATION, CONTINUATION],
  [[0xf0, 0xf4], CONTINUATION, CONTINUATION, CONTINUATION],
];

/** The sequences of a range: each byte of them may be any of its range, whatever the others are. */
function sequencesOf(low: number, high: number, add: (sequence: Sequence) => void): void {
  if (low === 0x80 && high === MOST_RUNE) {
    for (const sequence of BEYOND_ASCII) add(sequence);
    return;
  }
  for (const end of LENGTH_ENDS)
    if (low <= end && high > end) {
      sequencesOf(low, end, add);
      sequencesOf(end + 1, high, add);
      return;
    }
  for (let mask = 0x3f; mask < 0x1fffff && high > 0x7f; mask = (mask << 6) | 0x3f) {
    if ((low & ~mask) === (high & ~mask)) continue;
    if ((low & mask) !== 0) {
      sequencesOf(low, low | mask, add);
      sequencesOf((low | mask) + 1, high, add);
      return;
    }
    if ((high & mask) !== mask) {
      sequencesOf(low, (high & ~mask) - 1, add);
      sequencesOf(high & ~mask, high, add);
      return;
    }
  }
  const [from, to] = [bytesOf(low), bytesOf(high)];
  add(from.map((byte, i) => [byte, to[i] as number]));
}

/** A table while it is made. */
type Draft = Map<number, Draft | typeof COMPLETE>;

function addSequence(root: Draft, sequence: Sequence): void {
  let at = root;
  for (const [i, [low, high]] of sequence.entries()) {
    if (i === sequence.length - 1) {
      for (let byte = low; byte <= high; byte += 1) at.set(byte, COMPLETE);
      return;
    }
    // Of several bytes nothing else goes on: sequences are disjoint, and what follows such a range is everything.
    const known = at.get(low);
    const next = known === undefined || known === COMPLETE ? new Map<number, Draft>() : known;
    for (let byte = low; byte <= high; byte += 1) at.set(byte, next);
    at = next;
  }
}

/** Tables that tell the same are one. */
class Tables {
  readonly tables: Int32Array[] = [new Int32Array(256)];
  readonly #known = new Map<string, number>();
  readonly #numbers = new Map<Draft, number>();
  size = 0;

  fill(table: Int32Array, draft: Draft): void {
    for (const [byte, next] of draft) table[byte] = next === COMPLETE ? COMPLETE : this.#numberOf(next);
    for (let byte = 0; byte < 256; byte += 1)
      if (table[byte] !== NEVER && (byte === 0 || table[byte] !== table[byte - 1])) this.size += 1;
  }

  #numberOf(draft: Draft): number {
    const known = this.#numbers.get(draft);
    if (known !== undefined) return known;
    const table = new Int32Array(256);
    const size = this.size;
    this.fill(table, draft);
    const key = table.subarray(0x80, 0xc0).join(",");
    const number = this.#known.get(key) ?? this.tables.push(table) - 1;
    if (this.#known.has(key)) this.size = size;
    this.#known.set(key, number);
    this.#numbers.set(draft, number);
    return number;
  }
}

const known = new Map<string, ByteClass>();
/** Classes that are kept. */
const KEPT = 512;

/** The bytes of a set. */
export function byteClass(runes: Runes): ByteClass {
  const key = runes.join(",");
  const found = known.get(key);
  if (found !== undefined) return found;
  const root: Draft = new Map();
  for (let i = 0; i < runes.length; i += 2)
    sequencesOf(runes[i] as number, runes[i + 1] as number, (sequence) => addSequence(root, sequence));
  const made = new Tables();
  made.fill(made.tables[0] as Int32Array, root);
  if (known.size >= KEPT) known.clear();
  known.set(key, made);
  return made;
}

/** Any byte at all. */
export const anyByte: ByteClass = { tables: [new Int32Array(256).fill(COMPLETE)], size: 1 };
