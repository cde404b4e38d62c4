/**
 * Files of records, as TensorFlow's readers and writers of TFRecords have them: bytes ⇄ the records' bytes. Not what a record says:
 * events are in `events.ts`.
 *
 * Upstream: core/lib/io/record_reader.cc, record_writer.cc. A record is the length of its data (8 bytes, little-endian), the masked
 * CRC-32C of the length, the data, the masked CRC-32C of the data. Compression is of whole files.
 */
import { ArgumentError, FormatError } from "../../base/errors.ts";
import { teach } from "../../base/text.ts";
import { withFile } from "../naming-file.ts";
import { crc32c, maskCrc32c } from "../wire/crc32c.ts";
import { type Chunks, type Compression, compressed, decompressed, eachChunk } from "./compression.ts";

/** How records are read. */
export interface ReadRecordsOptions {
  /** Where the first record begins. The `offset` of the error of a file that ends in a record is where to go on when there is more. */
  readonly start?: number;
  /** The longest record that is read, in bytes. Default: 2^31 - 1; 2^28 of compressed files, of which few bytes may stand for very many. */
  readonly maxRecordBytes?: number;
  /** The name of the file that the bytes are of, for errors. */
  readonly file?: string | undefined;
}

/** How a stream of records is read. */
export interface ReadRecordStreamOptions extends ReadRecordsOptions {
  /** How the file is compressed; offsets count what was compressed. Default: not at all. */
  readonly compression?: Compression | undefined;
}

/** How records are written. */
export interface WriteRecordsOptions {
  /** How the file is compressed. Default: not at all. */
  readonly compression?: Compression | undefined;
}

const MAX_RECORD_BYTES = 2 ** 31 - 1;
const MAX_COMPRESSED_RECORD_BYTES = 2 ** 28;
/** The length and its checksum. */
const HEAD_BYTES = 12;
const CRC_BYTES = 4;

/**
 * Reads the records of a file that is in memory, one when it is asked for. They are views of `bytes`, not copies.
 *
 * A writer may still be at work: all whole records are given before the error that says where the rest is cut.
 *
 * @throws {FormatError} with the `offset` of the record when it is cut (`isCut`), or a checksum does not fit.
 * @see TensorFlow `tf.io.tf_record_iterator`
 * @example
 * const bytes = encodeRecords([new Uint8Array([1, 2]), new Uint8Array()]);
 * Array.from(readRecords(bytes), (record) => record.length); // [2, 0]
 */
export function* readRecords(bytes: Uint8Array, options: ReadRecordsOptions = {}): Generator<Uint8Array, void, void> {
  const reader = new RecordReader(options);
  let at = options.start ?? 0;
  for (;;) {
    const left = bytes.length - at;
    if (left <= 0) return;
    const head = bytes.subarray(at, at + HEAD_BYTES);
    const length = reader.lengthOf(head);
    if (HEAD_BYTES + length + CRC_BYTES > left) throw reader.cut(left, HEAD_BYTES + length + CRC_BYTES);
    const dataAt = at + HEAD_BYTES;
    const data = bytes.subarray(dataAt, dataAt + length);
    reader.check(data, bytes.subarray(dataAt + length, dataAt + length + CRC_BYTES));
    at = dataAt + length + CRC_BYTES;
    yield data;
  }
}

/**
 * Reads the records of a file that comes piece by piece, such as a stream of Node, compressed or not. Keeps one record in memory.
 *
 * @throws {FormatError} with the `offset` of the record when it is cut (`isCut`), or a checksum does not fit, or the file is not
 * compressed as `compression` says.
 * @see TensorFlow `tf.data.TFRecordDataset`
 * @example
 * const records = [];
 * for await (const record of readRecordStream(writeRecords([new Uint8Array([7])], { compression: "GZIP" }), { compression: "GZIP" })) {
 *   records.push(record[0]);
 * }
 * records; // [7]
 */
export async function* readRecordStream(
  chunks: Chunks,
  options: ReadRecordStreamOptions = {},
): AsyncGenerator<Uint8Array, void, void> {
  const { compression, start = 0 } = options;
  const { maxRecordBytes = compression === undefined ? MAX_RECORD_BYTES : MAX_COMPRESSED_RECORD_BYTES } = options;
  const plain = compression === undefined ? eachChunk(chunks) : decompressed(chunks, compression);
  const pieces = new Pieces(plain);
  const reader = new RecordReader({ ...options, maxRecordBytes });
  try {
    await pieces.skip(start);
    for (;;) {
      const head = await pieces.take(HEAD_BYTES);
      if (head.length === 0) return;
      const length = reader.lengthOf(head);
      const rest = await pieces.take(length + CRC_BYTES);
      if (rest.length < length + CRC_BYTES) throw reader.cut(HEAD_BYTES + rest.length, HEAD_BYTES + length + CRC_BYTES);
      const data = rest.subarray(0, length);
      reader.check(data, rest.subarray(length));
      yield data;
    }
  } catch (error) {
    throw withFile(options.file, error);
  } finally {
    await plain.return(undefined);
  }
}

/**
 * The bytes of one record, to be appended to a file.
 * @example
 * encodeRecord(new Uint8Array([1, 2, 3])).length; // 19
 */
export function encodeRecord(data: Uint8Array): Uint8Array<ArrayBuffer> {
  return encodeRecords([data]);
}

/**
 * A file of records.
 *
 * @throws {ArgumentError} for more than fits into memory; `writeRecords` gives such files piece by piece.
 * @see TensorFlow `tf.io.TFRecordWriter`
 * @example
 * encodeRecords([new Uint8Array([1, 2, 3]), new Uint8Array()]).length; // 35
 */
export function encodeRecords(records: Iterable<Uint8Array>): Uint8Array<ArrayBuffer> {
  const all = [...records];
  const byteLength = all.reduce((sum, { length }) => sum + HEAD_BYTES + length + CRC_BYTES, 0);
  const bytes = newBytes(byteLength);
  let at = 0;
  for (const data of all) at = writeRecord(bytes, at, data);
  return bytes;
}

/**
 * A file of records, piece by piece.
 * @see TensorFlow `tf.io.TFRecordWriter` with `TFRecordOptions`
 * @example
 * let byteLength = 0;
 * for await (const piece of writeRecords([new Uint8Array(1000)], { compression: "ZLIB" })) byteLength += piece.length;
 * byteLength < 100; // true
 */
export function writeRecords(
  records: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { compression }: WriteRecordsOptions = {},
): AsyncGenerator<Uint8Array, void, void> {
  const plain = encodedEach(records);
  return compression === undefined ? plain : compressed(plain, compression);
}

async function* encodedEach(
  records: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const data of records) yield encodeRecord(data);
}

function newBytes(byteLength: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(byteLength);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ArgumentError(`A file of ${byteLength} bytes does not fit into memory.`, { byteLength });
  }
}

/** Writes a record and returns the position after it. */
function writeRecord(bytes: Uint8Array<ArrayBuffer>, at: number, data: Uint8Array): number {
  const view = new DataView(bytes.buffer);
  const dataAt = at + HEAD_BYTES;
  view.setBigUint64(at, BigInt(data.length), true);
  view.setUint32(at + 8, maskCrc32c(crc32c(bytes.subarray(at, at + 8))), true);
  bytes.set(data, dataAt);
  view.setUint32(dataAt + data.length, maskCrc32c(crc32c(data)), true);
  return dataAt + data.length + CRC_BYTES;
}

/** Checks records, knows where the one that is read begins, and makes errors. */
class RecordReader {
  private readonly options: ReadRecordsOptions;
  /** Where the record begins. */
  private offset: number;
  /** How many records before it were whole. */
  private count = 0;

  constructor(options: ReadRecordsOptions) {
    this.options = options;
    this.offset = options.start ?? 0;
  }

  /** The length that a record's head tells, checked. */
  lengthOf(head: Uint8Array): number {
    if (head.length < HEAD_BYTES) throw this.cut(head.length, HEAD_BYTES);
    const view = new DataView(head.buffer, head.byteOffset, HEAD_BYTES);
    this.compare("the length", maskCrc32c(crc32c(head.subarray(0, 8))), view.getUint32(8, true));
    const length = view.getBigUint64(0, true);
    const { maxRecordBytes = MAX_RECORD_BYTES } = this.options;
    if (length > BigInt(maxRecordBytes))
      throw this.error("corrupted", `a record of ${length} bytes, more than the ${maxRecordBytes} that are read`);
    return Number(length);
  }

  /** Checks a record's data and goes to the next one. */
  check(data: Uint8Array, crc: Uint8Array): void {
    const stored = new DataView(crc.buffer, crc.byteOffset, CRC_BYTES).getUint32(0, true);
    this.compare("the data", maskCrc32c(crc32c(data)), stored);
    this.offset += HEAD_BYTES + data.length + CRC_BYTES;
    this.count += 1;
  }

  /** The error of a record of which there are fewer bytes than it has. */
  cut(there: number, wanted: number): FormatError {
    return this.error("truncated", `${there} of the ${wanted} bytes of the record`);
  }

  private compare(what: string, calculated: number, stored: number): void {
    if (calculated === stored) return;
    throw this.error("corrupted", `the checksum of ${what} is ${calculated}, stored is ${stored}`);
  }

  /** The first line is TensorFlow's. */
  private error(how: "truncated" | "corrupted", found: string): FormatError {
    const { offset, count } = this;
    const { file } = this.options;
    const text = teach(`${how} record at ${offset}`, [
      ["found", found],
      ["before", `${count} whole ${count === 1 ? "record" : "records"}`],
      ["file", file],
    ]);
    const fields = { offset, count, isCut: how === "truncated", ...(file !== undefined && { file }) };
    return new FormatError(text, fields);
  }
}

/** Bytes that come piece by piece, taken in other pieces. */
class Pieces {
  private readonly source: AsyncGenerator<Uint8Array>;
  /** What has come and has not been taken; the first piece from `at` on. */
  private readonly waiting: Uint8Array[] = [];
  private at = 0;
  private available = 0;

  constructor(source: AsyncGenerator<Uint8Array>) {
    this.source = source;
  }

  /** The next bytes, in an array of their own; fewer where the source ends before. Takes no more memory than comes. */
  async take(count: number): Promise<Uint8Array> {
    while (this.available < count && (await this.more()));
    const taken = new Uint8Array(Math.min(count, this.available));
    for (let to = 0; to < taken.length; ) {
      const part = this.next(taken.length - to);
      taken.set(part, to);
      to += part.length;
    }
    return taken;
  }

  /** Passes over bytes. */
  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      if (this.available === 0 && !(await this.more())) return;
      left -= this.next(left).length;
    }
  }

  private async more(): Promise<boolean> {
    const { done, value } = await this.source.next();
    if (done === true) return false;
    // A copy: a source may write on in the same memory before the bytes are taken.
    if (value.length > 0) this.waiting.push(value.slice());
    this.available += value.length;
    return true;
  }

  /** Up to so many bytes of the first piece. */
  private next(most: number): Uint8Array {
    const first = this.waiting[0] as Uint8Array;
    const part = first.subarray(this.at, this.at + most);
    this.at += part.length;
    this.available -= part.length;
    if (this.at === first.length) {
      this.waiting.shift();
      this.at = 0;
    }
    return part;
  }
}
