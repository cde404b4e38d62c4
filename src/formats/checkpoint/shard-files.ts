/**
 * The data files of a checkpoint: their names, and bytes of them with their checksum. Not what the bytes mean.
 *
 * Upstream: tensorflow/core/util/tensor_bundle/naming.cc; tensor_bundle.cc, `BundleReader::GetValue`.
 */
import { NotFoundError } from "../../base/errors.ts";
import { teach } from "../../base/text.ts";
import {
  type ByteSource,
  closeFile,
  type FileSource,
  openFile,
  placeFields,
  placeRows,
} from "../source/byte-source.ts";
import { type Stepwise, settled } from "../source/stepwise.ts";
import { crc32c } from "../wire/crc32c.ts";

/** Bytes that are read at a time where they are not kept. */
const PIECE_BYTES = 2 ** 20;
/** Questions for fewer bytes are answered from what was read ahead. */
const SHORT_BYTES = 2 ** 16;

/** The name of the index of a checkpoint. */
export function indexFileName(prefix: string): string {
  return `${prefix}.index`;
}

/** The name of a data file of a checkpoint: `m.data-00000-of-00001`. */
export function dataFileName(prefix: string, shard: number, numShards: number): string {
  return `${prefix}.data-${String(shard).padStart(5, "0")}-of-${String(numShards).padStart(5, "0")}`;
}

/** Copies what a piece of the stored bytes has for the caller. `offset` counts from the first stored byte. */
export type TakePiece = (piece: Uint8Array, offset: number) => void;

/** The data files of a checkpoint, opened as they are needed. */
export class ShardFiles {
  private readonly files: FileSource;
  private readonly prefix: string;
  private readonly numShards: number;
  private readonly opened = new Map<number, ByteSource>();
  /** What was read ahead, for tensors that follow one another. */
  private ahead: { readonly shard: number; readonly offset: number; readonly bytes: Uint8Array } | undefined;

  constructor(files: FileSource, prefix: string, numShards: number) {
    this.files = files;
    this.prefix = prefix;
    this.numShards = numShards;
  }

  /**
   * A data file, open.
   * @throws {NotFoundError} with `file` and `tensorName` when it is missing.
   */
  *shard(id: number, tensor: string): Stepwise<ByteSource> {
    const known = this.opened.get(id);
    if (known !== undefined) return known;
    const file = dataFileName(this.prefix, id, this.numShards);
    try {
      const source = yield* openFile(this.files, file);
      const first = this.opened.get(id);
      if (first === undefined) this.opened.set(id, source);
      // Somebody else opened it meanwhile.
      else yield* closeFile(source);
      return first ?? source;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      const place = { file, tensor };
      const text = teach(`${file}; No such file or directory`, placeRows(place));
      throw new NotFoundError(text, placeFields(place));
    }
  }

  /** Fills `target` with bytes of a file. */
  *readPlain(source: ByteSource, offset: number, target: Uint8Array): Stepwise<void> {
    const most = source.pieceBytes ?? target.length;
    for (let at = 0; at < target.length; at += most) {
      yield* settled(source.read(offset + at, target.subarray(at, Math.min(target.length, at + most))));
    }
  }

  /** Fills `target` with bytes of a file and gives their CRC. */
  *readWhole(source: ByteSource, offset: number, target: Uint8Array): Stepwise<number> {
    const most = source.pieceBytes ?? target.length;
    let crc = 0;
    for (let at = 0; at < target.length; at += most) {
      const piece = target.subarray(at, Math.min(target.length, at + most));
      yield* settled(source.read(offset + at, piece));
      // While the piece is still in the processor's caches.
      crc = crc32c(piece, crc);
    }
    return crc;
  }

  /** The same for few bytes of tensors that are read one after the other, from a window of the file. */
  *readNext(shard: number, source: ByteSource, offset: number, target: Uint8Array): Stepwise<number> {
    if (target.length > SHORT_BYTES) return yield* this.readWhole(source, offset, target);
    const end = offset + target.length;
    let { ahead } = this;
    if (ahead?.shard !== shard || offset < ahead.offset || end > ahead.offset + ahead.bytes.length) {
      const bytes = new Uint8Array(Math.min(PIECE_BYTES, source.byteLength - offset));
      yield* settled(source.read(offset, bytes));
      ahead = { shard, offset, bytes };
      this.ahead = ahead;
    }
    target.set(ahead.bytes.subarray(offset - ahead.offset, end - ahead.offset));
    return crc32c(target);
  }

  /** Hands the bytes of a file to `take` piece by piece, and gives their CRC. */
  *readPieces(source: ByteSource, offset: number, byteLength: number, take: TakePiece): Stepwise<number> {
    const buffer = new Uint8Array(Math.min(byteLength, PIECE_BYTES));
    let crc = 0;
    for (let at = 0; at < byteLength; at += buffer.length) {
      const piece = buffer.subarray(0, Math.min(buffer.length, byteLength - at));
      yield* settled(source.read(offset + at, piece));
      crc = crc32c(piece, crc);
      take(piece, at);
    }
    return crc;
  }

  /** Forgets what was read ahead. */
  forget(): void {
    this.ahead = undefined;
  }

  /** Closes all files. */
  *close(): Stepwise<void> {
    this.forget();
    const files = [...this.opened.values()];
    this.opened.clear();
    for (const file of files) yield* closeFile(file);
  }
}
