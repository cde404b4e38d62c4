/** What there is to say of each op, gathered from the definitions, the tables of kernels and rules, and the builders. */
import type { AttrDef, OpDef } from "../../src/graph/op-def.ts";
import { kernelOf } from "../../src/kernels/kernels.ts";
import { byExecutor } from "../../src/kernels/rule.ts";
import { type OpType, opFamilies } from "../../src/ops/index.ts";
import type { DTypeName } from "../../src/tensor/dtype.ts";
import { type Builder, publicBuilders } from "./builders.ts";
import { allowedTypes, kernelSupport, mainTypeAttr, onnxSupport, type Support, valueTypes } from "./support.ts";

/** One op. */
export interface OpRow {
  readonly type: string;
  readonly family: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** The types of its main attr that its definition allows; `null` where it has none. */
  readonly allowed: readonly DTypeName[] | null;
  /** Those of them that are computed at all; `null` where it has none. */
  readonly computed: readonly DTypeName[] | null;
  /** Whether the session moves its values, so that it has no kernel and suits every type. */
  readonly byExecutor: boolean;
  /** The other attrs. */
  readonly attrs: readonly string[];
  readonly onnx: Support;
  /** The public functions that make it; the most specific first. */
  readonly builders: readonly string[];
  /** Where those differ from TensorFlow. */
  readonly differences: readonly string[];
}

/** Every op, family by family. */
export function opRows(): readonly OpRow[] {
  const builders = publicBuilders().toSorted((a, b) => a.ops.length - b.ops.length || (a.name < b.name ? -1 : 1));
  return Object.entries(opFamilies).flatMap(([family, defs]) =>
    Object.values<OpDef>(defs).map((def): OpRow => {
      const type = def.type as OpType;
      const main = mainTypeAttr(def);
      const makers = makersOf(type, builders);
      const allowed = main === null ? null : allowedTypes(def, main);
      const computed = kernelSupport(type).dtypes ?? allowed;
      return {
        type,
        family,
        inputs: def.inputs,
        outputs: def.outputs,
        allowed,
        computed,
        byExecutor: kernelOf(type) === byExecutor,
        attrs: Object.entries(def.attrs).flatMap(([name, one]) => (name === main ? [] : [attrText(name, one)])),
        onnx: onnxSupport(type),
        builders: makers.map(({ name }) => name),
        differences: makers.flatMap(({ name, difference }) =>
          difference === null ? [] : [`\`${name}\`: ${difference}`],
        ),
      };
    }),
  );
}

/** What makes more ops than this makes most of them beside its purpose. */
const MOST_OPS = 4;

function makersOf(type: string, builders: readonly Builder[]): readonly Builder[] {
  const makers = builders.filter(({ ops }) => ops.includes(type));
  const specific = makers.filter(({ ops }) => ops.length <= MOST_OPS);
  return specific.length > 0 ? specific : makers;
}

/** `keep_dims=false`, `Tidx: int32 | int64`, `N ≥ 1`: an attr as briefly as it can be said. */
function attrText(name: string, def: AttrDef): string {
  const fallback = def.default === undefined ? "" : `=${JSON.stringify(rounded(def.default))}`.replaceAll('"', "'");
  const minimum = "minimum" in def && def.minimum !== undefined ? ` ≥ ${def.minimum}` : "";
  const allowed = "allowed" in def && def.allowed !== undefined ? choices(def.kind, def.allowed) : "";
  return `${name}${fallback}${minimum}${allowed}`;
}

/** A float of 32 bits with the digits that it has. */
function rounded(value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(7)) : value;
}

function choices(kind: AttrDef["kind"], allowed: readonly string[]): string {
  if (kind === "string") return ` (${allowed.map((one) => (one === "" ? "''" : one)).join(" ")})`;
  const types = valueTypes.filter((one) => allowed.includes(one));
  return ` (${typesText(types)})`;
}

const groups = [
  ["floats", ["float16", "bfloat16", "float32", "float64"]],
  ["signed integers", ["int8", "int16", "int32", "int64"]],
  ["unsigned integers", ["uint8", "uint16", "uint32", "uint64"]],
  ["complex", ["complex64", "complex128"]],
] as const satisfies readonly (readonly [name: string, types: readonly DTypeName[]])[];

/** A list of types in few words: `floats, int32, int64`. */
export function typesText(types: readonly DTypeName[]): string {
  if (types.length === valueTypes.length) return "all";
  const parts: string[] = groups.flatMap(([name, members]): string[] => {
    const present: readonly DTypeName[] = members.filter((one) => types.includes(one));
    const missing = members.filter((one) => !types.includes(one));
    if (missing.length === 0) return [name];
    return members.length === 4 && missing.length === 1 ? [`${name} but ${missing[0]}`] : [...present];
  });
  const text = parts.join(", ").replace("signed integers, unsigned integers", "integers");
  const others = types.filter((one) => one === "bool" || one === "string");
  return [text, ...others]
    .filter((part) => part !== "")
    .join(", ")
    .replace("floats, integers, complex", "numbers")
    .replace("floats, integers", "real numbers");
}
