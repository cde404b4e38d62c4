/**
 * The language in which message tables are written, and the TypeScript types inferred from them. Nothing is coded here.
 *
 * ```ts
 * export const Point = message("geometry.Point", { x: implicit(1, "double"), label: optional(2, "string") });
 * export type Point = MessageOf<typeof Point>; // { x: number; label?: string }
 * ```
 *
 * A table that mentions itself says so through a function with a declared result: `(): MessageType<Tree> => Tree`.
 */
import type { ScalarType, ScalarValues } from "./scalar-types.ts";

/** Ties a table to the type of its records; there is no value under it. */
declare const carried: unique symbol;

/**
 * What the presence of a field means.
 * - `optional`: absent and zero differ (proto2, members of a oneof, messages); the key is missing when the field is.
 * - `implicit`: absent means zero, and zero is not written (proto3). A message is always written.
 * - `repeated`: a list, empty when absent. `optionalRepeated`: the same, but the key is missing when the list is empty.
 * - `map`: an object, empty when absent; written in the order of the UTF-8 bytes of its keys.
 */
export type Rule = "optional" | "implicit" | "repeated" | "optionalRepeated" | "map";

/** The scalar types that a map may have as keys; the keys of the object are their decimal text. */
export type KeyType = "string" | "int32" | "uint32";

/** One row of a message table, without the type of its value. */
export interface FieldDef {
  readonly number: number;
  readonly rule: Rule;
  readonly type: ScalarType | MessageTable | (() => MessageTable);
  /** Repeated numbers: written as one length-delimited field. Both forms are read. */
  readonly packed?: boolean;
  /** At most one field of a group is present; the last one read wins. */
  readonly group?: string;
  readonly keyType?: KeyType;
  /** An enum's members, which the text format writes by name. */
  readonly members?: EnumMembers;
  /** The message that a `bytes` field holds serialized where the upstream field is that message: the text format shows it. */
  readonly holds?: () => MessageTable;
}

/** The members of an enum: their numbers by name. */
export type EnumMembers = Readonly<Record<string, number>>;

/** One row of a message table. `R` decides whether the key may be missing, `V` is what it holds. */
export interface Field<R extends Rule, V> extends FieldDef {
  readonly rule: R;
  readonly [carried]?: (value: V) => V;
}

/** The rows of a message, by the names that they have in records. */
export type FieldDefs = Readonly<Record<string, FieldDef>>;

/** A message table, without the type of its records. */
export interface MessageTable {
  /** The full name upstream, such as `tensorflow.NodeDef`. */
  readonly name: string;
  readonly fields: FieldDefs;
  /** The message is one oneof: a record has exactly one key. */
  readonly isOneof: boolean;
  /** Fields, as upstream names them, that are known there and not listed here; the text format passes over them. */
  readonly unlisted?: readonly string[];
  /** The messages that the text format shows in a `google.protobuf.Any` by their type. */
  readonly packs?: () => readonly MessageTable[];
}

/** What else is said of a message. */
export type MessageNotes = Pick<MessageTable, "unlisted" | "packs">;

/** A message table whose records are of type `T`. */
export interface MessageType<T> extends MessageTable {
  // `Required` tells records apart that differ only in optional keys.
  readonly [carried]?: (record: T, whole: Required<T>) => readonly [T, Required<T>];
}

/** The type of the records of a message table. */
export type MessageOf<M extends MessageTable> = M extends MessageType<infer T> ? T : never;

/** A message type, or a function that returns it, for tables that stand further down or mention themselves. */
type MessageLike<V> = MessageType<V> | (() => MessageType<V>);

type ValueOf<F> = F extends Field<Rule, infer V> ? V : never;
type MayMiss<F extends FieldDef> = F["rule"] extends "optional" | "optionalRepeated" ? true : false;

/** The record of a message: one key for each row. */
export type RecordOf<F extends FieldDefs> = Flat<
  { [K in keyof F as MayMiss<F[K]> extends false ? K : never]: ValueOf<F[K]> } & {
    [K in keyof F as MayMiss<F[K]> extends true ? K : never]?: ValueOf<F[K]>;
  }
>;
type Flat<T> = T extends infer R ? { [K in keyof R]: R[K] } : never;

/** The record of a message that is one oneof: a union of records with one key. */
export type OneofOf<F extends FieldDefs> = { [K in keyof F]: { [P in K]: ValueOf<F[K]> } }[keyof F];

/** A message with the given full name and rows. */
export function message<F extends FieldDefs>(
  name: string,
  fields: F,
  notes: MessageNotes = {},
): MessageType<RecordOf<F>> {
  return { name, fields, isOneof: false, ...notes };
}

/** A message all of whose rows are members of one oneof; each row is `optional`. */
export function oneof<F extends FieldDefs>(name: string, fields: F): MessageType<OneofOf<F>> {
  return { name, fields, isOneof: true };
}

/** What the text format needs to know of a row. */
export type TextOptions = Pick<FieldDef, "members" | "holds">;

/** Options of an optional row. */
export interface OptionalOptions extends TextOptions {
  /** The oneof that the field is a member of, when the message also has other fields. */
  readonly group?: string;
}

/** A row whose absence differs from zero. */
export function optional<S extends ScalarType>(
  number: number,
  type: S,
  options?: OptionalOptions,
): Field<"optional", ScalarValues[S]>;
export function optional<V>(number: number, type: MessageLike<V>, options?: OptionalOptions): Field<"optional", V>;
export function optional(
  number: number,
  type: FieldDef["type"],
  options: OptionalOptions = {},
): FieldDef & { readonly rule: "optional" } {
  return { number, rule: "optional", type, ...options };
}

/** A row whose absence means zero, or an empty message. */
export function implicit<S extends ScalarType>(
  number: number,
  type: S,
  options?: TextOptions,
): Field<"implicit", ScalarValues[S]>;
export function implicit<V>(number: number, type: MessageLike<V>): Field<"implicit", V>;
export function implicit(
  number: number,
  type: FieldDef["type"],
  options: TextOptions = {},
): FieldDef & { readonly rule: "implicit" } {
  return { number, rule: "implicit", type, ...options };
}

/** Options of a repeated row. */
export interface RepeatedOptions extends TextOptions {
  /** False: numbers are written one by one, as proto2 does by default. */
  readonly packed?: boolean;
}

/** A row that holds a list. */
export function repeated<S extends ScalarType>(
  number: number,
  type: S,
  options?: RepeatedOptions,
): Field<"repeated", ScalarValues[S][]>;
export function repeated<V>(number: number, type: MessageLike<V>): Field<"repeated", V[]>;
export function repeated(
  number: number,
  type: FieldDef["type"],
  options: RepeatedOptions = {},
): FieldDef & { readonly rule: "repeated" } {
  return { number, rule: "repeated", type, packed: true, ...options };
}

/** A row that holds a list, and no key where the list is empty. */
export function optionalRepeated<S extends ScalarType>(
  number: number,
  type: S,
  options?: RepeatedOptions,
): Field<"optionalRepeated", ScalarValues[S][]>;
export function optionalRepeated<V>(number: number, type: MessageLike<V>): Field<"optionalRepeated", V[]>;
export function optionalRepeated(
  number: number,
  type: FieldDef["type"],
  options: RepeatedOptions = {},
): FieldDef & { readonly rule: "optionalRepeated" } {
  return { number, rule: "optionalRepeated", type, packed: true, ...options };
}

/** A row that holds values by key. Decoded maps have no prototype, so any key is safe to look up. */
export function map<S extends ScalarType>(
  number: number,
  keyType: KeyType,
  type: S,
): Field<"map", Record<string, ScalarValues[S]>>;
export function map<V>(number: number, keyType: KeyType, type: MessageLike<V>): Field<"map", Record<string, V>>;
export function map(number: number, keyType: KeyType, type: FieldDef["type"]): FieldDef & { readonly rule: "map" } {
  return { number, rule: "map", type, keyType };
}
