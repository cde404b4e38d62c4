/** The cases of a corpus folder, as they lie on the disk: `good/<case>/expected.json` and `bad/<case>/wanted.json`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a case file says: any JSON. Each kind knows its own. */
export type CaseText = Readonly<Record<string, unknown>>;

/** One folder of the corpus. Plain data: it is sent to the process that reads damaged files. */
export interface CorpusCase {
  /** Such as `good/events`. */
  readonly name: string;
  readonly isBad: boolean;
  /** Where its files are. */
  readonly folder: string;
  readonly kind: string;
  readonly text: CaseText;
}

/** The folder is no corpus. */
export class CorpusError extends Error {}

const halves = [
  { half: "good", file: "expected.json" },
  { half: "bad", file: "wanted.json" },
] as const;

/**
 * Every case of a corpus, by name.
 * @throws {CorpusError} when there is none, or a case has no kind.
 */
export function readCorpus(corpus: string): CorpusCase[] {
  const cases = halves.flatMap(({ half, file }) => {
    const folder = join(corpus, half);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .sort()
      .map((name) => readCase(join(folder, name), `${half}/${name}`, file));
  });
  if (cases.length === 0) throw new CorpusError(`${corpus} has no cases: neither good/*/ nor bad/*/`);
  return cases;
}

function readCase(folder: string, name: string, file: string): CorpusCase {
  const path = join(folder, file);
  if (!existsSync(path)) throw new CorpusError(`${path} is missing`);
  const text = JSON.parse(readFileSync(path, "utf8")) as CaseText;
  const { kind } = text;
  if (typeof kind !== "string") throw new CorpusError(`${path} has no 'kind'`);
  return { name, isBad: file === "wanted.json", folder, kind, text };
}

/** A file of a case. A copy of its own, as users have it: not Node's shared pool. */
export function fileOf({ folder }: CorpusCase, name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, name)));
}
