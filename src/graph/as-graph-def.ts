/** A graph as TensorFlow's GraphDef, as a plain record. Bytes are made by `formats/graphdef.ts`. Mirrors `Graph.as_graph_def`, python/framework/ops.py. */

import type {
  AttrListRecord,
  AttrValueRecord,
  GraphDefRecord,
  NodeDefRecord,
  TensorRecord,
  TensorShapeRecord,
} from "../base/graph-def.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import { DType } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { TensorShape } from "../tensor/shape.ts";
import type { Graph } from "./graph.ts";
import { graphDefHead } from "./graph-def-head.ts";
import type { AttrDef, AttrValue } from "./op-def.ts";
import type { Operation } from "./operation.ts";
import { RawAttr } from "./raw-attr.ts";
import type { Tensor } from "./tensor.ts";

/** Options of `asGraphDef`. */
export interface AsGraphDefOptions {
  /** True: the static shapes of outputs are added as `_output_shapes`. */
  readonly addShapes?: boolean;
}

/** The nodes in creation order, equal to TensorFlow's node by node. */
export function graphDefOf(graph: Graph, options: AsGraphDefOptions = {}): GraphDefRecord {
  return {
    node: graph.operations.map((op) => nodeDefOf(op, options)),
    ...graphDefHead(graph).asRecord(),
  };
}

/** One operation as a NodeDef: data inputs, then control inputs by name, whatever their order was (`Graph::ToGraphDef`, core/graph/graph.cc). */
export function nodeDefOf(op: Operation, options: AsGraphDefOptions = {}): NodeDefRecord {
  const attr: Record<string, AttrValueRecord> = {};
  for (const [name, value] of Object.entries(op.attrs)) attr[name] = attrRecord(value, op.def.attrs[name]);
  if (options.addShapes && op.outputs.length > 0)
    attr["_output_shapes"] = { list: { shape: op.outputs.map((output) => shapeRecord(output.shape)) } };
  return {
    name: op.name,
    op: op.type,
    input: [...op.inputs.map(inputName), ...op.controlInputs.map((control) => `^${control.name}`).sort()],
    device: op.device,
    attr,
  };
}

function inputName(input: Tensor): string {
  return input.index === 0 ? input.op.name : input.name;
}

export function shapeRecord(shape: TensorShape): TensorShapeRecord {
  if (shape.dims === null) return { dim: [], unknownRank: true };
  return { dim: shape.dims.map((size) => ({ size: size ?? -1 })), unknownRank: false };
}

function attrRecord(value: AttrValue, def: AttrDef | undefined): AttrValueRecord {
  if (value instanceof DType) return { type: value.number };
  if (value instanceof TensorShape) return { shape: shapeRecord(value) };
  if (value instanceof NDArray) return { tensor: writtenAs.get(value) ?? tensorRecord(value) };
  if (value instanceof RawAttr) return value.record;
  if (typeof value === "boolean") return { b: value };
  if (typeof value === "string")
    return def?.kind === "func" ? { func: { name: value, attr: {} } } : { s: encodeUtf8(value) };
  if (typeof value === "number") return def?.kind === "float" ? { f: Math.fround(value) } : { i: value };
  return { list: listRecord(value as readonly AttrValue[], def) };
}

function listRecord(values: readonly AttrValue[], def: AttrDef | undefined): AttrListRecord {
  const [first] = values;
  if (first === undefined) return {};
  if (first instanceof DType) return { type: values.map((one) => (one as DType).number) };
  if (first instanceof TensorShape) return { shape: values.map((one) => shapeRecord(one as TensorShape)) };
  if (typeof first === "string") return { s: values.map((one) => encodeUtf8(one as string)) };
  return def?.kind === "list(float)"
    ? { f: values as readonly number[] as number[] }
    : { i: values as readonly number[] as number[] };
}

/** Values that came with a graph and were written otherwise there: with fewer elements, which repeat, or each in a typed field. */
const writtenAs = new WeakMap<NDArray, TensorRecord>();

/** Remembers how a value of an imported graph was written, so that it is written that way again. */
export function keepWriting(value: NDArray, record: TensorRecord): void {
  writtenAs.set(value, record);
}

/** A value as TensorFlow's `make_tensor_proto` writes it: single elements in a typed field, more as bytes. */
export function tensorRecord(value: NDArray): TensorRecord {
  const tensorShape: TensorShapeRecord = { dim: value.shape.map((size) => ({ size })), unknownRank: false };
  const dtype = value.dtype.number;
  if (value.dtype.isString) return { dtype, tensorShape, stringVal: value.data as Uint8Array[] };
  if (value.size > 1) {
    const data = value.data as Exclude<NDArray["data"], Uint8Array[]>;
    return { dtype, tensorShape, tensorContent: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  }
  return { dtype, tensorShape, ...singleElement(value) };
}

function singleElement(value: NDArray): Partial<TensorRecord> {
  const { dtype } = value;
  if (value.size === 0) return {};
  const data = value.data as Float64Array;
  const raw = data[0] as number;
  if (dtype.baseName === "float32") return { floatVal: [raw] };
  if (dtype.baseName === "float64") return { doubleVal: [raw] };
  if (dtype.baseName === "int64") return { int64Val: [(value.data as unknown as BigInt64Array)[0] as bigint] };
  if (dtype.baseName === "uint64") return { uint64Val: [(value.data as unknown as BigUint64Array)[0] as bigint] };
  if (dtype.baseName === "uint32") return { uint32Val: [raw] };
  if (dtype.isBool) return { boolVal: [raw !== 0] };
  if (dtype.baseName === "float16" || dtype.baseName === "bfloat16") return { halfVal: [raw] };
  if (dtype.baseName === "complex64") return { scomplexVal: [raw, data[1] as number] };
  if (dtype.baseName === "complex128") return { dcomplexVal: [raw, data[1] as number] };
  return { intVal: [raw] };
}
