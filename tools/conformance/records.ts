/** What is logged of an object: variables, tensors, operations, scopes, templates, lists. Nodes of graphs are in `nodes.ts`. */
import * as tf from "namesake";
import { findAttribute } from "./host-language.ts";
import type { Interpreter } from "./interpreter.ts";
import { valueRecord } from "./value-record.ts";

type Fields = Record<string, unknown>;

/** Leaves out what is null: in records, absent equals null. */
export function withoutNulls(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}

export function shapeOf(shape: tf.TensorShape): readonly (number | null)[] | null {
  return shape.dims;
}

export function reuseOf(reuse: unknown): unknown {
  return reuse === tf.AUTO_REUSE ? "auto" : reuse;
}

/** The record of any object, under the name of its kind. */
export function recordOf(run: Interpreter, object: unknown): Fields {
  if (object === null || object === undefined) return { none: true };
  if (object instanceof tf.VariableScope) return { scope: scopeRecord(run, object) };
  if (object instanceof tf.PartitionedVariable) return { partitioned: partitionedRecord(run, object) };
  if (object instanceof tf.Variable) return variableOrWrite(run, object);
  if (object instanceof tf.Tensor) return { tensor: tensorRecord(object) };
  if (object instanceof tf.Operation) return { op: operationRecord(object) };
  if (typeof object === "string") return { text: object };
  if (Array.isArray(object)) return { list: object.map((item) => recordOf(run, item)) };
  return trainingRecord(run, object);
}

/** What only programs that train give. */
function trainingRecord(run: Interpreter, object: unknown): Fields {
  if (object instanceof tf.IndexedSlices) return { slices: slicesRecord(object) };
  if (typeof object === "number" || typeof object === "boolean") return { number: object };
  if (object instanceof tf.NDArray) return { value: valueRecord(object) };
  if (object instanceof Map) return { map: mapRecord(run, object) };
  const isObject = typeof object === "object" || object instanceof tf.nn.rnnCell.RNNCell;
  if (!isObject || object === null) return { other: true };
  const { name, built, getName } = object as { name?: string; built?: boolean; getName?: () => string };
  const className = object.constructor.name;
  if ("computeGradients" in object) return { optimizer: { name: getName?.call(object), class: className } };
  if ("trainableWeights" in object) return { layer: withoutNulls({ name, class: className, built }) };
  // A result with several fields is a tuple in Python.
  if (className === "Object") return { list: Object.values(object).map((item) => recordOf(run, item)) };
  return { other: true };
}

function slicesRecord({ values, indices, denseShape }: tf.IndexedSlices): Fields {
  return withoutNulls({ values: values.name, indices: indices.name, dense_shape: denseShape?.name });
}

function mapRecord(run: Interpreter, map: ReadonlyMap<unknown, unknown>): Fields {
  return Object.fromEntries([...map].map(([key, item]) => [String(key), recordOf(run, item)]));
}

function tensorRecord(tensor: tf.Tensor): Fields {
  const { name, dtype, shape, device } = tensor;
  return withoutNulls({ name, dtype: dtype.name, shape: shapeOf(shape), device: device || null });
}

function operationRecord({ name, type, device }: tf.Operation): Fields {
  return withoutNulls({ name, type, device: device || null });
}

function variableOrWrite(run: Interpreter, variable: tf.Variable): Fields {
  const { name, op, dtype, shape } = variable;
  if (variable instanceof tf.AssignedVariable) {
    return { assigned: withoutNulls({ name, op: op.name, dtype: dtype.name, shape: shapeOf(shape) }) };
  }
  return { variable: { ...variableRecord(run, variable), ...withoutNulls({ same_as: run.earlierEntry(variable) }) } };
}

function partitionedRecord(run: Interpreter, variable: tf.PartitionedVariable): Fields {
  return withoutNulls({
    name: variable.name,
    dtype: variable.dtype.name,
    shape: shapeOf(variable.shape),
    partitions: [...variable.partitions],
    slices: [...variable].map((slice) => variableRecord(run, slice)),
    same_as: run.earlierEntry(variable),
  });
}

function variableRecord(run: Interpreter, variable: tf.Variable): Fields {
  const slice = variable.saveSliceInfo;
  return withoutNulls({
    name: variable.name,
    op: variable.op.name,
    dtype: variable.dtype.name,
    shape: shapeOf(variable.shape),
    trainable: variable.trainable,
    resource: variable.isResource || null,
    device: variable.device || null,
    initial_value: findAttribute(variable.initialValue, "name"),
    initializer: variable.initializer.name,
    constraint: run.labels.of(variable.constraint),
    synchronization: variable.synchronization === "AUTO" ? null : variable.synchronization,
    aggregation: variable.aggregation === "NONE" ? null : variable.aggregation,
    slice: slice?.spec,
    full_name: slice?.fullName,
  });
}

function scopeRecord(run: Interpreter, scope: tf.VariableScope): Fields {
  return withoutNulls({
    name: scope.name,
    original_name_scope: scope.originalNameScope,
    reuse: reuseOf(scope.reuse),
    dtype: scope.dtype.name,
    use_resource: scope.useResource,
    initializer: run.labels.of(scope.initializer),
    regularizer: run.labels.of(scope.regularizer),
    caching_device: run.labels.ofDevice(scope.cachingDevice),
    partitioner: run.labels.of(scope.partitioner),
    custom_getter: scope.customGetter === null ? null : true,
    constraint: run.labels.of(scope.constraint),
    name_scope: tf.getDefaultGraph().getNameScope(),
    same_as: run.earlierEntry(scope),
  });
}

export function templateRecord(template: tf.Template): Fields {
  const names = (variables: readonly { readonly name: string }[]): string[] => variables.map(({ name }) => name);
  const scope = template.variableScope;
  return withoutNulls({
    name: template.templateName,
    variable_scope_name: template.variableScopeName,
    variable_scope: scope?.name,
    original_name_scope: scope?.originalNameScope,
    global_variables: names(template.globalVariables),
    local_variables: names(template.localVariables),
    trainable_variables: names(template.trainableVariables),
    non_trainable_variables: names(template.nonTrainableVariables),
  });
}
