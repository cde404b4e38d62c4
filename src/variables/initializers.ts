/** The catalogue of initializers: classes with TensorFlow's names, and the functions that make them. Mirrors python/ops/init_ops.py. */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { pythonFloat, pythonText, pythonTypeName } from "../base/text.ts";
import type { Tensor } from "../graph/tensor.ts";
import { isTensorConvertible, Tensor as SymbolicTensor } from "../graph/tensor.ts";
import { constant, ones, zeros } from "../ops/array.ts";
import { randomNormal, randomUniform, truncatedNormal } from "../ops/random.ts";
import { asDType, type DType, type DTypeLike, float32 } from "../tensor/dtype.ts";
import { type Literal, pythonLiteral } from "../tensor/ndarray.ts";
import { Initializer } from "./initializer.ts";
import type { PartitionInfo } from "./slice-info.ts";

/** Options that every random initializer takes. */
export interface SeedOptions {
  readonly seed?: number | null | undefined;
  readonly dtype?: DTypeLike | undefined;
}

/** @throws {ArgumentError} unless the type is a floating one. */
export function floatingDType(dtype: DTypeLike | undefined): DType {
  const type = asDType(dtype ?? float32);
  if (!type.isFloating)
    throw new ArgumentError(`Argument \`dtype\` is expected to be floating point. Received: ${type}.`, { dtype: type });
  return type;
}

/** Zeros, or empty strings. */
export class Zeros extends Initializer {
  /** The name in reports: bundlers rename classes. */
  static readonly typeName: string = "Zeros";
  readonly dtype: DType;
  constructor(options: { readonly dtype?: DTypeLike } = {}) {
    super();
    this.dtype = asDType(options.dtype ?? float32);
  }
  build(shape: readonly number[], dtype: DType): Tensor {
    return zeros(shape, { dtype });
  }
  getConfig(): Record<string, unknown> {
    return { dtype: this.dtype.name };
  }
}

/** Ones. */
export class Ones extends Initializer {
  /** The name in reports: bundlers rename classes. */
  static readonly typeName: string = "Ones";
  readonly dtype: DType;
  constructor(options: { readonly dtype?: DTypeLike } = {}) {
    super();
    this.dtype = asDType(options.dtype ?? float32);
  }
  build(shape: readonly number[], dtype: DType): Tensor {
    return ones(shape, { dtype });
  }
  getConfig(): Record<string, unknown> {
    return { dtype: this.dtype.name };
  }
}

/** A value, its last element repeated to fill the shape. */
export class Constant extends Initializer {
  /** The name in reports: bundlers rename classes. */
  static readonly typeName: string = "Constant";
  readonly dtype: DType;
  readonly value: Literal;
  readonly #verifyShape: boolean;
  constructor(
    value: Literal = 0,
    options: { readonly dtype?: DTypeLike | undefined; readonly verifyShape?: boolean | undefined } = {},
  ) {
    super();
    const allowed =
      typeof value === "number" ||
      typeof value === "bigint" ||
      typeof value === "boolean" ||
      typeof value === "string" ||
      Array.isArray(value) ||
      typeof value === "object";
    if (!allowed || value === null || value instanceof SymbolicTensor || isTensorConvertible(value)) {
      throw new ArgumentTypeError(
        `Invalid type for initial value=${pythonText(value)} of type: ${pythonTypeName(value)}. Expected Python scalar, list or tuple of values, or numpy.ndarray.`,
        { value },
      );
    }
    this.value = value;
    this.dtype = asDType(options.dtype ?? float32);
    this.#verifyShape = options.verifyShape ?? false;
  }
  build(shape: readonly number[], dtype: DType): Tensor {
    return constant(this.value, { dtype, shape, verifyShape: this.#verifyShape });
  }
  getConfig(): Record<string, unknown> {
    return { value: this.value, dtype: this.dtype.name };
  }
}

/** Uniform in `[minval, maxval)`. */
export class RandomUniform extends Initializer {
  /** The name in reports: bundlers rename classes. */
  static readonly typeName: string = "RandomUniform";
  readonly dtype: DType;
  readonly minval: Literal | Tensor;
  readonly maxval: Literal | Tensor | null;
  readonly seed: number | null;
  constructor(
    options: { readonly minval?: Literal | Tensor; readonly maxval?: Literal | Tensor | null } & SeedOptions = {},
  ) {
    super();
    this.minval = options.minval ?? 0;
    this.maxval = options.maxval ?? null;
    this.seed = options.seed ?? null;
    this.dtype = asDType(options.dtype ?? float32);
  }
  build(shape: readonly number[], dtype: DType): Tensor {
    return randomUniform(shape, {
      minval: this.minval,
      ...(this.maxval !== null && { maxval: this.maxval }),
      dtype,
      seed: this.seed,
    });
  }
  getConfig(): Record<string, unknown> {
    return { minval: this.minval, maxval: this.maxval, seed: this.seed, dtype: this.dtype.name };
  }
}

/** Options of normal initializers. */
export interface NormalOptions extends SeedOptions {
  readonly mean?: number;
  readonly stddev?: number;
}

abstract class NormalInitializer extends Initializer {
  readonly dtype: DType;
  readonly mean: number;
  readonly stddev: number;
  readonly seed: number | null;
  constructor(options: NormalOptions = {}) {
    super();
    this.mean = options.mean ?? 0;
    this.stddev = options.stddev ?? 1;
    this.seed = options.seed ?? null;
    this.dtype = floatingDType(options.dtype);
  }
  getConfig(): Record<string, unknown> {
    return { mean: this.mean, stddev: this.stddev, seed: this.seed, dtype: this.dtype.name };
  }
}

/** Normal with mean and standard deviation. */
export class RandomNormal extends NormalInitializer {
  /** The name in reports: bundlers rename classes. */
  static readonly typeName: string = "RandomNormal";
  build(shape: readonly number[], dtype: DType): Tensor {
    return randomNormal(shape, { mean: this.mean, stddev: this.stddev, dtype, seed: this.seed });
  }
}

/** Normal; what lies beyond two standard deviations is drawn again. */
export class TruncatedNormal extends NormalInitializer {
  /** The name in reports: bundlers rename classes. */
  static readonly typeName: string = "TruncatedNormal";
  build(shape: readonly number[], dtype: DType): Tensor {
    return truncatedNormal(shape, { mean: this.mean, stddev: this.stddev, dtype, seed: this.seed });
  }
}

/** Uniform in ±√(3 / input)·factor, where input is the product of all dimensions but the last. */
export class UniformUnitScaling extends Initializer {
  /** The name in reports: bundlers rename classes. */
  static readonly typeName: string = "UniformUnitScaling";
  readonly dtype: DType;
  readonly factor: number;
  readonly seed: number | null;
  constructor(options: { readonly factor?: number } & SeedOptions = {}) {
    super();
    this.factor = options.factor ?? 1;
    this.seed = options.seed ?? null;
    this.dtype = floatingDType(options.dtype);
  }
  build(shape: readonly number[], dtype: DType, partitionInfo: PartitionInfo | null): Tensor {
    const whole = partitionInfo?.fullShape ?? shape;
    const inputSize = Math.max(
      whole.slice(0, -1).reduce((a, b) => a * b, 1),
      1,
    );
    const limit = Math.sqrt(3 / inputSize) * this.factor;
    return randomUniform(shape, {
      minval: pythonLiteral(-limit, "float"),
      maxval: pythonLiteral(limit, "float"),
      dtype,
      seed: this.seed,
    });
  }
  getConfig(): Record<string, unknown> {
    return { factor: this.factor, seed: this.seed, dtype: this.dtype.name };
  }
}

/** Options of `VarianceScaling`. */
export interface VarianceScalingOptions extends SeedOptions {
  readonly scale?: number;
  readonly mode?: "fan_in" | "fan_out" | "fan_avg";
  readonly distribution?: "normal" | "uniform" | "truncated_normal" | "untruncated_normal";
}

/** Standard deviation of a standard normal cut at ±2, dimensionless; scipy.stats.truncnorm.std(a=-2, b=2). */
const TRUNCATED_STDDEV = 0.87962566103423978;

/** A variance that fits the number of inputs or outputs of the weights. */
export class VarianceScaling extends Initializer {
  /** The name in reports: bundlers rename classes. */
  static readonly typeName: string = "VarianceScaling";
  readonly dtype: DType;
  readonly scale: number;
  readonly mode: "fan_in" | "fan_out" | "fan_avg";
  readonly distribution: "normal" | "uniform" | "truncated_normal" | "untruncated_normal";
  readonly seed: number | null;
  constructor(options: VarianceScalingOptions = {}) {
    super();
    const { scale = 1, mode = "fan_in", distribution = "truncated_normal" } = options;
    if (!(scale > 0))
      throw new ArgumentError(`Argument \`scale\` must be a positive float. Received: ${pythonFloat(scale)}`, {
        scale,
      });
    if (!["fan_in", "fan_out", "fan_avg"].includes(mode)) {
      throw new ArgumentError(
        `Argument \`mode\` should be one of ('fan_in', 'fan_out', 'fan_avg'). Received: ${pythonText(mode)}`,
        { mode },
      );
    }
    if (!["normal", "uniform", "truncated_normal", "untruncated_normal"].includes(distribution.toLowerCase())) {
      throw new ArgumentError(
        `Argument \`distribution\` should be one of ('normal', uniform', 'truncated_normal', 'untruncated_normal'). Received: ${pythonText(distribution.toLowerCase())}`,
        { distribution },
      );
    }
    this.scale = scale;
    this.mode = mode;
    this.distribution = distribution.toLowerCase() as typeof distribution;
    this.seed = options.seed ?? null;
    this.dtype = floatingDType(options.dtype);
  }
  build(shape: readonly number[], dtype: DType, partitionInfo: PartitionInfo | null): Tensor {
    const [fanIn, fanOut] = computeFans(partitionInfo?.fullShape ?? shape);
    const fan = this.mode === "fan_in" ? fanIn : this.mode === "fan_out" ? fanOut : (fanIn + fanOut) / 2;
    const scale = this.scale / Math.max(1, fan);
    const { seed } = this;
    if (this.distribution === "uniform") {
      const limit = Math.sqrt(3 * scale);
      return randomUniform(shape, {
        minval: pythonLiteral(-limit, "float"),
        maxval: pythonLiteral(limit, "float"),
        dtype,
        seed,
      });
    }
    if (this.distribution === "untruncated_normal")
      return randomNormal(shape, { stddev: Math.sqrt(scale), dtype, seed });
    return truncatedNormal(shape, { stddev: Math.sqrt(scale) / TRUNCATED_STDDEV, dtype, seed });
  }
  getConfig(): Record<string, unknown> {
    return {
      scale: this.scale,
      mode: this.mode,
      distribution: this.distribution,
      seed: this.seed,
      dtype: this.dtype.name,
    };
  }
}

/** Inputs and outputs of weights of a shape: kernels count their receptive field. */
function computeFans(shape: readonly number[]): readonly [number, number] {
  if (shape.length < 1) return [1, 1];
  if (shape.length === 1) return [shape[0] as number, shape[0] as number];
  const field = shape.slice(0, -2).reduce((a, b) => a * b, 1);
  return [(shape.at(-2) as number) * field, (shape.at(-1) as number) * field];
}

/** Glorot and Bengio 2010, uniform: the default of floating variables. */
export class GlorotUniform extends VarianceScaling {
  /** The name in reports: bundlers rename classes. */
  static override readonly typeName: string = "GlorotUniform";
  constructor(options: SeedOptions = {}) {
    super({ scale: 1, mode: "fan_avg", distribution: "uniform", ...options });
  }
  override getConfig(): Record<string, unknown> {
    return { seed: this.seed, dtype: this.dtype.name };
  }
}

/** Glorot and Bengio 2010, normal. */
export class GlorotNormal extends VarianceScaling {
  /** The name in reports: bundlers rename classes. */
  static override readonly typeName: string = "GlorotNormal";
  constructor(options: SeedOptions = {}) {
    super({ scale: 1, mode: "fan_avg", distribution: "truncated_normal", ...options });
  }
  override getConfig(): Record<string, unknown> {
    return { seed: this.seed, dtype: this.dtype.name };
  }
}

export const zerosInitializer = (options?: { readonly dtype?: DTypeLike }): Zeros => new Zeros(options);
export const onesInitializer = (options?: { readonly dtype?: DTypeLike }): Ones => new Ones(options);
export const constantInitializer = (
  value?: Literal,
  options?: { readonly dtype?: DTypeLike | undefined; readonly verifyShape?: boolean | undefined },
): Constant => new Constant(value, options);
export const randomUniformInitializer = (options?: ConstructorParameters<typeof RandomUniform>[0]): RandomUniform =>
  new RandomUniform(options);
export const randomNormalInitializer = (options?: NormalOptions): RandomNormal => new RandomNormal(options);
export const truncatedNormalInitializer = (options?: NormalOptions): TruncatedNormal => new TruncatedNormal(options);
export const uniformUnitScalingInitializer = (
  options?: ConstructorParameters<typeof UniformUnitScaling>[0],
): UniformUnitScaling => new UniformUnitScaling(options);
export const varianceScalingInitializer = (options?: VarianceScalingOptions): VarianceScaling =>
  new VarianceScaling(options);
export const glorotUniformInitializer = (options?: SeedOptions): GlorotUniform => new GlorotUniform(options);
export const glorotNormalInitializer = (options?: SeedOptions): GlorotNormal => new GlorotNormal(options);
/** LeCun 1998, normal. */
export const lecunNormal = (options: SeedOptions = {}): VarianceScaling =>
  new VarianceScaling({ scale: 1, mode: "fan_in", distribution: "truncated_normal", ...options });
/** LeCun 1998, uniform. */
export const lecunUniform = (options: SeedOptions = {}): VarianceScaling =>
  new VarianceScaling({ scale: 1, mode: "fan_in", distribution: "uniform", ...options });
/** He 2015, normal. */
export const heNormal = (options: SeedOptions = {}): VarianceScaling =>
  new VarianceScaling({ scale: 2, mode: "fan_in", distribution: "truncated_normal", ...options });
/** He 2015, uniform. */
export const heUniform = (options: SeedOptions = {}): VarianceScaling =>
  new VarianceScaling({ scale: 2, mode: "fan_in", distribution: "uniform", ...options });
