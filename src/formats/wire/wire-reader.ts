/** Reads the parts of a protobuf message one after the other, never past their end. Not their meaning: that is in the tables. */
import { FormatError } from "../../base/errors.ts";
import { type ByteCursor, readLength, readVarint, readVarint32 } from "./varint.ts";

/** How the bytes of a field are laid out; the lower three bits of its tag. */
export const WireType = { varint: 0, fixed64: 1, length: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;
/** The number of a wire type. */
export type WireType = (typeof WireType)[keyof typeof WireType];

/** Messages in messages deeper than this are refused, as by protobuf's own readers (`CodedInputStream`, recursion limit). */
export const MAX_DEPTH = 100;

/** Text of up to this many bytes is decoded here; the platform's decoder is faster beyond (measured, Node 20). */
const SHORT_TEXT_BYTES = 24;

let utf8: InstanceType<typeof TextDecoder> | undefined;

/** Made when first needed; wrong bytes are an error. */
function strictDecoder(): InstanceType<typeof TextDecoder> {
  return (utf8 ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }));
}

/** A cursor over the bytes of a message. Errors name the offset from the start of the bytes. */
export class WireReader implements ByteCursor {
  readonly bytes: Uint8Array;
  position = 0;
  end: number;
  private readonly view: DataView;

  constructor(bytes: Uint8Array) {
    // Subclasses, such as Node's Buffer, would pass on to the views of `bytes` fields.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.length;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The number and wire type of the next field, as one integer: number × 8 + wire type. */
  tag(): number {
    const start = this.position;
    const tag = readVarint(this);
    if (typeof tag === "bigint" || tag > 0xffff_ffff || tag < 8) {
      throw new FormatError(`${tag} is not the tag of a field, at byte ${start}`, { offset: start });
    }
    return tag;
  }

  /** Narrows the reader to the length-delimited bytes that follow; hand the result to `leave` after reading them. */
  enter(): number {
    const outerEnd = this.end;
    const length = readLength(this);
    this.end = this.position + length;
    return outerEnd;
  }

  /** Widens the reader again. */
  leave(outerEnd: number): void {
    this.end = outerEnd;
  }

  /** The length-delimited bytes that follow, as a view of the input. */
  blob(): Uint8Array {
    const length = readLength(this);
    return this.bytes.subarray(this.position, (this.position += length));
  }

  /** The length-delimited UTF-8 text that follows. */
  text(): string {
    const start = this.position;
    const length = readLength(this);
    const from = this.position;
    this.position += length;
    if (length <= SHORT_TEXT_BYTES) {
      const short = this.ascii(from, this.position);
      if (short !== undefined) return short;
    }
    try {
      return strictDecoder().decode(this.bytes.subarray(from, this.position));
    } catch {
      throw new FormatError(`text that is not UTF-8, at byte ${start}`, { offset: start });
    }
  }

  /** The next four bytes as an IEEE 754 number. */
  float(): number {
    return this.view.getFloat32(this.advance(4), true);
  }

  /** The next eight bytes as an IEEE 754 number. */
  double(): number {
    return this.view.getFloat64(this.advance(8), true);
  }

  /** The next four bytes as an unsigned integer. */
  fixed32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  /** The next eight bytes as an unsigned integer. */
  fixed64(): bigint {
    return this.view.getBigUint64(this.advance(8), true);
  }

  /** Passes over the field whose tag, at byte `start`, was read last. */
  skip(tag: number, start: number): void {
    const open: number[] = [];
    let next = tag;
    for (;;) {
      const wire = next % 8;
      const number = (next - wire) / 8;
      if (wire === WireType.startGroup && open.length < MAX_DEPTH) open.push(number);
      else if (wire === WireType.endGroup && open.at(-1) === number) open.pop();
      else if (!this.skipValue(wire)) {
        throw new FormatError(`a field of wire type ${wire} that cannot be read, at byte ${start}`, { offset: start });
      }
      if (open.length === 0) return;
      next = this.tag();
    }
  }

  /** Passes over one value that is not a group; false for other wire types. */
  private skipValue(wire: number): boolean {
    if (wire === WireType.varint) readVarint32(this);
    else if (wire === WireType.fixed64) this.advance(8);
    else if (wire === WireType.length) this.advance(readLength(this));
    else if (wire === WireType.fixed32) this.advance(4);
    else return false;
    return true;
  }

  /** Moves past `count` bytes and returns where they start. */
  private advance(count: number): number {
    const start = this.position;
    if (count > this.end - start) {
      throw new FormatError(`${count} bytes where ${this.end - start} are left, at byte ${start}`, { offset: start });
    }
    this.position = start + count;
    return start;
  }

  /** The bytes as text when all of them are ASCII. */
  private ascii(from: number, to: number): string | undefined {
    let text = "";
    for (let at = from; at < to; at++) {
      const byte = this.bytes[at] ?? 0x80;
      if (byte >= 0x80) return undefined;
      text += String.fromCharCode(byte);
    }
    return text;
  }
}
