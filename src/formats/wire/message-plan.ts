/** A message table made ready for coding: rows sorted by number, types looked up, tags computed. Made once for each table. */
import { InternalError } from "../../base/errors.ts";
import type { EnumMembers, FieldDef, KeyType, MessageTable, Rule } from "./message-table.ts";
import { type ScalarCodec, type ScalarType, scalarCodecs } from "./scalar-types.ts";
import { WireType } from "./wire-reader.ts";

/** A record whose type is known to its table only. */
export type OpenRecord = Record<string, unknown>;

/** How a field is coded. `always` is the rule of the key and the value of a map's entry: written even when zero. */
export interface FieldPlan {
  readonly name: string;
  /** The names of message and field, for errors. */
  readonly path: string;
  readonly number: number;
  readonly rule: Rule | "always";
  /** The wire type of one value. */
  readonly wire: WireType;
  /** Number × 8 + wire type, as written. */
  readonly tag: number;
  readonly codec: ScalarCodec<unknown> | undefined;
  /** The plan of a message's fields, or of a map's entries. */
  readonly message: MessagePlan | undefined;
  /** A repeated number in its packed form. */
  readonly packed: boolean;
  /** The other members of the field's oneof. */
  readonly rivals: readonly string[];
  /** The name upstream, by which the text format calls the field. */
  readonly textName: string;
  readonly scalar: ScalarType | undefined;
  readonly members: EnumPlan | undefined;
  /** The plan of the message that a `bytes` field holds. */
  readonly held: MessagePlan | undefined;
}

/** The members of an enum, both ways. */
export interface EnumPlan {
  readonly byName: ReadonlyMap<string, number>;
  readonly byNumber: ReadonlyMap<number, string>;
}

/** How a message is coded. */
export interface MessagePlan {
  readonly name: string;
  readonly isOneof: boolean;
  /** In the order in which they are written: by number. */
  readonly fields: readonly FieldPlan[];
  readonly byNumber: ReadonlyMap<number, FieldPlan>;
  readonly byTextName: ReadonlyMap<string, FieldPlan>;
  readonly unlisted: readonly string[];
  readonly packs: (() => readonly MessagePlan[]) | undefined;
}

/** A plan whose rows are still being looked up; a table that mentions itself meets it so. */
interface OpenPlan extends MessagePlan {
  fields: readonly FieldPlan[];
  readonly byNumber: Map<number, FieldPlan>;
  readonly byTextName: Map<string, FieldPlan>;
}

/** A plan of which no row has been looked up yet. */
function openPlan(name: string, table?: MessageTable): OpenPlan {
  const { isOneof = false, unlisted = [], packs } = table ?? {};
  return {
    name,
    isOneof,
    unlisted,
    packs: packs && (() => packs().map(planOf)),
    fields: [],
    byNumber: new Map(),
    byTextName: new Map(),
  };
}

const plans = new WeakMap<MessageTable, MessagePlan>();

/** The plan of a table. */
export function planOf(table: MessageTable): MessagePlan {
  const known = plans.get(table);
  if (known !== undefined) return known;
  const plan = openPlan(table.name, table);
  plans.set(table, plan);
  const names = Object.keys(table.fields);
  const fields = Object.entries(table.fields).map(([name, def]) => {
    const rivals = names.filter((other) => other !== name && areRivals(table, def, table.fields[other]));
    return planField(table, name, def, rivals);
  });
  return complete(plan, fields);
}

function complete(plan: OpenPlan, fields: readonly FieldPlan[]): MessagePlan {
  plan.fields = fields.toSorted((a, b) => a.number - b.number);
  for (const field of fields) {
    plan.byNumber.set(field.number, field);
    plan.byTextName.set(field.textName, field);
  }
  if (plan.byNumber.size !== fields.length) throw new InternalError(`two fields of ${plan.name} have one number`);
  return plan;
}

function areRivals(table: MessageTable, def: FieldDef, other: FieldDef | undefined): boolean {
  return table.isOneof || (def.group !== undefined && def.group === other?.group);
}

function planField(table: MessageTable, name: string, def: FieldDef, rivals: readonly string[]): FieldPlan {
  const path = `${table.name}.${name}`;
  const { number, rule, type, packed = false, members, holds } = def;
  if (rule !== "map") {
    const held = holds && planOf(holds());
    return { ...plan(path, name, number, rule, type, packed, rivals), members: members && enumPlan(members), held };
  }
  return {
    ...plan(path, name, number, rule, "bytes", false, rivals),
    codec: undefined,
    scalar: undefined,
    message: planEntry(path, def.keyType ?? "string", def.type),
  };
}

/** The entries of a map are messages with the fields 1, key, and 2, value. */
function planEntry(path: string, keyType: KeyType, type: FieldDef["type"]): MessagePlan {
  const key = plan(path, "key", 1, "always", keyType, false, []);
  const value = plan(path, "value", 2, "always", type, false, []);
  return complete(openPlan(path), [key, value]);
}

function enumPlan(members: EnumMembers): EnumPlan {
  const byName = new Map(Object.entries(members));
  return { byName, byNumber: new Map([...byName].map(([name, number]) => [number, name])) };
}

/** `int64Val` is `int64_val` upstream. */
function textNameOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function plan(
  path: string,
  name: string,
  number: number,
  rule: FieldPlan["rule"],
  type: FieldDef["type"],
  packed: boolean,
  rivals: readonly string[],
): FieldPlan {
  const scalar: ScalarType | undefined = typeof type === "string" ? type : undefined;
  const codec = scalar === undefined ? undefined : scalarCodecs[scalar];
  const table = typeof type === "function" ? type() : type;
  const message = typeof table === "string" ? undefined : planOf(table);
  const wire = codec?.wire ?? WireType.length;
  const isPacked = packed && codec !== undefined && wire !== WireType.length;
  const tag = number * 8 + (isPacked ? WireType.length : wire);
  const texts = { textName: textNameOf(name), scalar, members: undefined, held: undefined };
  return { name, path, number, rule, wire, tag, codec, message, packed: isPacked, rivals, ...texts };
}
