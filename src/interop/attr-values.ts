/** Attrs of GraphDefs as attrs of operations, in a form that is written back as it was. The other direction is `graph/as-graph-def.ts`. */
import type { AttrListRecord, AttrValueRecord, TensorShapeRecord } from "../base/graph-def.ts";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import type { AttrDef, AttrValue } from "../graph/op-def.ts";
import { RawAttr } from "../graph/raw-attr.ts";
import { dtypeOfNumber } from "../tensor/dtype.ts";
import { TensorShape, unknownShape } from "../tensor/shape.ts";
import { ndarrayOf } from "./tensor-values.ts";

/** The shape of a record. */
export function shapeOf({ dim, unknownRank }: TensorShapeRecord): TensorShape {
  return unknownRank ? unknownShape : new TensorShape(dim.map(({ size }) => (size < 0 ? null : size)));
}

/**
 * The value of an attr; `kind` is what the op's definition says of it, if it says anything. What has no plainer form stays a record.
 * @throws {ArgumentError} for a tensor that cannot be read.
 */
export function attrValueOf(record: AttrValueRecord, kind?: AttrDef["kind"]): AttrValue {
  if ("list" in record) return listValue(record.list, kind) ?? new RawAttr(record);
  return plainValue(record, kind) ?? new RawAttr(record);
}

function plainValue(record: Exclude<AttrValueRecord, { list: unknown }>, kind?: AttrDef["kind"]): AttrValue | null {
  if ("b" in record) return record.b;
  if ("s" in record) return textOf(record.s);
  if ("i" in record) return typeof record.i === "number" ? record.i : null;
  if ("f" in record) return kind === "float" ? record.f : null;
  if ("type" in record) return dtypeOfNumber(record.type);
  if ("shape" in record) return record.shape.dim.some(({ name }) => name) ? null : shapeOf(record.shape);
  if ("tensor" in record) return ndarrayOf(record.tensor);
  return "func" in record && kind === "func" && Object.keys(record.func.attr).length === 0 ? record.func.name : null;
}

/** Bytes as text, where it gives the same bytes again. */
function textOf(bytes: Uint8Array): string | null {
  const text = decodeUtf8(bytes);
  const again = encodeUtf8(text);
  return again.length === bytes.length && again.every((byte, i) => byte === bytes[i]) ? text : null;
}

function listValue(list: AttrListRecord, kind?: AttrDef["kind"]): AttrValue | null {
  const [field = null, ...others] = Object.entries(list).filter(
    ([, items]) => (items as readonly unknown[]).length > 0,
  );
  if (field === null) return [];
  if (others.length > 0) return null;
  const [name, items] = field as [keyof AttrListRecord, readonly never[]];
  const single: readonly (AttrValue | null)[] | null =
    name === "s" || name === "i" || name === "type" || name === "shape"
      ? items.map((item) => plainValue({ [name]: item } as unknown as Exclude<AttrValueRecord, { list: unknown }>))
      : name === "f" && kind === "list(float)"
        ? items
        : null;
  return single === null || single.includes(null) ? null : (single as unknown as AttrValue);
}

/** The declaration under which the value of an attr is written back as it was; `null` where it needs none. */
export function declarationOf(record: AttrValueRecord): AttrDef | null {
  if ("f" in record) return { kind: "float" };
  if ("func" in record) return { kind: "func" };
  return "list" in record && (record.list.f?.length ?? 0) > 0 ? { kind: "list(float)" } : null;
}
