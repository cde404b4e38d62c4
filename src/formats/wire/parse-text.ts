/**
 * Protobuf's text format → plain record, as a table says. Not the reverse.
 *
 * Mirrors `text_format.Merge` of protobuf for Python, by which TensorFlow reads `.pbtxt` and `checkpoint` files: the last value wins,
 * messages that come twice are merged. Stricter: escapes that do not exist are refused, and messages nested deeper than 100.
 */
import { FormatError } from "../../base/errors.ts";
import { withFile } from "../naming-file.ts";
import { type DecodeOptions, emptyRecord, isUnset, MAX_OBJECTS } from "./decode-message.ts";
import { encodePlanned } from "./encode-message.ts";
import { type FieldPlan, type MessagePlan, type OpenRecord, planOf } from "./message-plan.ts";
import type { MessageType } from "./message-table.ts";
import type { ScalarType } from "./scalar-types.ts";
import { shortened, TextTokens } from "./text-tokens.ts";
import { parseScalar, unescapedBytes } from "./text-values.ts";
import { MAX_DEPTH } from "./wire-reader.ts";

/** How to parse a message: as for decoding, but a text cannot keep what it does not know. */
export type ParseOptions = Omit<DecodeOptions, "unknownFields">;

/**
 * Parses a message.
 *
 * @throws {FormatError} with the `line` and the `column` when the text is not such a message.
 * @see protobuf for Python, `text_format.Merge`
 * @example
 * parseMessage(SaverDef, 'save_tensor_name: "save:0" version: V2').version; // 2
 */
export function parseMessage<T>(type: MessageType<T>, text: string | Uint8Array, options: ParseOptions = {}): T {
  const plan = planOf(type);
  try {
    const parser = new TextParser(typeof text === "string" ? text : decoded(text), options.maxObjects ?? MAX_OBJECTS);
    // The table says that its records are of this type.
    return parser.whole(plan) as unknown as T;
  } catch (error) {
    throw withFile(options.file, error);
  }
}

/** What V8 allows; the decoder's own error of longer texts is that of wrong bytes. */
const MOST_TEXT_BYTES = 2 ** 29 - 24;

function decoded(bytes: Uint8Array): string {
  if (bytes.length > MOST_TEXT_BYTES)
    throw new FormatError(
      `A text of ${bytes.length} bytes is more than can be read: ${MOST_TEXT_BYTES}. Write it in binary.`,
    );
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FormatError("Not protobuf's text format: these bytes are no UTF-8.");
  }
}

class TextParser {
  private readonly tokens: TextTokens;
  private objectsLeft: number;

  constructor(text: string, maxObjects: number) {
    this.tokens = new TextTokens(text);
    this.objectsLeft = maxObjects;
  }

  whole(plan: MessagePlan): OpenRecord {
    const record = emptyRecord(plan);
    while (!this.tokens.isAtEnd) this.field(plan, record, 0);
    this.checkOneof(plan, record);
    return record;
  }

  /** One field: its name and its value, or its list of values. */
  private field(plan: MessagePlan, record: OpenRecord, depth: number): void {
    const { tokens } = this;
    if (tokens.token === "[") this.bracketed(plan, record, depth);
    else {
      if (!/^\w+$/.test(tokens.token))
        throw tokens.error(`Expected identifier or number, got ${shortened(tokens.token)}.`);
      const name = tokens.taken();
      const field = plan.byTextName.get(name);
      if (field !== undefined) this.values(field, record, depth);
      else if (plan.unlisted.includes(name)) this.skipValue(depth);
      else throw tokens.previousError(`Message type "${plan.name}" has no field named "${shortened(name)}".`);
    }
    if (!tokens.tryTake(",")) tokens.tryTake(";");
  }

  private values(field: FieldPlan, record: OpenRecord, depth: number): void {
    const { tokens } = this;
    const isMessage = field.message !== undefined || field.held !== undefined;
    if (isMessage) tokens.tryTake(":");
    else tokens.take(":");
    const isList = field.rule === "repeated" || field.rule === "optionalRepeated" || field.rule === "map";
    if (!isList || !tokens.tryTake("[")) {
      this.value(field, record, depth);
      return;
    }
    if (tokens.tryTake("]")) return;
    for (;;) {
      this.value(field, record, depth);
      if (tokens.tryTake("]")) return;
      tokens.take(",");
    }
  }

  private value(field: FieldPlan, record: OpenRecord, depth: number): void {
    for (const rival of field.rivals) if (rival in record) delete record[rival];
    if (field.rule === "map") this.entry(field, record[field.name] as OpenRecord, depth);
    else if (field.rule === "repeated" || field.rule === "optionalRepeated") {
      const list = (record[field.name] ??= []) as unknown[];
      list.push(this.single(field, undefined, depth));
    } else record[field.name] = this.single(field, record[field.name], depth);
  }

  /** One value. A message that is already there is read on. */
  private single(field: FieldPlan, present: unknown, depth: number): unknown {
    const { held, scalar } = field;
    if (held !== undefined) {
      const bytes = encodePlanned(held, this.body(held, undefined, depth));
      // Serialized messages that follow each other are one message: the merged one.
      return present === undefined ? bytes : joined([present as Uint8Array, bytes]);
    }
    if (scalar !== undefined) return this.scalar(field, scalar);
    const record = this.body(field.message as MessagePlan, present as OpenRecord | undefined, depth);
    // The value of a map's entry may say nothing; the entry is dropped then.
    if (field.rule !== "always") this.checkOneof(field.message as MessagePlan, record);
    return record;
  }

  private scalar(field: FieldPlan, scalar: ScalarType): unknown {
    const { tokens } = this;
    if (scalar === "bytes" || scalar === "string") return this.quoted(scalar);
    const member = field.members?.byName.get(tokens.token);
    if (member !== undefined) {
      tokens.next();
      return member;
    }
    if (scalar === "enum" && tokens.isName) throw tokens.error(`Enum has no value named ${shortened(tokens.token)}.`);
    const parsed = parseScalar(scalar, tokens.token);
    if (typeof parsed === "string") throw tokens.error(parsed);
    tokens.next();
    return parsed.value;
  }

  /** Quoted texts that follow each other are one. */
  private quoted(scalar: "bytes" | "string"): unknown {
    const { tokens } = this;
    this.countObject();
    const parts: Uint8Array[] = [];
    do {
      const { token } = tokens;
      if (!tokens.isQuoted) throw tokens.error(`Expected string but found: ${inQuotes(token)}`);
      if (!isClosed(token)) throw tokens.error(`String missing ending quote: ${inQuotes(token)}`);
      const part = unescapedBytes(token.slice(1, -1));
      if (typeof part === "string") throw tokens.error(part);
      parts.push(part);
      tokens.next();
    } while (tokens.isQuoted);
    const bytes = parts.length === 1 ? (parts[0] as Uint8Array) : joined(parts);
    if (scalar === "bytes") return bytes;
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw tokens.previousError("Couldn't parse string: it is not UTF-8");
    }
  }

  private body(plan: MessagePlan, present: OpenRecord | undefined, depth: number): OpenRecord {
    const { tokens } = this;
    this.countObject();
    if (depth >= MAX_DEPTH) throw tokens.error(`Message too deep. Max recursion depth is ${MAX_DEPTH}`);
    const end = this.open();
    const record = present ?? emptyRecord(plan);
    while (!tokens.tryTake(end)) {
      if (tokens.isAtEnd) throw tokens.previousError(`Expected "${end}".`);
      this.field(plan, record, depth + 1);
    }
    return record;
  }

  /** Passes over the beginning of a message and gives what ends it. */
  private open(): string {
    if (this.tokens.tryTake("<")) return ">";
    this.tokens.take("{");
    return "}";
  }

  /** An entry of a map. One whose value is an unset oneof says nothing and is dropped, as in the binary format. */
  private entry(field: FieldPlan, target: OpenRecord, depth: number): void {
    const plan = field.message as MessagePlan;
    const { key, value } = this.body(plan, undefined, depth);
    const valuePlan = plan.byNumber.get(2)?.message;
    if (valuePlan !== undefined && isUnset(valuePlan, value as OpenRecord)) return;
    target[String(key)] = value;
  }

  /** What a `google.protobuf.Any` packs: `[type.googleapis.com/tensorflow.AssetFileDef] { … }`. There are no extensions. */
  private bracketed(plan: MessagePlan, record: OpenRecord, depth: number): void {
    const { tokens } = this;
    tokens.next();
    if (plan.packs === undefined) {
      if (tokens.isName) tokens.next();
      throw tokens.previousError(`Message type "${plan.name}" does not have extensions.`);
    }
    let typeUrl = "";
    for (; tokens.token !== "]"; tokens.next()) {
      if (tokens.isAtEnd || tokens.isQuoted) throw tokens.error('Expected "]".');
      typeUrl += tokens.token;
    }
    tokens.next();
    const name = typeUrl.slice(typeUrl.lastIndexOf("/") + 1);
    const packed = plan.packs().find((one) => one.name === name);
    if (packed === undefined) throw tokens.previousError(`Type ${shortened(name)} not found in descriptor pool`);
    tokens.tryTake(":");
    record["typeUrl"] = typeUrl;
    record["value"] = encodePlanned(packed, this.body(packed, undefined, depth));
  }

  /** Passes over the value of a field that the tables do not list, whatever it is. */
  private skipValue(depth: number): void {
    const { tokens } = this;
    const isScalar = tokens.tryTake(":") && tokens.token !== "{" && tokens.token !== "<";
    if (isScalar && tokens.token !== "[") {
      this.skipScalar();
      return;
    }
    if (tokens.tryTake("[")) {
      while (!tokens.tryTake("]")) {
        if (tokens.token === "{" || tokens.token === "<") this.skipMessage(depth);
        else this.skipScalar();
        if (tokens.token !== "]") tokens.take(",");
      }
    } else this.skipMessage(depth);
  }

  private skipScalar(): void {
    const { tokens } = this;
    if (tokens.isQuoted) {
      this.quoted("bytes");
      return;
    }
    if (!/^[\w.+-]+$/.test(tokens.token)) throw tokens.error(`Invalid field value: ${shortened(tokens.token)}`);
    tokens.next();
  }

  private skipMessage(depth: number): void {
    const { tokens } = this;
    if (depth >= MAX_DEPTH) throw tokens.error(`Message too deep. Max recursion depth is ${MAX_DEPTH}`);
    const end = this.open();
    while (!tokens.tryTake(end)) {
      if (!tokens.isName) throw tokens.error(`Expected "${end}".`);
      tokens.next();
      this.skipValue(depth + 1);
      if (!tokens.tryTake(",")) tokens.tryTake(";");
    }
  }

  private checkOneof(plan: MessagePlan, record: OpenRecord): void {
    if (isUnset(plan, record)) throw this.tokens.previousError(`${plan.name}: a oneof of which no member is set`);
  }

  private countObject(): void {
    if (this.objectsLeft-- > 0) return;
    throw this.tokens.error("more parts than `maxObjects` allows");
  }
}

/** A token as Python's `repr` shows it. */
function inQuotes(token: string): string {
  const quote = token.includes("'") && !token.includes('"') ? '"' : "'";
  return `${quote}${shortened(token)}${quote}`;
}

/** Whether a quoted text ends with its quote; one that is escaped does not count. */
function isClosed(token: string): boolean {
  if (token.length < 2 || token.at(-1) !== token[0]) return false;
  let slashes = 0;
  while (token[token.length - 2 - slashes] === "\\") slashes += 1;
  return slashes % 2 === 0;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
