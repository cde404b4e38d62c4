/** Where a slice lies in the whole variable: told to initializers while it is made, and kept for checkpoints. Mirrors `_PartitionInfo` and `SaveSliceInfo`. */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { pythonText, pythonTypeName } from "../base/text.ts";

/** What an initializer may know of the slice that it fills. */
export class PartitionInfo {
  /** The shape of the whole variable. */
  readonly fullShape: readonly number[];
  /** Where the slice begins, per dimension. */
  readonly varOffset: readonly number[];

  /**
   * @throws {ArgumentTypeError} unless both are lists. @throws {ArgumentError} for other lengths, or offsets outside of the shape.
   */
  constructor(fullShape: readonly number[], varOffset: readonly number[]) {
    requireList("full_shape", fullShape);
    requireList("var_offset", varOffset);
    if (varOffset.length !== fullShape.length) {
      throw new ArgumentError(
        `Expected equal length, but \`var_offset\` is of length ${varOffset.length} while full_shape is of length ${fullShape.length}.`,
        { fullShape, varOffset },
      );
    }
    for (const [i, offset] of varOffset.entries()) {
      const size = fullShape[i] as number;
      if (offset < 0 || offset >= size) {
        throw new ArgumentError(
          `Expected 0 <= offset < shape but found offset=${offset}, shape=${size} for var_offset=${pythonText(varOffset)}, full_shape=${pythonText(fullShape)}\n  there are more slices than rows to put into them; ask the partitioner for fewer`,
          { fullShape, varOffset },
        );
      }
    }
    this.fullShape = fullShape;
    this.varOffset = varOffset;
  }

  /** The offset in the one dimension in which a slice of this shape is smaller than the whole; 0 when there is none. */
  singleOffset(shape: readonly number[]): number {
    const dimension = this.singleSliceDim(shape);
    return dimension === null ? 0 : (this.varOffset[dimension] as number);
  }

  /**
   * The one dimension in which a slice of this shape is smaller than the whole; `null` when there is none.
   * @throws {ArgumentError} when the slice does not fit, or differs in two dimensions.
   */
  singleSliceDim(shape: readonly number[]): number | null {
    requireList("shape", shape);
    if (shape.length !== this.fullShape.length) {
      throw new ArgumentError(
        `Expected equal length, but received shape=${pythonText(shape)} of length ${shape.length} while self.full_shape=${pythonText(this.fullShape)} is of length ${this.fullShape.length}.`,
        { shape },
      );
    }
    let found: number | null = null;
    for (const [i, size] of shape.entries()) {
      const full = this.fullShape[i] as number;
      if ((this.varOffset[i] as number) + size > full) {
        throw new ArgumentError(
          `With self.var_offset=${pythonText(this.varOffset)}, a partition of shape=${pythonText(shape)} would exceed self.full_shape=${pythonText(this.fullShape)} in dimension ${i}.`,
          { shape },
        );
      }
      if (size === full) continue;
      if (found !== null) {
        throw new ArgumentError(
          `Cannot use single_slice_dim() with shape=${pythonText(shape)} and self.full_shape=${pythonText(this.fullShape)} since slice dim could be either dimension ${found} or ${i}.`,
          { shape },
        );
      }
      found = i;
    }
    return found;
  }
}

function requireList(argument: string, value: unknown): void {
  if (!Array.isArray(value)) {
    throw new ArgumentTypeError(
      `\`${argument}\` must be a sequence (like tuple or list) instead of ${pythonTypeName(value)}`,
      { [argument]: value },
    );
  }
}

/** Which part of a whole variable a slice is. */
export class SaveSliceInfo {
  readonly fullName: string;
  readonly fullShape: readonly number[];
  readonly varOffset: readonly number[];
  readonly varShape: readonly number[];

  constructor(
    fullName: string,
    fullShape: readonly number[],
    varOffset: readonly number[],
    varShape: readonly number[],
  ) {
    this.fullName = fullName;
    this.fullShape = fullShape;
    this.varOffset = varOffset;
    this.varShape = varShape;
  }

  /** The text under which checkpoints keep the slice: `20 43 0,20:22,21`. */
  get spec(): string {
    const parts = this.varOffset.map((offset, i) => `${offset},${this.varShape[i]}`);
    return `${this.fullShape.map((d) => `${d} `).join("")}${parts.join(":")}`;
  }
}
