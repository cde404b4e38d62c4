/** Creating and sharing partitioned variables. Mirrors `_get_partitioned_variable`, python/ops/variable_scope.py. */
import { PartitionError, VariableExistsError, VariableMismatchError } from "../base/errors.ts";
import { pythonText, teach } from "../base/text.ts";
import { convertToTensor } from "../graph/constant.ts";
import { userCode } from "../graph/public-call.ts";
import { inNameScope } from "../graph/scopes.ts";
import { Tensor } from "../graph/tensor.ts";
import { slice } from "../ops/slice.ts";
import { asDType, type DType, float32 } from "../tensor/dtype.ts";
import { asShape, type TensorShape } from "../tensor/shape.ts";
import type { BaseVariable } from "./base-variable.ts";
import { defaultInitializer } from "./default-initializer.ts";
import { noteSharedVariable } from "./journal.ts";
import { PartitionedVariable } from "./partitioned-variable.ts";
import type { ReuseArgument } from "./reuse.ts";
import { PartitionInfo, SaveSliceInfo } from "./slice-info.ts";
import { definedText, doesNotExist } from "./store-errors.ts";
import type { GetterOptions, InitializerLike, Partitioner } from "./variable-functions.ts";
import type { VariableStore } from "./variable-store.ts";

/** `getVariable` with a partitioner, or of a partitioned variable that exists. */
export function getPartitionedVariable(
  store: VariableStore,
  name: string,
  options: GetterOptions,
): PartitionedVariable {
  const { initializer = null, partitioner = null, reuse } = options;
  if (store.variables.has(name)) {
    throw new PartitionError(
      `A partitioner was provided, but an unpartitioned version of the variable was found: ${name}.  Perhaps a variable of the same name was already created without partitioning?\n  defined at ${store.variables.get(name)?.site}`,
      { name },
    );
  }
  const dtype = asDType(options.dtype ?? float32);
  let shape = asShape(options.shape ?? null);
  if (initializer instanceof Tensor) shape = shape.mergeWith(initializer.shape);
  const partitions = !reuse || partitioner ? callPartitioner(partitioner as Partitioner, shape, dtype) : null;
  const existing = store.partitioned.get(name);
  if (existing !== undefined) return sharePartitioned(existing, name, shape, dtype, partitions, reuse);
  if (reuse === true) throw doesNotExist(store, name, shape, dtype, "PartitionedVariable");
  return createSlices(store, name, shape, dtype, partitions as readonly number[], options);
}

function createSlices(
  store: VariableStore,
  name: string,
  shape: TensorShape,
  dtype: DType,
  partitions: readonly number[],
  options: GetterOptions,
): PartitionedVariable {
  const { initializer = null } = options;
  const axis = Math.max(
    0,
    partitions.findIndex((n) => n > 1),
  );
  const count = partitions.some((n) => n > 1) ? (partitions[axis] as number) : 1;
  checkStoredSlices(store, name, count);
  const fullShape = shape.asNumbers();
  const slices: BaseVariable[] = [];
  let sliceDType = dtype;
  for (const [i, { offset, size }] of cut(fullShape, count, axis).entries()) {
    const info = new PartitionInfo(fullShape, offset);
    const sliceName = `${name}/part_${i}`;
    const start = inNameScope(store.graph, `${sliceName}/PartitionedInitializer`, () =>
      sliceInitializer(name, initializer, sliceDType, offset, size),
    );
    sliceDType = start.dtype;
    const made = inNameScope(store.graph, null, () =>
      store.getSingleVariable(
        sliceName,
        { ...options, shape: start.shape ?? undefined, dtype: sliceDType, initializer: start.initializer },
        info,
      ),
    );
    made.setSaveSliceInfo(new SaveSliceInfo(name, fullShape, offset, size));
    slices.push(made);
  }
  const variable = new PartitionedVariable({ name, shape, dtype: sliceDType, variableList: slices, partitions });
  store.partitioned.set(name, variable);
  return variable;
}

/** A function is called for each slice with the slice's shape; a value is cut. */
function sliceInitializer(
  name: string,
  initializer: InitializerLike | null,
  dtype: DType,
  offset: readonly number[],
  size: readonly number[],
): { initializer: InitializerLike; shape: readonly number[] | null; dtype: DType } {
  if (initializer === null) return { initializer: defaultInitializer(name, dtype), shape: size, dtype };
  if (typeof initializer === "function") return { initializer, shape: size, dtype };
  if (initializer instanceof Tensor) {
    const part = slice(initializer, offset, size);
    return { initializer: part, shape: null, dtype: part.dtype.baseDtype };
  }
  return { initializer: slice(convertToTensor(initializer, { dtype }), offset, size), shape: null, dtype };
}

/** Slices along an axis; the first ones are longer by one when it does not divide. */
function cut(fullShape: readonly number[], count: number, axis: number): { offset: number[]; size: number[] }[] {
  const length = fullShape[axis] as number;
  let at = 0;
  return Array.from({ length: count }, (_, i) => {
    const rows = Math.floor(length / count) + (i < length % count ? 1 : 0);
    const offset = fullShape.map((_dim, k) => (k === axis ? at : 0));
    at += rows;
    return { offset, size: fullShape.map((dim, k) => (k === axis ? rows : dim)) };
  });
}

function checkStoredSlices(store: VariableStore, name: string, count: number): void {
  if (!store.variables.has(`${name}/part_0`)) return;
  const first = `Partitioner returned a different partitioning than what was already found.  Partitioner returned ${count} shards, and shard ${name}/part_0 was found, but`;
  if (!store.variables.has(`${name}/part_${count - 1}`))
    throw new PartitionError(`${first} ${name}/part_${count - 1} was not.`, { name, count });
  if (store.variables.has(`${name}/part_${count}`))
    throw new PartitionError(`${first} so was the extra shard ${name}/part_${count}.`, { name, count });
}

function sharePartitioned(
  existing: PartitionedVariable,
  name: string,
  shape: TensorShape,
  dtype: DType,
  partitions: readonly number[] | null,
  reuse: ReuseArgument,
): PartitionedVariable {
  const fields = { variableName: name, existing };
  const [first] = existing;
  if (reuse === false) {
    throw new VariableExistsError(
      teach(
        `Partitioned variable with name ${name} already exists. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?`,
        [
          ["first slice", first && definedText(first)],
          [
            "to share",
            "open the scope with { reuse: AUTO_REUSE }, or call scope.reuseVariables() between the two calls",
          ],
        ],
      ),
      fields,
    );
  }
  const mismatch = (what: string, a: string, b: string) =>
    new VariableMismatchError(
      teach(`Trying to reuse partitioned variable ${name}, but specified ${what} ${a} and found ${what} ${b}.`, [
        ["first slice", first && definedText(first)],
      ]),
      fields,
    );
  if (!shape.isCompatibleWith(existing.shape)) throw mismatch("shape", String(shape), String(existing.shape));
  if (!dtype.isCompatibleWith(existing.dtype)) throw mismatch("dtype", dtype.name, existing.dtype.name);
  if (partitions !== null && String(partitions) !== String(existing.partitions))
    throw mismatch("partitions", pythonText(partitions), pythonText(existing.partitions));
  for (const part of existing) noteSharedVariable(part);
  return existing;
}

/** The partitioner's answer. @throws {PartitionError} when it does not fit the shape. */
function callPartitioner(partitioner: Partitioner, shape: TensorShape, dtype: DType): readonly number[] {
  if (!shape.isFullyDefined())
    throw new PartitionError(`Shape of a new partitioned variable must be fully defined, but instead was ${shape}.`, {
      shape,
    });
  if ((shape.rank ?? 0) < 1)
    throw new PartitionError(`A partitioned Variable must have rank at least 1, shape: ${shape}`, { shape });
  const answer: unknown = userCode(() => partitioner(shape, dtype));
  if (!Array.isArray(answer))
    throw new PartitionError(`Partitioner must return a sequence, but saw: ${pythonText(answer)}`, { answer });
  const partitions = answer as readonly number[];
  const fields = { shape, partitions };
  if (partitions.length !== shape.rank) {
    throw new PartitionError(
      `Partitioner returned a partition list that does not match the Variable's rank: ${pythonText(partitions)} vs. ${shape}`,
      fields,
    );
  }
  if (partitions.some((p) => p < 1))
    throw new PartitionError(`Partitioner returned zero partitions for some axes: ${pythonText(partitions)}`, fields);
  if (partitions.filter((p) => p > 1).length > 1) {
    throw new PartitionError(
      `Can only slice a variable along one dimension: shape: ${shape}, partitioning: ${pythonText(partitions)}`,
      fields,
    );
  }
  return partitions;
}
