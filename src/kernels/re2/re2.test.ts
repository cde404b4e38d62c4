import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { NamesakeError } from "../../base/errors.ts";
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import { fullMatcher, rewriter } from "./re2.ts";

/** What TensorFlow says of one pattern; texts are hexadecimal bytes. */
interface Recorded {
  readonly pattern: string;
  readonly texts: readonly string[];
  readonly full?: readonly number[];
  /** Rewrite, whether all matches are replaced, and what the texts become. */
  readonly replaced?: readonly (readonly [string, boolean, readonly string[]])[];
  /** `null` where the message cannot be shown. */
  readonly error?: string | null;
}

const { patterns } = JSON.parse(readFileSync(new URL("../../../test/goldens/regex.json", import.meta.url), "utf8")) as {
  readonly patterns: readonly Recorded[];
};

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function failure(run: () => unknown): string | null {
  try {
    run();
    return null;
  } catch (error) {
    if (!(error instanceof NamesakeError)) throw error;
    return error.message;
  }
}

describe("regular expressions match, replace and refuse as TensorFlow's", () => {
  const written = patterns.filter(({ pattern }) => hex(encodeUtf8(decodeUtf8(bytes(pattern)))) === pattern);

  it.each(written.map((one, i) => [i, decodeUtf8(bytes(one.pattern)), one] as const))("%i: %s", (_, pattern, one) => {
    if (one.error !== undefined) {
      expect(failure(() => fullMatcher(pattern))).toBe(one.error);
      return;
    }
    const matches = fullMatcher(pattern);
    expect(one.texts.map((text) => Number(matches(bytes(text))))).toEqual(one.full);
    for (const [rewrite, every, results] of one.replaced ?? []) {
      const rewrites = rewriter(pattern, bytes(rewrite), every);
      expect(
        one.texts.map((text) => hex(rewrites(bytes(text)))),
        `rewritten with ${decodeUtf8(bytes(rewrite))}`,
      ).toEqual(results);
    }
  });
});

describe("regular expressions end", () => {
  const long = encodeUtf8("a".repeat(50_000));

  it.each([
    "(a*)*b",
    "(a|a)*c",
    "(x+x+)+y|(a+a+)+b",
    "(.*)*(.*)*(.*)*b",
    "(a?){50}a{50}",
    "(|a)*?b",
    "((a{0,9}){0,9}){0,9}b",
  ])("with %s on a long text that does not match", (pattern) => {
    expect(fullMatcher(pattern)(long)).toBe(false);
  });

  it("within many groups, and say so within too many", () => {
    const within = (depth: number): string => `${"(".repeat(depth)}a${")".repeat(depth)}`;
    expect(fullMatcher(within(2000))(encodeUtf8("a"))).toBe(true);
    expect(() => fullMatcher(within(100_000))).toThrow("error: pattern too large - compile failed");
    expect(() => fullMatcher(`${"(".repeat(100_000)}`)).toThrow("Invalid pattern");
  });

  it("with many choices, letters and repetitions", () => {
    const letters = Array.from({ length: 20_000 }, (_, i) => `w${i}`);
    expect(fullMatcher(letters.join("|"))(encodeUtf8("w19999"))).toBe(true);
    expect(fullMatcher(letters.join(""))(encodeUtf8(letters.join("")))).toBe(true);
    expect(() => fullMatcher("(?:a{1000}b{1000}){1}".repeat(2000))).toThrow("pattern too large - compile failed");
  });
});
