/** PartitionedVariable: slices that are used as one variable. Mirrors python/ops/variables.py. */
import { ArgumentError, ArgumentTypeError, PartitionError, UnsupportedFeatureError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { withState } from "../graph/context.ts";
import { ControlGroup } from "../graph/control-dependencies.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { Graph } from "../graph/graph.ts";
import type { Operation } from "../graph/operation.ts";
import { publicCall } from "../graph/public-call.ts";
import { inNameScope } from "../graph/scopes.ts";
import type { Tensor, TensorConvertible } from "../graph/tensor.ts";
import { identity } from "../ops/array.ts";
import { concat, split } from "../ops/concat.ts";
import { asDType, type DType, type DTypeLike } from "../tensor/dtype.ts";
import { asShape, type ShapeLike, type TensorShape } from "../tensor/shape.ts";
import type { AssignOptions, BaseVariable } from "./base-variable.ts";

/** What a partitioned variable is made of. */
export interface PartitionedVariableParts {
  readonly name: string;
  readonly shape: ShapeLike;
  readonly dtype: DTypeLike;
  readonly variableList: readonly BaseVariable[];
  readonly partitions: readonly number[];
}

/** Slices of one variable, accepted wherever a tensor is: as such it is their concatenation. */
export class PartitionedVariable implements TensorConvertible {
  /** The name without `:0`. */
  readonly name: string;
  readonly dtype: DType;
  readonly shape: TensorShape;
  /** Into how many slices each dimension is cut. */
  readonly partitions: readonly number[];
  readonly #variables: readonly BaseVariable[];

  /**
   * @throws {ArgumentTypeError} unless both lists are lists. @throws {PartitionError} when slices do not fit together.
   */
  constructor(parts: PartitionedVariableParts) {
    const { variableList, partitions } = parts;
    if (!Array.isArray(variableList))
      throw new ArgumentTypeError(`variable_list is not a list or tuple: ${pythonText(variableList)}`, {
        variableList,
      });
    if (!Array.isArray(partitions))
      throw new ArgumentTypeError(`partitions is not a list or tuple: ${pythonText(partitions)}`, { partitions });
    if (partitions.some((p) => (p as number) <= 0))
      throw new PartitionError(`partition values must be positive: ${pythonText(partitions)}`, { partitions });
    if (variableList.length === 0) throw new PartitionError("variable_list may not be empty", {});
    this.shape = asShape(parts.shape);
    this.name = parts.name;
    this.dtype = asDType(parts.dtype);
    this.partitions = partitions as readonly number[];
    checkSlices(parts.variableList, this.partitions, this.shape);
    this.#variables = [...parts.variableList].sort(byOffset);
  }

  get graph(): Graph {
    return (this.#variables[0] as BaseVariable).graph;
  }
  /** The number of slices. */
  get length(): number {
    const axes = this.#axes();
    if (axes.length > 1)
      throw new PartitionError(`Cannot get a length for ${axes.length} > 1 partition axes`, {
        partitions: this.partitions,
      });
    return this.#variables.length;
  }
  /** The slices in the order of their offsets. */
  [Symbol.iterator](): Iterator<BaseVariable> {
    return this.#variables[Symbol.iterator]();
  }
  getShape(): TensorShape {
    return this.shape;
  }

  #axes(): number[] {
    return this.partitions.every((p) => p === 1) ? [0] : this.partitions.flatMap((p, i) => (p > 1 ? [i] : []));
  }

  /** The slices as one tensor, which waits for the control dependencies around it. */
  concatenated(): Tensor {
    return publicCall(() => {
      const [only] = this.#variables;
      if (this.#variables.length === 1)
        return inNameScope(getDefaultGraph(), null, () => identity(only as BaseVariable, { name: this.name }));
      const axes = this.#axes();
      if (axes.length > 1) {
        throw new UnsupportedFeatureError(
          `Cannot concatenate along more than one dimension: ${pythonText(axes)}.  Multi-axis partition concat is not supported`,
          { axes },
        );
      }
      const joined = inNameScope(getDefaultGraph(), `${this.name}/ConcatPartitions/`, () =>
        concat([...this.#variables], axes[0] as number),
      );
      return inNameScope(getDefaultGraph(), null, () => identity(joined, { name: this.name }));
    });
  }

  /** The slices as one tensor, outside of control dependencies. */
  asTensor(options: { readonly dtype?: DType; readonly asRef?: boolean } = {}): Tensor {
    if (options.dtype !== undefined && !options.dtype.isCompatibleWith(this.dtype)) {
      throw new ArgumentError(
        `Incompatible type conversion requested to type '${options.dtype.name}' for variable of type '${this.dtype.name}'`,
        { variable: this, dtype: options.dtype },
      );
    }
    if (options.asRef)
      throw new UnsupportedFeatureError(
        "PartitionedVariable doesn't support being used as a reference.\n  its slices do: [...variable]",
        { variable: this },
      );
    return withState(getDefaultGraph(), { controls: [new ControlGroup([])], flow: null }, () => this.concatenated());
  }

  /** @throws {ArgumentTypeError} always: a session runs slices or the tensor, not the variable itself. */
  asGraphElement(): never {
    throw new ArgumentTypeError(
      `Can not convert a PartitionedVariable into a Tensor or Operation.\n  run its slices, [...variable], or its value, variable.asTensor() (made before the session runs)`,
      { variable: this },
    );
  }

  /** Assigns to each slice its part of the value, or of a list of parts. */
  assign(value: unknown, options: AssignOptions = {}): (Tensor | Operation | BaseVariable)[] {
    return this.#each(value, (slice, part) => slice.assign(part, options));
  }
  assignAdd(value: unknown, options: AssignOptions = {}): (Tensor | Operation | BaseVariable)[] {
    return this.#each(value, (slice, part) => slice.assignAdd(part, options));
  }
  assignSub(value: unknown, options: AssignOptions = {}): (Tensor | Operation | BaseVariable)[] {
    return this.#each(value, (slice, part) => slice.assignSub(part, options));
  }
  #each<T>(value: unknown, change: (slice: BaseVariable, part: unknown) => T): T[] {
    const axes = this.#axes();
    if (axes.length > 1) {
      throw new UnsupportedFeatureError(
        `Cannot do assign action along more than one dimension: ${pythonText(axes)}.  Multi-axis partition assign action is not supported `,
        { axes },
      );
    }
    const parts = this.#parts(value, axes[0] as number);
    return this.#variables.map((slice, i) => change(slice, parts[i]));
  }
  #parts(value: unknown, axis: number): readonly unknown[] {
    if (value instanceof PartitionedVariable) return [...value];
    if (
      Array.isArray(value) &&
      value.length === this.#variables.length &&
      value.every((part) => typeof part === "object")
    )
      return value;
    return split(
      value as never,
      this.#variables.map((slice) => slice.shape.dim(axis) as number),
      { axis },
    );
  }

  /** `p + x` is refused, as in TensorFlow: a partitioned variable is no tensor before it is converted. */
  add(_other: unknown): never {
    throw this.#noOperator("+");
  }
  sub(_other: unknown): never {
    throw this.#noOperator("-");
  }
  mul(_other: unknown): never {
    throw this.#noOperator("*");
  }
  div(_other: unknown): never {
    throw this.#noOperator("/");
  }
  matmul(_other: unknown): never {
    throw this.#noOperator("@");
  }
  #noOperator(symbol: string): ArgumentTypeError {
    return new ArgumentTypeError(
      `unsupported operand type(s) for ${symbol}: 'PartitionedVariable'\n  use a function, which takes it as a tensor: add(variable, x); or variable.asTensor().add(x)`,
      { variable: this },
    );
  }

  toString(): string {
    return `<tf.PartitionedVariable '${this.name}' shape=${this.shape} dtype=${this.dtype.name} of ${this.#variables.length} slices>`;
  }
}

function byOffset(a: BaseVariable, b: BaseVariable): number {
  const x = a.saveSliceInfo?.varOffset ?? [];
  const y = b.saveSliceInfo?.varOffset ?? [];
  const at = x.findIndex((offset, i) => offset !== y[i]);
  return at < 0 ? 0 : (x[at] as number) - (y[at] as number);
}

function checkSlices(variables: readonly BaseVariable[], partitions: readonly number[], shape: TensorShape): void {
  if (variables.some((slice) => slice.saveSliceInfo === null)) {
    throw new PartitionError(
      `All variables must have a save_slice_info available: ${pythonText(variables.map((v) => v.name))}`,
      { variables },
    );
  }
  if (shape.rank !== partitions.length) {
    throw new PartitionError(`len(shape) != len(partitions): ${shape} vs. ${pythonText(partitions)}`, {
      shape,
      partitions,
    });
  }
  for (const slice of variables) {
    const full = slice.saveSliceInfo?.fullShape ?? [];
    if (!shape.equals(full))
      throw new PartitionError(
        `All variables' full shapes must match shape: ${shape}; but full shapes were: ${pythonText([full])}`,
        { shape, full },
      );
  }
}
