/**
 * Streams of bytes, compressed and not: what the platform can (`CompressionStream`), with errors of ours. One piece at a time, so that
 * a few bytes that stand for very many do not fill the memory.
 */
import { FormatError } from "../../base/errors.ts";

/** The ways of compressing whole files of records (`TFRecordOptions`). */
export type Compression = "GZIP" | "ZLIB";

/** Bytes that come piece by piece: a stream of Node or of the web, a list, or all of them at once. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array> | Uint8Array;

/** The platform's names of the formats. `deflate` is zlib's, with a head and a checksum; zip files have it without. */
const platformNames = { GZIP: "gzip", ZLIB: "deflate", DEFLATE: "deflate-raw" } as const;

/** The bytes that were compressed. */
export function decompressed(chunks: Chunks, format: keyof typeof platformNames): AsyncGenerator<Uint8Array> {
  return transformed(chunks, new DecompressionStream(platformNames[format]), (error) => {
    const reason = error instanceof Error ? error.message : "it cannot be read";
    return new FormatError(`Not compressed with ${format}, or damaged: ${reason}`, { compression: format });
  });
}

/** The bytes, compressed. */
export function compressed(chunks: Chunks, format: keyof typeof platformNames): AsyncGenerator<Uint8Array> {
  return transformed(chunks, new CompressionStream(platformNames[format]), (error) => error);
}

/** The pieces one after the other. */
export async function* eachChunk(chunks: Chunks): AsyncGenerator<Uint8Array> {
  if (chunks instanceof Uint8Array) yield chunks;
  else yield* chunks;
}

interface Transform {
  readonly readable: { getReader(): { read(): Promise<{ done: boolean; value?: unknown }>; cancel(): Promise<void> } };
  readonly writable: {
    getWriter(): {
      write(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
      close(): Promise<void>;
      abort(reason?: unknown): Promise<void>;
    };
  };
}

async function* transformed(
  chunks: Chunks,
  { readable, writable }: Transform,
  errorOf: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  const reader = readable.getReader();
  const source: { error?: unknown } = {};
  const feeding = feed(chunks, writable.getWriter(), source);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value as Uint8Array;
    }
    await feeding;
  } catch (error) {
    throw "error" in source ? source.error : errorOf(error);
  } finally {
    // Whoever stops early, or fails, leaves nothing that waits.
    await reader.cancel().catch(() => undefined);
  }
}

/** Writes all pieces; each waits until there is room. What the source throws is kept apart from what the platform says of the bytes. */
async function feed(
  chunks: Chunks,
  writer: ReturnType<Transform["writable"]["getWriter"]>,
  source: { error?: unknown },
): Promise<void> {
  const pieces = eachChunk(chunks);
  try {
    for (;;) {
      const next = await pieces.next().catch((error: unknown) => {
        source.error = error;
        throw error;
      });
      if (next.done) break;
      // The platform keeps the piece: a copy, as the source may write on in the same memory.
      await writer.write(next.value.slice());
    }
    await writer.close();
  } catch (error) {
    await pieces.return(undefined).catch(() => undefined);
    // The reader hears of it, and says it.
    await writer.abort(error).catch(() => undefined);
  }
}
