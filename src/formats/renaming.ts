/** Other names for the tensors of a file, in and out. */
import { ArgumentError } from "../base/errors.ts";
import { teach } from "../base/text.ts";

/**
 * What tensors are called instead: by their names, or by a function of the name. Names that a record does not list stay; `null` leaves a
 * tensor out.
 */
export type Rename = Readonly<Record<string, string | null>> | ((name: string) => string | null);

/** Names that an error lists. */
const MOST_SHOWN = 10;

/**
 * The tensors under their other names, in the same order.
 * @throws {ArgumentError} for two tensors of one name, and for names in a record that no tensor has: these are misspelt.
 */
export function renamed<T>(
  tensors: Iterable<readonly [name: string, tensor: T]>,
  rename: Rename | undefined,
): [name: string, tensor: T][] {
  const all = Array.from(tensors, ([name, tensor]): [string, T] => [name, tensor]);
  if (typeof rename === "object") checkKeys(all, rename);
  const origins = new Map<string, string>();
  return all.flatMap(([name, tensor]): [string, T][] => {
    const other = otherName(name, rename);
    if (other === null) return [];
    const origin = origins.get(other);
    if (origin !== undefined) throw twice(other, origin, name);
    origins.set(other, name);
    return [[other, tensor]];
  });
}

function otherName(name: string, rename: Rename | undefined): string | null {
  if (rename === undefined) return name;
  if (typeof rename === "function") return rename(name);
  return Object.hasOwn(rename, name) ? (rename[name] ?? null) : name;
}

function checkKeys(all: readonly (readonly [string, unknown])[], rename: Readonly<Record<string, unknown>>): void {
  const known = new Set(all.map(([name]) => name));
  const missing = Object.keys(rename).filter((name) => !known.has(name));
  if (missing.length === 0) return;
  const shown = [...known].slice(0, MOST_SHOWN).join(", ");
  const rest = known.size > MOST_SHOWN ? `, … (${known.size} in all)` : "";
  const first = `No tensor is called ${missing
    .slice(0, MOST_SHOWN)
    .map((name) => `'${name}'`)
    .join(", ")}, which \`rename\` lists.`;
  throw new ArgumentError(teach(first, [["tensors", `${shown}${rest}`]]), { names: missing });
}

function twice(name: string, origin: string, other: string): ArgumentError {
  const isRenamed = origin !== name || other !== name;
  const text = isRenamed ? ` '${origin}' and '${other}' are renamed to it.` : "";
  return new ArgumentError(`Two tensors are called '${name}'.${text}`, { tensorName: name });
}
