/** Initializers of matrices with a structure: orthogonal and identity. Mirrors `Orthogonal` and `Identity`, python/ops/init_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { applyOp } from "../graph/apply-op.ts";
import { libraryTables } from "../graph/tables.ts";
import type { Tensor } from "../graph/tensor.ts";
import { diagPart, eye } from "../ops/diag.ts";
import { sign } from "../ops/elementary.ts";
import { matmulDefs } from "../ops/matmul.defs.ts";
import { randomNormal } from "../ops/random.ts";
import { reshape } from "../ops/shape.ts";
import { slice } from "../ops/slice.ts";
import { matrixTranspose } from "../ops/transpose.ts";
import type { DType, DTypeLike } from "../tensor/dtype.ts";
import { Initializer } from "./initializer.ts";
import { floatingDType, type SeedOptions } from "./initializers.ts";
import type { PartitionInfo } from "./slice-info.ts";

function tooFlat(shape: readonly number[]): ArgumentError {
  return new ArgumentError(
    `The tensor to initialize, specified by argument \`shape\` must be at least two-dimensional. Received shape=${pythonText(shape)}`,
    { shape },
  );
}

/** The Q of a QR decomposition of normal draws: rows or columns are orthonormal. */
export class Orthogonal extends Initializer {
  /** The name in reports: bundlers rename classes. */
  static readonly typeName: string = "Orthogonal";
  readonly dtype: DType;
  readonly gain: number;
  readonly seed: number | null;
  constructor(options: { readonly gain?: number } & SeedOptions = {}) {
    super();
    this.gain = options.gain ?? 1;
    this.seed = options.seed ?? null;
    this.dtype = floatingDType(options.dtype);
  }
  build(shape: readonly number[], dtype: DType): Tensor {
    if (shape.length < 2) throw tooFlat(shape);
    const rows = shape.slice(0, -1).reduce((a, b) => a * b, 1);
    const columns = shape.at(-1) as number;
    const isWide = rows < columns;
    const flat = isWide ? [columns, rows] : [rows, columns];
    const normal = randomNormal(flat, { dtype, seed: this.seed });
    const factors = applyOp(matmulDefs.Qr, [normal], { full_matrices: false });
    // The sign of R's diagonal makes the distribution uniform (Mezzadri 2007).
    let q = factors.output(0).mul(sign(diagPart(factors.output(1))));
    if (isWide) q = matrixTranspose(q);
    return libraryTables().operators.binary("mul", this.gain, reshape(q, shape));
  }
  getConfig(): Record<string, unknown> {
    return { gain: this.gain, seed: this.seed, dtype: this.dtype.name };
  }
}

/** The identity matrix, or a slice of it. */
export class Identity extends Initializer {
  /** The name in reports: bundlers rename classes. */
  static readonly typeName: string = "Identity";
  readonly dtype: DType;
  readonly gain: number;
  constructor(options: { readonly gain?: number; readonly dtype?: DTypeLike } = {}) {
    super();
    this.gain = options.gain ?? 1;
    this.dtype = floatingDType(options.dtype);
  }
  build(shape: readonly number[], dtype: DType, partitionInfo: PartitionInfo | null): Tensor {
    const whole = partitionInfo?.fullShape ?? shape;
    if (whole.length !== 2) throw tooFlat(whole);
    let matrix = eye(whole[0] as number, { numColumns: whole[1] as number, dtype });
    if (partitionInfo !== null) matrix = slice(matrix, partitionInfo.varOffset, shape);
    return libraryTables().operators.binary("mul", this.gain, matrix);
  }
  getConfig(): Record<string, unknown> {
    return { gain: this.gain, dtype: this.dtype.name };
  }
}

export const orthogonalInitializer = (options?: { readonly gain?: number } & SeedOptions): Orthogonal =>
  new Orthogonal(options);
export const identityInitializer = (options?: { readonly gain?: number; readonly dtype?: DTypeLike }): Identity =>
  new Identity(options);
