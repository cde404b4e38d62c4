/**
 * Nested arrays and plain objects of tensors, as conditionals and loops take and give them. The keys of an object count in sorted order.
 * Anything else (a tensor, a variable, an `NDArray`, `null`) is one element. Mirrors python/util/nest.py.
 */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { isPlainObject } from "../base/text.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Operation } from "../graph/operation.ts";
import type { Tensor, TensorConvertible } from "../graph/tensor.ts";
import type { Literal, NDArray } from "../tensor/ndarray.ts";
import type { TensorShape } from "../tensor/shape.ts";
import type { TensorArray } from "./tensor-array.ts";

/** A tensor, a tensor array, an operation, or nested arrays and plain objects of them. */
export type TensorStructure =
  | TensorLike
  | TensorArray
  | Operation
  | readonly TensorStructure[]
  | { readonly [key: string]: TensorStructure };

type Element =
  | Tensor
  | TensorConvertible
  | Operation
  | NDArray
  | TensorShape
  | ArrayBufferView
  | number
  | bigint
  | boolean
  | string;

/** Nested arrays and plain objects of tensors of which no more is known. */
export type TensorTree = Tensor | readonly TensorTree[] | { readonly [key: string]: TensorTree };

/** The same structure with a tensor in the place of every element. (The first case ends the recursion for types that could be any structure.) */
export type TensorsOf<S> = Literal extends S
  ? TensorTree
  : S extends TensorArray
    ? TensorArray
    : S extends Element
      ? Tensor
      : S extends object
        ? { -readonly [K in keyof S]: TensorsOf<S[K]> }
        : Tensor;

/** Whether a value is a structure and not an element. */
export function isNested(value: unknown): value is readonly unknown[] | Readonly<Record<string, unknown>> {
  return Array.isArray(value) || isPlainObject(value);
}

/** The parts of a structure in order, with the way to each. */
function partsOf(structure: readonly unknown[] | Readonly<Record<string, unknown>>): [key: string, part: unknown][] {
  if (Array.isArray(structure)) return structure.map((part: unknown, i) => [String(i), part]);
  const entries = Object.entries(structure);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The elements of a structure in order. */
export function flatten(structure: unknown): unknown[] {
  return isNested(structure) ? partsOf(structure).flatMap(([, part]) => flatten(part)) : [structure];
}

/** A structure like this one with other elements, of which there must be as many. */
export function packAs(structure: unknown, elements: readonly unknown[]): unknown {
  const rest = elements.values();
  const pack = (part: unknown): unknown => {
    if (!isNested(part)) return rest.next().value;
    if (Array.isArray(part)) return part.map(pack);
    const packed = new Map(partsOf(part).map(([key, inner]) => [key, pack(inner)]));
    return Object.fromEntries(Object.keys(part).map((key) => [key, packed.get(key)]));
  };
  return pack(structure);
}

/** A structure like this one with `change` applied to each element, in order. */
export function mapStructure(structure: unknown, change: (element: unknown) => unknown): unknown {
  return packAs(structure, flatten(structure).map(change));
}

/**
 * @throws {ArgumentError} unless both structures have the same arrays and objects in the same places.
 * @throws {ArgumentTypeError} where one has an array and the other an object.
 */
export function assertSameStructure(first: unknown, second: unknown): void {
  const difference = differenceOf(first, second, "");
  if (difference === null) return;
  const text = `The two structures don't have the same nested structure.\n  first   ${outline(first)}\n  second  ${outline(second)}\n  ${difference.text}`;
  const fields = { first, second };
  throw difference.isType ? new ArgumentTypeError(text, fields) : new ArgumentError(text, fields);
}

interface Difference {
  readonly text: string;
  readonly isType: boolean;
}

function differenceOf(first: unknown, second: unknown, path: string): Difference | null {
  const place = path === "" ? "at the top" : `at ${path}`;
  if (!isNested(first) || !isNested(second)) {
    if (isNested(first) === isNested(second)) return null;
    return {
      text: `${place} one has a single element, the other ${outline(isNested(first) ? first : second)}`,
      isType: false,
    };
  }
  if (Array.isArray(first) !== Array.isArray(second)) {
    return { text: `${place} one has an array, the other an object`, isType: true };
  }
  const left = partsOf(first);
  const right = partsOf(second);
  if (left.length !== right.length || left.some(([key], i) => key !== right[i]?.[0])) {
    return { text: `${place} one has ${outline(first)}, the other ${outline(second)}`, isType: false };
  }
  for (const [i, [key, part]] of left.entries()) {
    const inner = differenceOf(part, right[i]?.[1], `${path}[${key}]`);
    if (inner !== null) return inner;
  }
  return null;
}

/** The structure with a dot for each element. */
function outline(structure: unknown): string {
  if (!isNested(structure)) return ".";
  if (Array.isArray(structure)) return `[${structure.map(outline).join(", ")}]`;
  return `{${Object.entries(structure)
    .map(([key, part]) => `${key}: ${outline(part)}`)
    .join(", ")}}`;
}
