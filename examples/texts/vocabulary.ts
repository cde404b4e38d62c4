/** What a model's tokens stand for. */

/** Tokens that may be written: from `first` up to, not including, `end`. */
export interface TokenRange {
  readonly first: number;
  readonly end: number;
}

/** Texts as tokens and back. A token is some bytes, which need not be whole letters. */
export interface Vocabulary {
  /** What a token is called, in the plural. */
  readonly unit: string;
  /** The tokens that may be written. */
  readonly writable: TokenRange;
  readonly tokensOf: (text: string) => readonly number[];
  readonly bytesOf: (token: number) => Uint8Array;
}

/** Every byte is a token. */
function bytesAsTokens(writable: TokenRange): Vocabulary {
  return {
    unit: "bytes",
    writable,
    tokensOf: (text) => [...new TextEncoder().encode(text)],
    bytesOf: (token) => Uint8Array.of(token),
  };
}

/** Writes printable ASCII: all else would be noise on a terminal, as random weights know no language. */
export const printableBytes = bytesAsTokens({ first: 32, end: 127 });
/** Writes all that texts are made of, with the ends of lines. */
export const textBytes = bytesAsTokens({ first: 10, end: 256 });
