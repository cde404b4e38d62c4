/**
 * Plain record → protobuf's text format, as a table says. Not the reverse.
 *
 * Mirrors `text_format.MessageToString` of protobuf for Python, by which TensorFlow writes `.pbtxt` and `checkpoint` files: fields by
 * number, maps by key, two spaces for each level. Fields that the table does not list are left out.
 */
import { ArgumentError } from "../../base/errors.ts";
import { decodePlanned } from "./decode-message.ts";
import { checkRecord, compareAsUtf8 } from "./encode-message.ts";
import { type FieldPlan, type MessagePlan, type OpenRecord, planOf } from "./message-plan.ts";
import type { MessageType } from "./message-table.ts";
import { isZero } from "./scalar-types.ts";
import { checkText, scalarText } from "./text-values.ts";
import { MAX_DEPTH } from "./wire-reader.ts";

/** Each message, and each entry of a map around one, is two spaces further in. */
const MOST_INDENT = 4 * MAX_DEPTH;

/**
 * The text of a record.
 *
 * @throws {ArgumentTypeError} and {@link ArgumentError} with the `path` of the field when a value does not fit it.
 * @throws {FormatError} when bytes that the text shows as a message, such as a library of functions, are none.
 * @see protobuf for Python, `text_format.MessageToString`
 * @example
 * printMessage(CollectionDef, { floatList: { value: [0.5] } }).includes("value: 0.5"); // true
 */
export function printMessage<T>(type: MessageType<T>, record: T): string {
  const plan = planOf(type);
  checkRecord(plan, record);
  const lines: string[] = [];
  printFields(lines, plan, record as OpenRecord, "");
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function printFields(lines: string[], plan: MessagePlan, record: OpenRecord, indent: string): void {
  // Messages that others hold serialized are not counted when those are encoded or decoded.
  if (indent.length > MOST_INDENT)
    throw new ArgumentError(`messages nested deeper than ${MAX_DEPTH}`, { path: plan.name });
  if (plan.packs !== undefined && printPacked(lines, plan, record, indent)) return;
  for (const field of plan.fields) {
    const value = record[field.name];
    if (value === undefined) continue;
    if (field.rule === "map") printMap(lines, field, value as OpenRecord, indent);
    else if (Array.isArray(value)) for (const item of value) printValue(lines, field, item, indent);
    else if (field.rule === "optional" || field.message !== undefined || !isZero(value))
      printValue(lines, field, value, indent);
  }
}

function printMap(lines: string[], field: FieldPlan, entries: OpenRecord, indent: string): void {
  const entry = field.message as MessagePlan;
  const hasTextKeys = entry.byNumber.get(1)?.scalar === "string";
  const keys = Object.keys(entries).filter((key) => entries[key] !== undefined);
  keys.sort(hasTextKeys ? compareAsUtf8 : (a, b) => Number(a) - Number(b));
  for (const key of keys) {
    lines.push(`${indent}${field.textName} {`);
    printFields(lines, entry, { key: hasTextKeys ? key : Number(key), value: entries[key] }, `${indent}  `);
    lines.push(`${indent}}`);
  }
}

function printValue(lines: string[], field: FieldPlan, value: unknown, indent: string): void {
  const { scalar, held } = field;
  if (held !== undefined) {
    printBody(lines, field, held, decodePlanned(held, value as Uint8Array), indent);
  } else if (scalar === undefined) {
    printBody(lines, field, field.message as MessagePlan, value as OpenRecord, indent);
  } else {
    if (scalar === "string") checkText(value as string);
    const named = field.members?.byNumber.get(value as number);
    lines.push(`${indent}${field.textName}: ${named ?? scalarText(scalar, value)}`);
  }
}

function printBody(lines: string[], field: FieldPlan, plan: MessagePlan, record: OpenRecord, indent: string): void {
  lines.push(`${indent}${field.textName} {`);
  printFields(lines, plan, record, `${indent}  `);
  lines.push(`${indent}}`);
}

/** Prints a `google.protobuf.Any` by what it packs, where its type is known here. */
function printPacked(lines: string[], plan: MessagePlan, record: OpenRecord, indent: string): boolean {
  const { typeUrl, value } = record as { readonly typeUrl: string; readonly value: Uint8Array };
  const slash = typeUrl.lastIndexOf("/");
  const packed = slash < 0 ? undefined : plan.packs?.().find(({ name }) => name === typeUrl.slice(slash + 1));
  if (packed === undefined) return false;
  if (/[\]\n]/.test(typeUrl)) throw new ArgumentError(`'${typeUrl}' is no URL of a type`, { typeUrl });
  lines.push(`${indent}[${typeUrl}] {`);
  printFields(lines, packed, decodePlanned(packed, value), `${indent}  `);
  lines.push(`${indent}}`);
  return true;
}
