/** A message table made ready for coding: rows sorted by number, types looked up, tags computed. Made once for each table. */
import { InternalError } from "../../base/errors.ts";
import type { FieldDef, KeyType, MessageTable, Rule } from "./message-table.ts";
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
}

/** How a message is coded. */
export interface MessagePlan {
  readonly name: string;
  readonly isOneof: boolean;
  /** In the order in which they are written: by number. */
  readonly fields: readonly FieldPlan[];
  readonly byNumber: ReadonlyMap<number, FieldPlan>;
}

/** A plan whose rows are still being looked up; a table that mentions itself meets it so. */
interface OpenPlan extends MessagePlan {
  fields: readonly FieldPlan[];
  readonly byNumber: Map<number, FieldPlan>;
}

const plans = new WeakMap<MessageTable, MessagePlan>();

/** The plan of a table. */
export function planOf(table: MessageTable): MessagePlan {
  const known = plans.get(table);
  if (known !== undefined) return known;
  const plan: OpenPlan = { name: table.name, isOneof: table.isOneof, fields: [], byNumber: new Map() };
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
  for (const field of fields) plan.byNumber.set(field.number, field);
  if (plan.byNumber.size !== fields.length) throw new InternalError(`two fields of ${plan.name} have one number`);
  return plan;
}

function areRivals(table: MessageTable, def: FieldDef, other: FieldDef | undefined): boolean {
  return table.isOneof || (def.group !== undefined && def.group === other?.group);
}

function planField(table: MessageTable, name: string, def: FieldDef, rivals: readonly string[]): FieldPlan {
  const path = `${table.name}.${name}`;
  if (def.rule !== "map") return plan(path, name, def.number, def.rule, def.type, def.packed ?? false, rivals);
  return {
    ...plan(path, name, def.number, def.rule, "bytes", false, rivals),
    codec: undefined,
    message: planEntry(path, def.keyType ?? "string", def.type),
  };
}

/** The entries of a map are messages with the fields 1, key, and 2, value. */
function planEntry(path: string, keyType: KeyType, type: FieldDef["type"]): MessagePlan {
  const key = plan(path, "key", 1, "always", keyType, false, []);
  const value = plan(path, "value", 2, "always", type, false, []);
  return complete({ name: path, isOneof: false, fields: [], byNumber: new Map() }, [key, value]);
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
  return { name, path, number, rule, wire, tag, codec, message, packed: isPacked, rivals };
}
