/** The elements of a `TensorProto` whose values are all written out, as V1 checkpoints have them: as bytes or strings. Mirrors `TensorProtoData`. */
import { FormatError } from "../../base/errors.ts";
import type { Int64, TensorRecord } from "../../base/graph-def.ts";
import type { ElementType } from "./element-types.ts";
import type { Elements } from "./stored-tensor.ts";

type Values = readonly (number | Int64 | boolean)[];

/** Which field holds the values of a type, and how each number is written. */
interface Layout {
  readonly values: (record: TensorRecord) => Values | undefined;
  readonly write: (view: DataView, at: number, value: number | bigint) => void;
}

const floats: Layout["write"] = (view, at, value) => view.setFloat32(at, Number(value), true);
const doubles: Layout["write"] = (view, at, value) => view.setFloat64(at, Number(value), true);
const bytes: Layout["write"] = (view, at, value) => view.setUint8(at, Number(value));
const shorts: Layout["write"] = (view, at, value) => view.setUint16(at, Number(value), true);
const words: Layout["write"] = (view, at, value) => view.setUint32(at, Number(value), true);
const longs: Layout["write"] = (view, at, value) => view.setBigUint64(at, BigInt.asUintN(64, BigInt(value)), true);
const ints = ({ intVal }: TensorRecord): Values | undefined => intVal;
const halves: Layout = { values: ({ halfVal }) => halfVal, write: shorts };

const layouts: Readonly<Record<string, Layout>> = {
  float32: { values: ({ floatVal }) => floatVal, write: floats },
  float64: { values: ({ doubleVal }) => doubleVal, write: doubles },
  int32: { values: ints, write: words },
  qint32: { values: ints, write: words },
  int16: { values: ints, write: shorts },
  uint16: { values: ints, write: shorts },
  qint16: { values: ints, write: shorts },
  quint16: { values: ints, write: shorts },
  int8: { values: ints, write: bytes },
  uint8: { values: ints, write: bytes },
  qint8: { values: ints, write: bytes },
  quint8: { values: ints, write: bytes },
  bool: { values: ({ boolVal }) => boolVal, write: bytes },
  int64: { values: ({ int64Val }) => int64Val, write: longs },
  uint64: { values: ({ uint64Val }) => uint64Val, write: longs },
  uint32: { values: ({ uint32Val }) => uint32Val, write: words },
  complex64: { values: ({ scomplexVal }) => scomplexVal, write: floats },
  complex128: { values: ({ dcomplexVal }) => dcomplexVal, write: doubles },
  float16: halves,
  bfloat16: halves,
};

/**
 * The elements of a record, which must be `count`.
 * @throws {FormatError} when they are not, or not of the type.
 */
export function elementsOfProto(record: TensorRecord, type: ElementType, count: number): Elements {
  if (type.size === 0) {
    const strings = record.stringVal ?? [];
    if (strings.length !== count) throw new FormatError(`${strings.length} strings where ${count} belong`);
    return strings;
  }
  if (record.tensorContent !== undefined) return wholeContent(record.tensorContent, type, count);
  const layout = layouts[type.name];
  if (layout === undefined) throw new FormatError(`values of type ${type.name}, which these files do not have`);
  const values = layout.values(record) ?? [];
  const wanted = (count * type.size) / type.unit;
  if (values.length !== wanted) throw new FormatError(`${values.length} numbers where ${wanted} belong`);
  const target = new Uint8Array(count * type.size);
  const view = new DataView(target.buffer);
  for (const [i, value] of values.entries())
    layout.write(view, i * type.unit, typeof value === "boolean" ? Number(value) : value);
  return target;
}

function wholeContent(content: Uint8Array, type: ElementType, count: number): Uint8Array {
  const wanted = count * type.size;
  if (content.length === wanted) return content;
  throw new FormatError(`${content.length} bytes where ${wanted} belong`);
}
