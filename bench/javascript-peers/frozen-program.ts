/**
 * What the peers in JavaScript are handed: a program whose variables became constants, the values it is fed with and what it gives.
 * A peer builds it from its own ops, and is only measured if it gives the same. Two files: the graph as JSON, the constants as bytes.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/doors.mjs";

/** The element types that all peers have. Ours of 64 bits become int32 on the way. */
export type ElementType = "float32" | "int32" | "bool";

/** An attr as JSON: one key, as in TensorFlow's own. Text is text, element types are numbers of `DataType`. */
export interface FrozenAttr {
  readonly s?: string;
  readonly i?: number;
  readonly f?: number;
  readonly b?: boolean;
  readonly type?: number;
  readonly list?: { readonly s?: readonly string[]; readonly i?: readonly number[] };
}

export interface FrozenNode {
  readonly name: string;
  readonly op: string;
  /** Names of nodes, feeds and constants; `name:k` for output k > 0. */
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, FrozenAttr>>;
}

/** A value without its elements. */
export interface FrozenValue {
  readonly name: string;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
}

export interface FrozenConstant extends FrozenValue {
  readonly values: Elements;
}

/** What is fed, with whole numbers below `below` where that is not `null`. */
export interface FrozenFeed extends FrozenValue {
  readonly below: number | null;
}

export type Elements = Float32Array | Int32Array | Uint8Array;

export interface FrozenProgram {
  /** The names of our figures that a call of the peer's is measured beside. */
  readonly figures: readonly string[];
  /** Each after what it reads. None of a program that trains: a peer has it in words of its own. */
  readonly nodes: readonly FrozenNode[];
  /** Of a program that trains, the first values of its variables. */
  readonly constants: ReadonlyMap<string, FrozenConstant>;
  readonly feeds: readonly FrozenFeed[];
  /** The node whose first output is fetched. */
  readonly fetch: string;
  /** What ours gives for `feedElements` of each feed; of a program that trains, the losses of its first steps. */
  readonly expected: readonly number[];
}

/** Not under version control. */
const folder = join(root, "bench/results/tmp");
const graphFile = (name: string): string => join(folder, `${name}.frozen.json`);
const constantsFile = (name: string): string => join(folder, `${name}.frozen.bin`);

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Random numbers of no quality from a seed: what a feed is fed with, the same on all sides. */
export function feedElements(shape: readonly number[], below: number | null): Float32Array | Int32Array {
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
  const length = sizeOf(shape);
  return below === null
    ? Float32Array.from({ length }, () => next() - 0.5)
    : Int32Array.from({ length }, () => Math.floor(next() * below));
}

/** Every constant begins at a multiple of four bytes. */
const paddedLength = (values: Elements): number => Math.ceil(values.byteLength / 4) * 4;

export function writeFrozenProgram(name: string, { constants, ...rest }: FrozenProgram): void {
  mkdirSync(folder, { recursive: true });
  const all = [...constants.values()];
  const bytes = new Uint8Array(all.reduce((sum, { values }) => sum + paddedLength(values), 0));
  let offset = 0;
  for (const { values } of all) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    offset += paddedLength(values);
  }
  const listed = all.map(({ name: constant, dtype, shape }) => ({ name: constant, dtype, shape }));
  writeFileSync(graphFile(name), JSON.stringify({ ...rest, constants: listed }));
  writeFileSync(constantsFile(name), bytes);
}

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

export function readFrozenProgram(name: string): FrozenProgram {
  const { constants, ...rest } = JSON.parse(readFileSync(graphFile(name), "utf8")) as Omit<
    FrozenProgram,
    "constants"
  > & { readonly constants: readonly FrozenValue[] };
  const { buffer, byteOffset } = readFileSync(constantsFile(name));
  let offset = byteOffset;
  const read = constants.map((value) => {
    const values: Elements = new arrays[value.dtype](buffer as ArrayBuffer, offset, sizeOf(value.shape));
    offset += paddedLength(values);
    return [value.name, { ...value, values }] as const;
  });
  return { ...rest, constants: new Map(read) };
}

/** Takes the files away: weights are large. */
export function removeFrozenProgram(name: string): void {
  for (const file of [graphFile(name), constantsFile(name)]) rmSync(file, { force: true });
}
