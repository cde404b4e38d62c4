/** Sentences in English and French, made by a small grammar: enough to be learnt in a minute, with words that move, agree and come in pairs. */
import type { Draw } from "../training/random.ts";

/** A sentence and its translation. */
export type Pair = readonly [source: string, translation: string];

/** A word in English, and in French for a masculine and for a feminine noun. */
type Agreeing = readonly [english: string, masculine: string, feminine: string];

const masculine: readonly Pair[] = [
  ["cat", "chat"],
  ["dog", "chien"],
  ["horse", "cheval"],
  ["boy", "garçon"],
  ["king", "roi"],
  ["book", "livre"],
];
const feminine: readonly Pair[] = [
  ["mouse", "souris"],
  ["cow", "vache"],
  ["girl", "fille"],
  ["queen", "reine"],
  ["house", "maison"],
  ["flower", "fleur"],
];
const articles: readonly Agreeing[] = [
  ["the", "le", "la"],
  ["a", "un", "une"],
  ["my", "mon", "ma"],
];
/** In French, these stand before the noun. */
const before: readonly Agreeing[] = [
  ["small", "petit", "petite"],
  ["big", "grand", "grande"],
  ["pretty", "joli", "jolie"],
];
/** And these after it. */
const after: readonly Agreeing[] = [
  ["black", "noir", "noire"],
  ["white", "blanc", "blanche"],
  ["green", "vert", "verte"],
];
/** As `sees` and as `see` after `does not`. */
const verbs: readonly (readonly [third: string, bare: string, french: string])[] = [
  ["sees", "see", "voit"],
  ["finds", "find", "trouve"],
  ["looks for", "look for", "cherche"],
  ["draws", "draw", "dessine"],
];
const ends: readonly Pair[] = [
  ["", ""],
  [" today", " aujourd'hui"],
  [" in the garden", " dans le jardin"],
  [" every day", " chaque jour"],
];

function nounPhrase(draw: Draw): Pair {
  const isFeminine = draw(2) === 1;
  const pick = <T>(list: readonly T[]): T => list[draw(list.length)] as T;
  const agreed = ([english, masculine, feminine]: Agreeing): Pair => [english, isFeminine ? feminine : masculine];
  const [article, le] = agreed(pick(articles));
  const [noun, nom] = pick(isFeminine ? feminine : masculine);
  const kind = draw(3);
  if (kind === 0) return [`${article} ${noun}`, `${le} ${nom}`];
  const [adjective, adjectif] = agreed(pick(kind === 1 ? before : after));
  const french = kind === 1 ? `${le} ${adjectif} ${nom}` : `${le} ${nom} ${adjectif}`;
  return [`${article} ${adjective} ${noun}`, french];
}

function sentence(draw: Draw): Pair {
  const [[who, qui], [whom, quoi]] = [nounPhrase(draw), nounPhrase(draw)];
  const [third, bare, verb] = verbs[draw(verbs.length)] as (typeof verbs)[number];
  const [end, fin] = ends[draw(ends.length)] as Pair;
  return draw(3) === 0
    ? [`${who} does not ${bare} ${whom}${end}`, `${qui} ne ${verb} pas ${quoi}${fin}`]
    : [`${who} ${third} ${whom}${end}`, `${qui} ${verb} ${quoi}${fin}`];
}

/** Different sentences with their translations. */
export function generatePairs(count: number, draw: Draw): Pair[] {
  const pairs = new Map<string, string>();
  while (pairs.size < count) pairs.set(...sentence(draw));
  return [...pairs];
}
