/**
 * Plain record → bytes of a protobuf message, as a table says. Not the reverse.
 *
 * The record is walked twice, once to measure and once to write. Fields are written by number, and maps in the order of the
 * UTF-8 bytes of their keys, so equal records give equal bytes. (Protobuf's deterministic serialization in Python differs in
 * one point: it puts a key after the longer keys that begin with it.)
 */
import { ArgumentError, ArgumentTypeError } from "../../base/errors.ts";
import { teach } from "../../base/text.ts";
import { unknownFields } from "./decode-message.ts";
import { type FieldPlan, type MessagePlan, type OpenRecord, planOf } from "./message-plan.ts";
import type { MessageType } from "./message-table.ts";
import { isZero, wrongType } from "./scalar-types.ts";
import { MAX_DEPTH, WireType } from "./wire-reader.ts";
import { MeasuringSink, type WireSink, WritingSink } from "./wire-sink.ts";

/** Protobuf's own readers refuse messages from 2 GiB on. */
const MAX_BYTES = 2 ** 31 - 1;

interface State {
  readonly sink: WireSink;
  /** The full name of the message or field that is being sent. */
  path: string;
}

/**
 * Encodes a record as a message. Values of `bytes` fields are copied once, into the result.
 *
 * @throws {ArgumentTypeError} with the `path` of the field when a value is not of its type.
 * @throws {ArgumentError} with the `path` of the field when a value is out of range, or the message is of 2 GiB or more.
 * @see protobuf for Python, `Message.SerializeToString(deterministic=True)`
 * @example
 * encodeMessage(CollectionDef, { int64List: { value: [3, -4] } }).length; // 15
 */
export function encodeMessage<T>(type: MessageType<T>, record: T): Uint8Array<ArrayBuffer> {
  return encodePlanned(planOf(type), record);
}

/** As `encodeMessage`, where the table is known by its plan. */
export function encodePlanned(plan: MessagePlan, record: unknown): Uint8Array<ArrayBuffer> {
  const measured = checkRecord(plan, record);
  const { byteLength } = measured;
  if (byteLength > MAX_BYTES) {
    throw new ArgumentError(`Message ${plan.name} exceeds maximum protobuf size of 2GB: ${byteLength}`, { byteLength });
  }
  const written = new WritingSink(measured);
  send(written, plan, record);
  return written.bytes;
}

/** Measures a record as a message, which checks every value of it. */
export function checkRecord(plan: MessagePlan, record: unknown): MeasuringSink {
  const measured = new MeasuringSink();
  send(measured, plan, record);
  return measured;
}

function send(sink: WireSink, plan: MessagePlan, record: unknown): void {
  const state: State = { sink, path: plan.name };
  try {
    sendFields(state, plan, record, 0);
  } catch (error) {
    if (error instanceof ArgumentTypeError)
      throw new ArgumentTypeError(placed(error, state), placedFields(error, state));
    if (error instanceof ArgumentError) throw new ArgumentError(placed(error, state), placedFields(error, state));
    throw error;
  }
}

function placed(error: ArgumentError | ArgumentTypeError, state: State): string {
  return teach(error.message, [["in", state.path]]);
}

function placedFields(error: ArgumentError | ArgumentTypeError, state: State): Record<string, unknown> {
  return { ...error.fields, path: state.path };
}

function sendFields(state: State, plan: MessagePlan, value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) throw wrongType(`a record of ${plan.name}`, value);
  if (depth > MAX_DEPTH) throw new ArgumentError(`messages nested deeper than ${MAX_DEPTH}`, { depth });
  const record = value as OpenRecord & { readonly [unknownFields]?: readonly Uint8Array[] };
  let isSet = false;
  for (const field of plan.fields) {
    const part = record[field.name];
    if (part === undefined) continue;
    isSet = true;
    state.path = field.path;
    checkRivals(field, record);
    sendField(state, field, part, depth);
  }
  const unknown = record[unknownFields] ?? [];
  for (const field of unknown) state.sink.raw(field);
  state.path = plan.name;
  if (plan.isOneof && !isSet && unknown.length === 0) throw new ArgumentError("a oneof of which no member is set");
}

function checkRivals(field: FieldPlan, record: OpenRecord): void {
  for (const rival of field.rivals) {
    if (record[rival] === undefined) continue;
    throw new ArgumentError(`two members of a oneof are set: ${field.name} and ${rival}`, {
      members: [field.name, rival],
    });
  }
}

function sendField(state: State, field: FieldPlan, value: unknown, depth: number): void {
  if (field.rule === "map") {
    sendMap(state, field, value, depth);
  } else if (field.rule === "repeated" || field.rule === "optionalRepeated") {
    sendList(state, field, value, depth);
  } else if (field.rule !== "implicit" || field.message !== undefined || !isZero(value)) {
    sendValue(state, field, value, depth);
  }
}

function sendValue(state: State, field: FieldPlan, value: unknown, depth: number): void {
  const { sink } = state;
  sink.varint(field.tag);
  if (field.codec !== undefined) {
    field.codec.send(sink, value);
    return;
  }
  const mark = sink.begin();
  sendFields(state, field.message as MessagePlan, value, depth + 1);
  sink.end(mark);
}

function sendList(state: State, field: FieldPlan, value: unknown, depth: number): void {
  if (!Array.isArray(value)) throw wrongType("an array", value);
  const list: readonly unknown[] = value;
  const { codec } = field;
  if (codec === undefined || !field.packed) {
    for (const item of list) {
      sendValue(state, field, item, depth);
      state.path = field.path;
    }
    return;
  }
  if (list.length === 0) return;
  state.sink.varint(field.tag);
  const mark = state.sink.begin();
  for (const item of list) codec.send(state.sink, item);
  state.sink.end(mark);
}

function sendMap(state: State, field: FieldPlan, value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongType("an object", value);
  const { sink } = state;
  const entries = value as OpenRecord;
  const entryPlan = field.message as MessagePlan;
  const hasTextKeys = entryPlan.byNumber.get(1)?.wire === WireType.length;
  const keys = Object.keys(entries).sort(hasTextKeys ? compareAsUtf8 : (a, b) => Number(a) - Number(b));
  for (const key of keys) {
    if (entries[key] === undefined) continue;
    sink.varint(field.tag);
    const mark = sink.begin();
    // Depth counts the messages of the tables; entries are not among them.
    sendFields(state, entryPlan, { key: hasTextKeys ? key : Number(key), value: entries[key] }, depth);
    sink.end(mark);
  }
}

/** Orders texts as their UTF-8 bytes are ordered. UTF-16 differs from that where surrogate pairs meet U+E000 to U+FFFF. */
export function compareAsUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** A code unit, raised above all others when it is half of a pair. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x1_0000 : unit;
}
