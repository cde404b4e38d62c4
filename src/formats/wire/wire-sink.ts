/**
 * Where an encoder sends the parts of a message. A message is sent twice: once to be measured, once to be written, so that
 * one buffer of the right size is enough and large `bytes` are copied once. Not the order of the parts: that is the encoder's.
 */
import { ArgumentError, InternalError } from "../../base/errors.ts";
import { encodeUtf8Into } from "../../base/utf8.ts";
import { varintByteLength, writeVarint } from "./varint.ts";

/** What an encoder sends. Integers as they stand on the wire: not zigzag, not checked. */
export interface WireSink {
  varint(value: number | bigint): void;
  float(value: number): void;
  double(value: number): void;
  fixed32(value: number): void;
  fixed64(value: bigint): void;
  text(value: string): void;
  blob(value: Uint8Array): void;
  /** Bytes without a length before them. */
  raw(value: Uint8Array): void;
  /** Starts length-delimited parts; hand the result to `end` after them. */
  begin(): number;
  end(mark: number): void;
}

/** Counts bytes and notes every length that the writing sink will need before the parts that it counts. */
export class MeasuringSink implements WireSink {
  /** Lengths of texts and of delimited parts, in the order in which they are written. */
  readonly lengths: number[] = [];
  byteLength = 0;
  private readonly starts: number[] = [];

  varint(value: number | bigint): void {
    this.byteLength += varintByteLength(value);
  }

  float(): void {
    this.byteLength += 4;
  }

  double(): void {
    this.byteLength += 8;
  }

  fixed32(): void {
    this.byteLength += 4;
  }

  fixed64(): void {
    this.byteLength += 8;
  }

  text(value: string): void {
    const length = utf8ByteLength(value);
    this.lengths.push(length);
    this.byteLength += varintByteLength(length) + length;
  }

  blob(value: Uint8Array): void {
    this.byteLength += varintByteLength(value.length) + value.length;
  }

  raw(value: Uint8Array): void {
    this.byteLength += value.length;
  }

  begin(): number {
    this.starts.push(this.byteLength);
    return this.lengths.push(0) - 1;
  }

  end(mark: number): void {
    const length = this.byteLength - (this.starts.pop() ?? 0);
    this.lengths[mark] = length;
    this.byteLength += varintByteLength(length);
  }
}

/** Writes into a buffer of the measured size. */
export class WritingSink implements WireSink {
  readonly bytes: Uint8Array<ArrayBuffer>;
  private readonly lengths: readonly number[];
  private readonly view: DataView;
  private position = 0;
  private nextLength = 0;

  constructor(measured: MeasuringSink) {
    this.bytes = new Uint8Array(measured.byteLength);
    this.view = new DataView(this.bytes.buffer);
    this.lengths = measured.lengths;
  }

  varint(value: number | bigint): void {
    this.position = writeVarint(this.bytes, this.position, value);
  }

  float(value: number): void {
    this.view.setFloat32(this.position, value, true);
    this.position += 4;
  }

  double(value: number): void {
    this.view.setFloat64(this.position, value, true);
    this.position += 8;
  }

  fixed32(value: number): void {
    this.view.setUint32(this.position, value, true);
    this.position += 4;
  }

  fixed64(value: bigint): void {
    this.view.setBigUint64(this.position, value, true);
    this.position += 8;
  }

  text(value: string): void {
    this.varint(this.takeLength());
    this.position += encodeUtf8Into(value, this.bytes.subarray(this.position));
  }

  blob(value: Uint8Array): void {
    this.varint(value.length);
    this.raw(value);
  }

  raw(value: Uint8Array): void {
    this.bytes.set(value, this.position);
    this.position += value.length;
  }

  begin(): number {
    const length = this.takeLength();
    this.varint(length);
    return this.position + length;
  }

  end(mark: number): void {
    if (this.position !== mark) throw new InternalError(`wrote up to byte ${this.position}, measured ${mark}`);
  }

  private takeLength(): number {
    return this.lengths[this.nextLength++] ?? 0;
  }
}

const beyondAscii = /[\u0080-\uffff]/;

/** How many bytes a text takes as UTF-8. Half a surrogate pair has no UTF-8 form and is refused. */
function utf8ByteLength(text: string): number {
  let length = text.length;
  // Nearly every text, and one look by the engine is faster than many by a program that has just begun.
  if (!beyondAscii.test(text)) return length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    else if (unit < 0xd800 || unit > 0xdfff) length += 2;
    else if (isPair(unit, text.charCodeAt(at + 1))) {
      length += 2;
      at++;
    } else {
      throw new ArgumentError(`text with half a surrogate pair, at index ${at}`, { index: at });
    }
  }
  return length;
}

function isPair(lead: number, trail: number): boolean {
  return lead < 0xdc00 && trail >= 0xdc00 && trail <= 0xdfff;
}
