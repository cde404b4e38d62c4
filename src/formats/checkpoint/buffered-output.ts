/** Collects small writes, and passes large ones on as they are. Not a file: that is the sink's. */
import { ArgumentError } from "../../base/errors.ts";
import type { ByteSink } from "../source/byte-source.ts";
import { type Stepwise, settled } from "../source/stepwise.ts";

const BUFFER_BYTES = 2 ** 20;
/** From here on copying costs more than a write of its own. */
const LARGE_BYTES = 2 ** 16;

/** Bytes on their way to a sink. */
export class BufferedOutput {
  private readonly sink: ByteSink;
  private buffer: Uint8Array | undefined;
  private filled = 0;
  /** A write failed: what the sink has is not what was written. */
  private isBroken = false;
  /** All bytes that were written so far. */
  position = 0;

  constructor(sink: ByteSink) {
    this.sink = sink;
  }

  /** Appends bytes if they are few and there is room for them; false where there is not. */
  writeNow(bytes: Uint8Array): boolean {
    if (bytes.length >= LARGE_BYTES || this.buffer === undefined || this.filled + bytes.length > BUFFER_BYTES)
      return false;
    this.buffer.set(bytes, this.filled);
    this.filled += bytes.length;
    this.position += bytes.length;
    return true;
  }

  /** Appends bytes; they may change afterwards. */
  *write(bytes: Uint8Array): Stepwise<void> {
    this.position += bytes.length;
    if (bytes.length >= LARGE_BYTES) {
      yield* this.flush();
      yield* this.send(bytes);
      return;
    }
    if (this.filled + bytes.length > BUFFER_BYTES) yield* this.flush();
    this.buffer ??= new Uint8Array(BUFFER_BYTES);
    this.buffer.set(bytes, this.filled);
    this.filled += bytes.length;
  }

  /** Hands on what was collected. */
  *flush(): Stepwise<void> {
    if (this.isBroken)
      throw new ArgumentError("A write failed before, so the file is not whole.\n  to fix  write it anew");
    if (this.filled === 0 || this.buffer === undefined) return;
    const bytes = this.buffer.subarray(0, this.filled);
    this.filled = 0;
    yield* this.send(bytes);
  }

  private *send(bytes: Uint8Array): Stepwise<void> {
    try {
      yield* settled(this.sink.write(bytes));
    } catch (error) {
      this.isBroken = true;
      throw error;
    }
  }
}
