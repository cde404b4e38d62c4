/** Sets of code points, as RE2's patterns name them. A set is a row of bounds, `[low, high, low, high, …]`, in rising order and without neighbours that touch. */

/** The bounds of a set. */
export type Runes = readonly number[];

export const MOST_RUNE = 0x10ffff;
/** Every code point. */
export const everyRune: Runes = [0, MOST_RUNE];

/** The set of all that lies within any of the bounds, which may be in any order. */
export function united(bounds: readonly number[]): Runes {
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0; i < bounds.length; i += 2) pairs.push([bounds[i] as number, bounds[i + 1] as number]);
  pairs.sort((a, b) => a[0] - b[0]);
  const out: number[] = [];
  for (const [low, high] of pairs) {
    const last = out.at(-1);
    if (last !== undefined && low <= last + 1) out[out.length - 1] = Math.max(last, high);
    else out.push(low, high);
  }
  return out;
}

/** What is not in a set. */
export function complement(set: Runes): Runes {
  const out: number[] = [];
  let next = 0;
  for (let i = 0; i < set.length; i += 2) {
    if (next < (set[i] as number)) out.push(next, (set[i] as number) - 1);
    next = (set[i + 1] as number) + 1;
  }
  if (next <= MOST_RUNE) out.push(next, MOST_RUNE);
  return out;
}

function contains(set: Runes, rune: number): boolean {
  let [low, high] = [0, set.length / 2];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((set[2 * middle + 1] as number) < rune) low = middle + 1;
    else high = middle;
  }
  return low < set.length / 2 && (set[2 * low] as number) <= rune;
}

function text(rune: number): string {
  return String.fromCodePoint(rune);
}

// ---- case

let orbits: ReadonlyMap<number, readonly number[]> | undefined;

/** For each code point that differs from others by case alone: it and those. */
function caseOrbits(): ReadonlyMap<number, readonly number[]> {
  if (orbits !== undefined) return orbits;
  const made = new Map<number, number[]>();
  const cased = propertyRunes("Changes_When_Casemapped");
  for (let i = 0; i < cased.length; i += 2)
    for (let rune = cased[i] as number; rune <= (cased[i + 1] as number); rune += 1)
      for (const other of [text(rune).toLowerCase(), text(rune).toUpperCase()]) join(made, rune, other);
  orbits = made;
  return made;
}

function join(made: Map<number, number[]>, rune: number, other: string): void {
  const code = other.codePointAt(0) as number;
  // Some change into several letters, and some only where there is no way back.
  if (code === rune || other.length !== text(code).length || !isSameLetter(rune, code)) return;
  const all = [...new Set([...(made.get(rune) ?? [rune]), ...(made.get(code) ?? [code])])];
  for (const one of all) made.set(one, all);
}

function isSameLetter(a: number, b: number): boolean {
  return new RegExp(`^\\u{${a.toString(16)}}$`, "iu").test(text(b));
}

/** A set and all that differs from its members by case alone. */
export function folded(set: Runes): Runes {
  if (set.length === 2 && set[0] === set[1])
    return united((caseOrbits().get(set[0] as number) ?? [set[0] as number]).flatMap((one) => [one, one]));
  const added: number[] = [];
  for (const [rune, orbit] of caseOrbits())
    if (contains(set, rune)) for (const one of orbit) if (!contains(set, one)) added.push(one, one);
  return added.length === 0 ? set : united([...set, ...added]);
}

// ---- names

const SURROGATES: Runes = [0xd800, 0xdfff];
/** So many code points are looked at together. */
const CHUNK = 0x2000;

/** The code points that have a property of Unicode, as JavaScript names it. */
function propertyRunes(property: string): Runes {
  const expression = new RegExp(`\\p{${property}}+`, "gu");
  const bounds: number[] = [];
  for (let first = 0; first <= MOST_RUNE; first += CHUNK) {
    // Surrogates are no code points of their own within text.
    if (first >= 0xd800 && first <= 0xdfff) continue;
    const width = first > 0xffff ? 2 : 1;
    const last = first === 0xc000 ? 0xd7ff : first + CHUNK - 1;
    const all = Array.from({ length: last - first + 1 }, (_, i) => text(first + i)).join("");
    for (const { index, 0: found } of all.matchAll(expression)) {
      const low = first + index / width;
      bounds.push(low, low + found.length / width - 1);
    }
  }
  return united(bounds);
}

const categories = /^(?:C[cfos]|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/;
/** Scripts whose whole name is as short as a short name, which RE2 does not know. */
const shortScripts: ReadonlySet<string> = new Set(["Ahom", "Cham", "Kawi", "Lisu", "Modi", "Thai", "Toto"]);
const known = new Map<string, Runes | null>();

/** The code points of a category or a script, by RE2's name; `null` when there is none of that name. */
export function unicodeGroup(name: string): Runes | null {
  const found = known.get(name);
  if (found !== undefined) return found;
  const made = unicodeRunes(name);
  // Only names that mean something are kept: there are not so many.
  if (made !== null) known.set(name, made);
  return made;
}

function unicodeRunes(name: string): Runes | null {
  if (name === "Any") return everyRune;
  if (name === "C") return united(["Cc", "Cf", "Co", "Cs"].flatMap((one) => unicodeRunes(one) as Runes));
  if (name === "Cs") return SURROGATES;
  if (categories.test(name)) return propertyRunes(name);
  if (!/^[A-Z][a-z]+(?:_[A-Z]?[a-z]+)*$/.test(name) || (name.length === 4 && !shortScripts.has(name))) return null;
  try {
    return propertyRunes(`Script=${name}`);
  } catch {
    return null;
  }
}

const DIGITS = [0x30, 0x39];
const UPPER = [0x41, 0x5a];
const LOWER = [0x61, 0x7a];

/** Classes that a backslash and a small letter name. */
export const perlClasses: Readonly<Record<string, Runes>> = {
  d: DIGITS,
  s: [0x09, 0x0a, 0x0c, 0x0d, 0x20, 0x20],
  w: [...DIGITS, ...UPPER, 0x5f, 0x5f, ...LOWER],
};

/** Classes of POSIX, within brackets. */
export const posixClasses: Readonly<Record<string, Runes>> = {
  alnum: [...DIGITS, ...UPPER, ...LOWER],
  alpha: [...UPPER, ...LOWER],
  ascii: [0x00, 0x7f],
  blank: [0x09, 0x09, 0x20, 0x20],
  cntrl: [0x00, 0x1f, 0x7f, 0x7f],
  digit: DIGITS,
  graph: [0x21, 0x7e],
  lower: LOWER,
  print: [0x20, 0x7e],
  punct: [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e],
  space: [0x09, 0x0d, 0x20, 0x20],
  upper: UPPER,
  word: [...DIGITS, ...UPPER, 0x5f, 0x5f, ...LOWER],
  xdigit: [...DIGITS, 0x41, 0x46, 0x61, 0x66],
};
