/** Whether a node of a GraphDef fits its op's definition. Mirrors `ValidateNodeDef`, core/framework/node_def_util.cc, and `ValidateAttrValue`, op_def_util.cc. */
import { ArgumentError, UnimplementedError } from "../base/errors.ts";
import type { AttrListRecord, AttrValueRecord, NodeDefRecord } from "../base/graph-def.ts";
import { decodeUtf8 } from "../base/utf8.ts";
import { cTypeName } from "../graph/node-text.ts";
import type { AttrDef, OpDef } from "../graph/op-def.ts";
import { type DType, dtypeOfNumber } from "../tensor/dtype.ts";
import { opDefText } from "./op-def-text.ts";

/** @throws {UnimplementedError} when TensorFlow had withdrawn the op by the version of the graph. */
export function checkIsAvailable({ type, withdrawn }: OpDef, producer: number): void {
  if (withdrawn === undefined || producer < withdrawn[0]) return;
  throw new UnimplementedError(
    `Op ${type} is not available in GraphDef version ${producer}. It has been removed in version ${withdrawn[0]}. ${withdrawn[1]}.`,
    { opType: type, producer },
  );
}

/** @throws {ArgumentError} when an attr is missing, of another kind, or not what the definition allows. */
export function checkAttrs(node: NodeDefRecord, def: OpDef): void {
  for (const [name, declared] of Object.entries(def.attrs)) {
    const value = node.attr[name];
    if (value !== undefined) checkAttr(name, value, declared, node, def);
  }
  const missing = Object.keys(def.attrs).filter((name) => node.attr[name] === undefined);
  if (missing.length > 0)
    throw misfit(
      `NodeDef missing attr${missing.length > 1 ? "s" : ""} ${missing.map((name) => `'${name}'`).join(", ")} from ${opDefText(def)}`,
      node,
      def,
    );
}

/** @throws {ArgumentError} when a node has another number of inputs than its definition and attrs say. */
export function checkInputCount(node: NodeDefRecord, def: OpDef, expected: readonly DType[]): void {
  const count = node.input.filter((input) => !input.startsWith("^")).length;
  if (count === expected.length) return;
  const types = expected.map(cTypeName).join(", ");
  throw misfit(
    `NodeDef expected inputs '${types}' do not match ${count} inputs specified; ${opDefText(def)}`,
    node,
    def,
  );
}

function misfit(text: string, node: NodeDefRecord, def: OpDef): ArgumentError {
  return new ArgumentError(`${text}; NodeDef: {{node ${node.name}}}`, { nodeName: node.name, opType: def.type });
}

function wrongAttr(text: string, name: string, node: NodeDefRecord, def: OpDef): ArgumentError {
  return new ArgumentError(`${text}\n  the attr '${name}' of {{node ${node.name}}}, ${opDefText(def)}`, {
    nodeName: node.name,
    opType: def.type,
    attr: name,
  });
}

const listFields: readonly (readonly [field: keyof AttrListRecord, kind: string])[] = [
  ["s", "string"],
  ["i", "int"],
  ["f", "float"],
  ["b", "bool"],
  ["type", "type"],
  ["shape", "shape"],
  ["tensor", "tensor"],
  ["func", "func"],
];
const kinds: Readonly<Record<string, string>> = { ...Object.fromEntries(listFields), list: "list(any)" };

/** What an attr holds: `int`, `list(type)`. */
function kindOf(value: AttrValueRecord): string {
  const [field = ""] = Object.keys(value);
  if (!("list" in value)) return kinds[field] ?? field;
  const filled = listFields.find(([name]) => (value.list[name]?.length ?? 0) > 0);
  return filled === undefined ? "list(any)" : `list(${filled[1]})`;
}

function checkAttr(name: string, value: AttrValueRecord, declared: AttrDef, node: NodeDefRecord, def: OpDef): void {
  // The attr of a function that holds the node.
  if ("placeholder" in value) return;
  if (Object.keys(value).length === 0)
    throw wrongAttr(`AttrValue missing value with expected type '${declared.kind}'`, name, node, def);
  const kind = kindOf(value);
  const fits = kind === declared.kind || (kind === "list(any)" && declared.kind.startsWith("list("));
  if (!fits)
    throw wrongAttr(`AttrValue had value with type '${kind}' when '${declared.kind}' expected`, name, node, def);
  const problem = typeProblem(value) ?? minimumProblem(name, value, declared) ?? allowedProblem(name, value, declared);
  if (problem !== null) throw wrongAttr(problem, name, node, def);
}

function itemsOf<K extends "type" | "s" | "i">(
  value: AttrValueRecord,
  field: K,
): readonly NonNullable<AttrListRecord[K]>[number][] {
  if ("list" in value) return (value.list[field] ?? []) as never;
  return field in value ? [(value as unknown as Record<K, never>)[field]] : [];
}

function typeProblem(value: AttrValueRecord): string | null {
  const isBad = (number: number): boolean => number === 0 || dtypeOfNumber(number) === null;
  if (!itemsOf(value, "type").some(isBad)) return null;
  return "list" in value ? "AttrValue has invalid DataType in list" : "AttrValue has invalid DataType";
}

function minimumProblem(name: string, value: AttrValueRecord, declared: AttrDef): string | null {
  const minimum = "minimum" in declared ? declared.minimum : undefined;
  if (minimum === undefined) return null;
  if (!("list" in value)) {
    const [given = 0] = itemsOf(value, "i");
    return given < minimum ? `Value for attr '${name}' of ${given} must be at least minimum ${minimum}` : null;
  }
  const length = Math.max(0, ...Object.values(value.list).map((items) => (items as readonly unknown[]).length));
  return length < minimum ? `Length for attr '${name}' of ${length} must be at least minimum ${minimum}` : null;
}

function allowedProblem(name: string, value: AttrValueRecord, declared: AttrDef): string | null {
  const allowed: readonly string[] | undefined = "allowed" in declared ? declared.allowed : undefined;
  if (allowed === undefined) return null;
  const refused = (text: string, list: readonly string[]): string =>
    `Value for attr '${name}' of ${text} is not in the list of allowed values: ${list.join(", ")}`;
  for (const number of itemsOf(value, "type")) {
    const dtype = dtypeOfNumber(number) as DType;
    if (!allowed.includes(dtype.name)) return refused(cTypeName(dtype), allowed.map(cNameOf));
  }
  for (const bytes of itemsOf(value, "s")) {
    const text = decodeUtf8(bytes);
    if (!allowed.includes(text))
      return refused(
        `"${text}"`,
        allowed.map((one) => `"${one}"`),
      );
  }
  return null;
}

const cNames: Readonly<Record<string, string>> = { float16: "half", float32: "float", float64: "double" };

function cNameOf(name: string): string {
  return cNames[name] ?? name;
}
