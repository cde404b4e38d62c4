/** Copies elements by runs: from a list to a list, or from bytes that come piece by piece. Not which runs there are: see `slices.ts`. */
import type { Run } from "./slices.ts";

/** Copies strings. */
export function copyElements(runs: Iterable<Run>, source: readonly Uint8Array[], target: Uint8Array[]): void {
  for (const { from, to, length } of runs) {
    for (let i = 0; i < length; i++) target[to + i] = source[from + i] as Uint8Array;
  }
}

/** Copies numbers whose bytes are all there. */
export function copyBytes(runs: Iterable<Run>, elementBytes: number, source: Uint8Array, target: Uint8Array): void {
  for (const { from, to, length } of runs) {
    target.set(source.subarray(from * elementBytes, (from + length) * elementBytes), to * elementBytes);
  }
}

/** Copies numbers whose bytes come in pieces, from the first to the last. A run may begin in one piece and end in another. */
export class PieceCopier {
  private readonly runs: Iterator<Run>;
  private readonly elementBytes: number;
  private readonly target: Uint8Array;
  private run: Run | undefined;

  constructor(runs: Iterator<Run>, elementBytes: number, target: Uint8Array) {
    this.runs = runs;
    this.elementBytes = elementBytes;
    this.target = target;
    this.advance();
  }

  /** Takes the next piece, which begins at byte `offset` of the source. */
  take(piece: Uint8Array, offset: number): void {
    const end = offset + piece.length;
    while (this.run !== undefined) {
      const from = this.run.from * this.elementBytes;
      const to = this.run.to * this.elementBytes;
      const byteLength = this.run.length * this.elementBytes;
      const low = Math.max(from, offset);
      const high = Math.min(from + byteLength, end);
      if (low < high) this.target.set(piece.subarray(low - offset, high - offset), to + low - from);
      // The rest of the run is in the pieces to come.
      if (from + byteLength > end) return;
      this.advance();
    }
  }

  private advance(): void {
    const next = this.runs.next();
    this.run = next.done === true ? undefined : next.value;
  }
}
