/**
 * Bytes of a protobuf message → plain record, as a table says. Not the reverse.
 *
 * Mirrors protobuf's own readers (protobuf.dev, "Encoding") where their behaviour is defined: the last value wins, messages that
 * come twice are merged, packed and single numbers are both read. Stricter: a known field of a wrong wire type is an error.
 */
import { FormatError } from "../../base/errors.ts";
import { teach } from "../../base/text.ts";
import { type FieldPlan, type MessagePlan, type OpenRecord, planOf } from "./message-plan.ts";
import type { MessageType } from "./message-table.ts";
import { MAX_DEPTH, WireReader, WireType } from "./wire-reader.ts";

/** The key under which a record keeps the fields that its table does not list: a list of them, each with its tag. */
export const unknownFields: unique symbol = Symbol("unknownFields");

/** How to decode a message. */
export interface DecodeOptions {
  /** `keep`: fields that the table does not list are kept under `unknownFields` and written again. Default: `skip`. */
  readonly unknownFields?: "skip" | "keep";
  /**
   * How many messages, texts and byte strings to accept before the bytes count as hostile: two bytes can ask for an
   * object of some hundred bytes. Default: 2^22, enough for a graph of a hundred thousand nodes and more.
   */
  readonly maxObjects?: number;
  /** The name of the file that the bytes are of, for errors. */
  readonly file?: string | undefined;
}

/** Objects accepted by default. */
export const MAX_OBJECTS = 2 ** 22;

interface State {
  readonly reader: WireReader;
  readonly keepsUnknown: boolean;
  objectsLeft: number;
  /** The full name of the message or field that is being read. */
  path: string;
}

/**
 * Decodes a message. Values of `bytes` fields are views of `bytes`, not copies.
 *
 * @throws {FormatError} with the `offset` and the `path` of the field when the bytes are not such a message.
 * @see protobuf for Python, `Message.FromString`
 * @example
 * const bytes = encodeMessage(SummaryMetadata, { displayName: "Loss", summaryDescription: "", dataClass: 1 });
 * decodeMessage(SummaryMetadata, bytes).displayName; // "Loss"
 */
export function decodeMessage<T>(type: MessageType<T>, bytes: Uint8Array, options: DecodeOptions = {}): T {
  // The table says that its records are of this type.
  return decodePlanned(planOf(type), bytes, options) as unknown as T;
}

/** As `decodeMessage`, where the table is known by its plan. */
export function decodePlanned(plan: MessagePlan, bytes: Uint8Array, options: DecodeOptions = {}): OpenRecord {
  const state: State = {
    reader: new WireReader(bytes),
    keepsUnknown: options.unknownFields === "keep",
    objectsLeft: options.maxObjects ?? MAX_OBJECTS,
    path: plan.name,
  };
  const record = emptyRecord(plan);
  try {
    readFields(state, plan, record, 0);
    checkOneof(state, plan, record, 0);
  } catch (error) {
    throw error instanceof FormatError ? parseError(plan.name, state.path, error, options.file) : error;
  }
  return record;
}

/** The first line is that of protobuf for Python. */
function parseError(type: string, path: string, cause: FormatError, file?: string): FormatError {
  const text = teach(`Error parsing message with type '${type}'`, [
    ["found", cause.message],
    ["in", path],
    ["file", file],
  ]);
  return new FormatError(text, { ...cause.fields, path, ...(file !== undefined && { file }) });
}

/** A record of which nothing has been read yet. */
export function emptyRecord(plan: MessagePlan): OpenRecord {
  const record: OpenRecord = {};
  for (const field of plan.fields) {
    if (field.rule === "repeated") record[field.name] = [];
    else if (field.rule === "map") record[field.name] = Object.create(null);
    else if (field.rule === "implicit" || field.rule === "always") record[field.name] = zeroOf(field);
  }
  return record;
}

function zeroOf(field: FieldPlan): unknown {
  return field.message === undefined ? field.codec?.zero : emptyRecord(field.message);
}

function readFields(state: State, plan: MessagePlan, record: OpenRecord, depth: number): void {
  const { reader } = state;
  while (reader.position < reader.end) {
    state.path = plan.name;
    const start = reader.position;
    const tag = reader.tag();
    const wire = tag % 8;
    const field = plan.byNumber.get((tag - wire) / 8);
    if (field === undefined) {
      reader.skip(tag, start);
      if (state.keepsUnknown) keepUnknown(state, record, start);
      continue;
    }
    state.path = field.path;
    for (const rival of field.rivals) if (rival in record) delete record[rival];
    if (wire === WireType.length && field.codec !== undefined && field.wire !== WireType.length) {
      readPacked(state, field, record, start);
    } else if (wire !== field.wire) {
      throw wrongWire(field, wire, start);
    } else {
      readField(state, field, record, depth);
    }
  }
}

function readField(state: State, field: FieldPlan, record: OpenRecord, depth: number): void {
  if (field.rule === "map") {
    readEntry(state, field, record[field.name] as OpenRecord, depth);
  } else if (field.rule === "repeated" || field.rule === "optionalRepeated") {
    listOf(record, field).push(readValue(state, field, undefined, depth));
  } else {
    record[field.name] = readValue(state, field, record[field.name], depth);
  }
}

/** Reads one value. A message that is already there is read on: its parts are merged. */
function readValue(state: State, field: FieldPlan, present: unknown, depth: number): unknown {
  const { reader } = state;
  if (field.wire === WireType.length) countObject(state);
  if (field.codec !== undefined) return field.codec.read(reader);
  const plan = field.message as MessagePlan;
  const start = reader.position;
  const outerEnd = reader.enter();
  if (depth >= MAX_DEPTH) {
    throw new FormatError(`messages nested deeper than ${MAX_DEPTH}, at byte ${start}`, { offset: start });
  }
  const record = present === undefined ? emptyRecord(plan) : (present as OpenRecord);
  readFields(state, plan, record, depth + 1);
  reader.leave(outerEnd);
  if (field.rule !== "always") checkOneof(state, plan, record, start);
  return record;
}

/**
 * Reads an entry of a map. An entry whose value is an unset oneof says nothing and is dropped: Python leaves such behind when
 * a program looks up `node.attr["absent"]`.
 */
function readEntry(state: State, field: FieldPlan, target: OpenRecord, depth: number): void {
  const { reader } = state;
  countObject(state);
  const plan = field.message as MessagePlan;
  const entry = emptyRecord(plan);
  const outerEnd = reader.enter();
  readFields(state, plan, entry, depth);
  reader.leave(outerEnd);
  const { key, value } = entry;
  const valuePlan = plan.byNumber.get(2)?.message;
  if (valuePlan !== undefined && isUnset(valuePlan, value as OpenRecord)) return;
  target[String(key)] = value;
}

function readPacked(state: State, field: FieldPlan, record: OpenRecord, start: number): void {
  const { codec } = field;
  if (codec === undefined || !(field.rule === "repeated" || field.rule === "optionalRepeated")) {
    throw wrongWire(field, WireType.length, start);
  }
  const { reader } = state;
  const list = listOf(record, field);
  const outerEnd = reader.enter();
  while (reader.position < reader.end) list.push(codec.read(reader));
  reader.leave(outerEnd);
}

function listOf(record: OpenRecord, field: FieldPlan): unknown[] {
  const present = record[field.name];
  if (Array.isArray(present)) return present;
  const list: unknown[] = [];
  record[field.name] = list;
  return list;
}

/** Keeps the field that was passed over last, from its tag at byte `start` on. */
function keepUnknown(state: State, record: { [unknownFields]?: Uint8Array[] }, start: number): void {
  countObject(state);
  const field = state.reader.bytes.subarray(start, state.reader.position);
  const kept = record[unknownFields];
  if (kept === undefined) record[unknownFields] = [field];
  else kept.push(field);
}

function countObject(state: State): void {
  if (state.objectsLeft-- > 0) return;
  const offset = state.reader.position;
  throw new FormatError(`more parts than \`maxObjects\` allows, at byte ${offset}`, { offset });
}

function checkOneof(state: State, plan: MessagePlan, record: OpenRecord, start: number): void {
  if (!isUnset(plan, record)) return;
  state.path = plan.name;
  throw new FormatError(`a oneof of which no member is set, at byte ${start}`, { offset: start });
}

/** Whether a message that is one oneof has no member. */
export function isUnset(plan: MessagePlan, record: OpenRecord): boolean {
  return plan.isOneof && Object.keys(record).length === 0 && !(unknownFields in record);
}

function wrongWire(field: FieldPlan, wire: number, start: number): FormatError {
  return new FormatError(`wire type ${wire} where ${field.wire} belongs, at byte ${start}`, { offset: start });
}
