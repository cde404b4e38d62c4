/** The attrs of a new node as its definition wants them, and the types of its outputs, which follow from them. */
import { ArgumentError } from "../base/errors.ts";
import { asDType, type DType, type DTypeLike } from "../tensor/dtype.ts";
import { asShape, type ShapeLike, type TensorShape } from "../tensor/shape.ts";
import type { AttrDef, AttrValue, OpDef } from "./op-def.ts";
import { signatureOf } from "./signature.ts";

/**
 * A value as the attr's kind keeps it.
 * @throws {ArgumentError} for what the definition does not allow.
 */
export function attrValue(attrDef: AttrDef, name: string, value: unknown, opType: string): AttrValue {
  if (attrDef.kind === "shape") return asShape(value as ShapeLike);
  if (attrDef.kind === "list(shape)") return (value as readonly ShapeLike[]).map(asShape) as readonly TensorShape[];
  if (attrDef.kind === "type") return asDType(value as DTypeLike).baseDtype;
  if (attrDef.kind === "list(type)") return (value as readonly DTypeLike[]).map((one) => asDType(one));
  if (attrDef.kind === "string" && attrDef.allowed && !attrDef.allowed.includes(value as string)) {
    const list = attrDef.allowed.map((one) => `"${one}"`).join(", ");
    throw new ArgumentError(`Attr '${name}' of '${opType}' Op passed string '${String(value)}' not in: ${list}.`, {
      attr: name,
      value,
    });
  }
  if (attrDef.kind === "int" && attrDef.minimum !== undefined && (value as number) < attrDef.minimum) {
    throw new ArgumentError(
      `Attr '${name}' of '${opType}' Op passed ${String(value)} less than minimum ${attrDef.minimum}.`,
      { attr: name, value },
    );
  }
  if (attrDef.kind === "list(int)" && (value as readonly number[]).length < (attrDef.minimum ?? 0)) {
    throw new ArgumentError(
      `Attr '${name}' of '${opType}' Op passed list of length ${(value as readonly number[]).length} less than minimum ${attrDef.minimum}.`,
      { attr: name, value },
    );
  }
  return value as AttrValue;
}

/** The element types that an op's inputs must have, flattened. */
export function inputDTypes(def: OpDef, attrs: Readonly<Record<string, AttrValue>>): DType[] {
  return signatureOf(def).inputs.flatMap((input) => {
    if (input.listAttr !== null) return attrs[input.listAttr] as readonly DType[];
    const base = input.dtype ?? (attrs[input.typeAttr as string] as DType);
    const count = input.numberAttr === null ? 1 : (attrs[input.numberAttr] as number);
    return new Array<DType>(count).fill(input.isRef ? base.asRef : base);
  });
}

/** The element types of an op's outputs, flattened. */
export function outputDTypes(def: OpDef, attrs: Readonly<Record<string, AttrValue>>): DType[] {
  const { outputs, singleOutput } = signatureOf(def);
  if (singleOutput !== null) {
    const base = singleOutput.dtype ?? (attrs[singleOutput.typeAttr as string] as DType);
    return [singleOutput.isRef ? base.asRef : base];
  }
  const dtypes: DType[] = [];
  for (const output of outputs) {
    if (output.listAttr !== null) dtypes.push(...(attrs[output.listAttr] as readonly DType[]));
    else {
      const base = output.dtype ?? (attrs[output.typeAttr as string] as DType);
      const count = output.numberAttr === null ? 1 : (attrs[output.numberAttr] as number);
      for (let i = 0; i < count; i += 1) dtypes.push(output.isRef ? base.asRef : base);
    }
  }
  return dtypes;
}
