/** Definitions as TensorFlow prints them in errors: `Op<name=Identity; signature=input:T -> output:T; attr=T:type>`. Mirrors `SummarizeOpDef`, core/framework/op_def_util.cc. */
import { cTypeName, protoTypeName } from "../graph/node-text.ts";
import type { AttrDef, OpDef } from "../graph/op-def.ts";
import { asDType, type DTypeName } from "../tensor/dtype.ts";
import { asShape } from "../tensor/shape.ts";
import { generalText } from "../tensor/summary-text.ts";

/** Ops whose operands may change places, and those that add up what they are given: TensorFlow's registry says so in its texts. */
const commutative =
  "AddN AddV2 ApproximateEqual BitwiseAnd BitwiseOr BitwiseXor Equal LogicalAnd LogicalOr Mul NotEqual SquaredDifference".split(
    " ",
  );
const aggregates: readonly string[] = ["AddN", "AddV2"];

/** The definition in one line. */
export function opDefText(def: OpDef): string {
  const parts = [
    `name=${def.type}`,
    `signature=${argumentsText(def.inputs)} -> ${argumentsText(def.outputs)}`,
    ...Object.entries(def.attrs).map(([name, attr]) => `attr=${name}:${attrDefText(attr)}`),
  ];
  if (commutative.includes(def.type)) parts.push("is_commutative=true");
  if (aggregates.includes(def.type)) parts.push("is_aggregate=true");
  if (def.stateful) parts.push("is_stateful=true");
  if (def.allowsUninitializedInput) parts.push("allows_uninitialized_input=true");
  return `Op<${parts.join("; ")}>`;
}

function argumentsText(declared: readonly string[]): string {
  return declared
    .map((text) => {
      const [, name = "", count = "", ref, type = ""] = /^(\w+): (\w+ \* )?(Ref\()?(\w+)/.exec(text) ?? [];
      const word = isTypeName(type) ? cTypeName(asDType(type)) : type;
      return `${name}:${count.replaceAll(" ", "")}${ref ? `Ref(${word})` : word}`;
    })
    .join(", ");
}

function isTypeName(word: string): boolean {
  return /^(?:b?float|u?int)\d+$|^(?:bool|string|resource|variant|complex64|complex128)$/.test(word);
}

function attrDefText(def: AttrDef): string {
  let text: string = def.kind;
  if (def.default !== undefined) text += `,default=${defaultText(def.kind, def.default)}`;
  if ("minimum" in def && def.minimum !== undefined) text += `,min=${def.minimum}`;
  if ("allowed" in def && def.allowed !== undefined)
    text += `,allowed=[${def.allowed.map((one) => (def.kind === "string" ? JSON.stringify(one) : typeText(one))).join(", ")}]`;
  return text;
}

function typeText(name: string): string {
  return name.startsWith("q") ? `DT_${name.toUpperCase()}` : protoTypeName(asDType(name));
}

function defaultText(kind: AttrDef["kind"], value: unknown): string {
  if (Array.isArray(value) && kind.startsWith("list"))
    return `[${value.map((one) => defaultText(kind.slice("list(".length, -1) as AttrDef["kind"], one)).join(", ")}]`;
  if (kind === "type") return typeText(value as DTypeName);
  if (kind === "shape") return asShape(value as null).toBrackets();
  if (kind === "float") return generalText(value as number, 6);
  return kind === "string" ? JSON.stringify(value) : String(value);
}
