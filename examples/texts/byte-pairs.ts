/**
 * The vocabulary of the released GPT-2: words are bytes at first, and pairs that were frequent are joined, the most frequent ones first.
 * `encoder.json` numbers the parts, `vocab.bpe` lists the pairs in their order; both write bytes as printable letters.
 */
import { UsageError } from "../commands/command.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Words, numbers, signs and spaces, each with the space before it. */
const words = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** Bytes that stand for themselves in the files: the printable ones of Latin-1, without the soft hyphen. */
const isPrintable = (byte: number): boolean =>
  (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte <= 0xff && byte !== 0xad);

/** The letter that stands for each byte: itself, or the next one from U+0100 on. */
export function lettersOfBytes(): readonly string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    if (isPrintable(byte)) return String.fromCharCode(byte);
    next += 1;
    return String.fromCharCode(next - 1);
  });
}

/** The place of the pair that is joined next; −1 where none is known. */
function nextPair(parts: readonly string[], ranks: ReadonlyMap<string, number>): number {
  let [best, place] = [Number.POSITIVE_INFINITY, -1];
  for (let i = 0; i + 1 < parts.length; i += 1) {
    const rank = ranks.get(`${parts[i]} ${parts[i + 1]}`) ?? Number.POSITIVE_INFINITY;
    if (rank < best) [best, place] = [rank, i];
  }
  return place;
}

/** Joins all pairs of this kind, from the left. */
function joinAt(parts: readonly string[], place: number): string[] {
  const [first, second] = [parts[place], parts[place + 1]];
  const joined: string[] = [];
  for (let i = 0; i < parts.length; i += 1) {
    const isPair = parts[i] === first && parts[i + 1] === second;
    joined.push(isPair ? `${first}${second}` : (parts[i] as string));
    if (isPair) i += 1;
  }
  return joined;
}

/**
 * Reads the vocabulary.
 *
 * @param encoder the text of `encoder.json`
 * @param pairs the text of `vocab.bpe`
 */
export function bytePairs(encoder: string, pairs: string): Vocabulary {
  const numbers = new Map(Object.entries(JSON.parse(encoder) as Record<string, number>));
  const texts = new Map([...numbers].map(([text, token]) => [token, text]));
  // The first line names the version, the last is empty.
  const ranks = new Map(
    pairs
      .split("\n")
      .slice(1, -1)
      .map((pair, rank) => [pair, rank]),
  );
  const letters = lettersOfBytes();
  const bytes = new Map(letters.map((letter, byte) => [letter, byte]));
  const known = new Map<string, readonly number[]>();

  const tokensOfWord = (word: string): readonly number[] => {
    let parts = [...new TextEncoder().encode(word)].map((byte) => letters[byte] as string);
    for (let place = nextPair(parts, ranks); place !== -1; place = nextPair(parts, ranks)) parts = joinAt(parts, place);
    return parts.map((part) => {
      const token = numbers.get(part);
      if (token !== undefined) return token;
      throw new UsageError(
        `The vocabulary has no number for ${JSON.stringify(part)}, which is in ${JSON.stringify(word)}.`,
      );
    });
  };
  const kept = (word: string): readonly number[] => {
    const tokens = known.get(word) ?? tokensOfWord(word);
    known.set(word, tokens);
    return tokens;
  };
  return {
    unit: "tokens",
    writable: { first: 0, end: numbers.size },
    tokensOf: (text) => (text.match(words) ?? []).flatMap(kept),
    bytesOf: (token) => Uint8Array.from(texts.get(token) ?? "", (letter) => bytes.get(letter) ?? 0x3f),
  };
}
