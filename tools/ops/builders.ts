/** Which public functions and methods make an op, read from the sources: what names a definition in its body, or uses a function of its own file that does. */
import { readdirSync, readFileSync } from "node:fs";
import { opDefs } from "../../src/ops/index.ts";

/** A public function that makes ops. */
export interface Builder {
  /** As users write it: `matmul`, `nn.relu`, `Variable.assign`. */
  readonly name: string;
  readonly ops: readonly string[];
  /** What its documentation says under "Differs from TensorFlow". */
  readonly difference: string | null;
}

interface Block {
  readonly name: string;
  /** The class it is a method of. */
  readonly owner: string | null;
  readonly text: string;
  readonly comment: string;
}

const source = new URL("../../src/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, source), "utf8");

/** Every public function that makes ops. */
export function publicBuilders(): readonly Builder[] {
  return ["ops", "variables", "graph"].flatMap((folder) =>
    readdirSync(new URL(folder, source))
      .filter((name) => /^[\w-]+\.ts$/.test(name))
      .sort()
      .flatMap((name) => buildersIn(`${folder}/${name}`)),
  );
}

function buildersIn(path: string): Builder[] {
  const blocks = blocksOf(read(path));
  const byName = new Map(blocks.map((block) => [block.name, block]));
  const names = publicNames().get(path) ?? new Map<string, string>();
  return blocks.flatMap((block): Builder[] => {
    const publicName = block.owner === null ? (names.get(block.name) ?? null) : methodName(block);
    const ops = publicName === null ? [] : [...opsOf(block, byName, new Set())];
    return publicName === null || ops.length === 0
      ? []
      : [{ name: publicName, ops, difference: differenceOf(block.comment) }];
  });
}

/** Top-level declarations and methods, each with the comment above it. */
function blocksOf(text: string): Block[] {
  const start =
    /^((?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?)(?:export )?(?:function|const) (\w+)|^((?: {2}\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?) {2}(?:override )?(#?[a-z]\w*)\(.*\{$/gm;
  const found = [...text.matchAll(start)];
  const classes = [...text.matchAll(/^(?:export )?(?:abstract )?class (\w+)/gm)];
  return found.map((match, i) => ({
    name: match[2] ?? match[4] ?? "",
    owner: match[4] === undefined ? null : (classes.findLast(({ index }) => index < match.index)?.[1] ?? null),
    comment: match[1] ?? match[3] ?? "",
    text: text.slice(match.index, found[i + 1]?.index),
  }));
}

/** What users do not call. */
const hidden: readonly string[] = ["constructor", "finish", "fromFunction", "variableOp"];

/** Methods of variables are those of `Variable`; others are no users' concern. */
function methodName({ name, owner, comment }: Block): string | null {
  const isPublic = /^(?:Base|Ref|Resource)Variable$/.test(owner ?? "") && !comment.includes("@internal");
  return isPublic && /^[a-z]/.test(name) && !hidden.includes(name) ? `Variable.${name}` : null;
}

function opsOf(block: Block, blocks: ReadonlyMap<string, Block>, seen: Set<string>): Set<string> {
  seen.add(block.name);
  const ops = new Set<string>();
  for (const [, type = ""] of block.text.matchAll(/\b\w*[dD]efs\.(\w+)/g)) if (type in opDefs) ops.add(type);
  for (const [, name = ""] of block.text.matchAll(/(#?\b\w+)\(/g)) {
    const used = blocks.get(name);
    if (used !== undefined && !seen.has(name) && !isExported(used))
      for (const type of opsOf(used, blocks, seen)) ops.add(type);
  }
  return ops;
}

function isExported({ text, comment }: Block): boolean {
  return text.startsWith("export ", comment.length);
}

function differenceOf(comment: string): string | null {
  const match = /@remarks Differs from TensorFlow(?: in names only)?: ([\s\S]*?)(?=\n\s*\* @|\*\/)/.exec(comment);
  return match === null ? null : (match[1] as string).replace(/\s*\n\s*\* ?/g, " ").trim();
}

let names: ReadonlyMap<string, ReadonlyMap<string, string>> | null = null;

/** The public names of what a file exports, by file and own name. */
function publicNames(): ReadonlyMap<string, ReadonlyMap<string, string>> {
  names ??= readPublicNames();
  return names;
}

function readPublicNames(): Map<string, Map<string, string>> {
  const made = new Map<string, Map<string, string>>();
  const add = (door: string, prefix: string): void => {
    for (const [, list = "", file = ""] of read(door).matchAll(/export \{([^}]*)\} from "\.{1,2}\/([^"]+)"/g)) {
      const own = made.get(file) ?? new Map<string, string>();
      for (const item of list.split(",").map((one) => one.trim())) {
        const [name = "", alias = name] = item.split(" as ");
        if (name !== "" && !name.startsWith("type ") && !own.has(name)) own.set(name, `${prefix}${alias}`);
      }
      made.set(file, own);
    }
  };
  add("index.ts", "");
  for (const [, name = "", file = ""] of read("index.ts").matchAll(/export \* as (\w+) from "\.\/([^"]+)"/g))
    add(file, `${name}.`);
  return made;
}
