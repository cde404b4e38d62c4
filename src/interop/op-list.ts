/** The definitions that whoever wrote a graph had: a record of TensorFlow's OpList, as far as an import needs it. Mirrors `_RemoveDefaultAttrs`, python/framework/importer.py. */
import type { AttrValueRecord, GraphDefRecord, OpDefRecord, OpListRecord } from "../base/graph-def.ts";
import { type AttrDef, type OpDef, plainFlags } from "../graph/op-def.ts";
import { dtypeOfNumber } from "../tensor/dtype.ts";

/** The graph without the attrs that our definitions lack and that have the value that is default for whoever wrote it. */
export function withoutProducerDefaults(
  graphDef: GraphDefRecord,
  { op: list }: OpListRecord,
  definition: (type: string) => OpDef | null,
): GraphDefRecord {
  const byName = new Map(list.map((one) => [one.name, one]));
  const node = graphDef.node.map((one) => {
    const [producer, known] = [byName.get(one.op), definition(one.op)];
    if (producer === undefined || known === null) return one;
    const kept = Object.entries(one.attr).filter(
      ([name, value]) =>
        name in known.attrs || !isDefault(value, producer.attr.find((attr) => attr.name === name)?.defaultValue),
    );
    return kept.length === Object.keys(one.attr).length ? one : { ...one, attr: Object.fromEntries(kept) };
  });
  return { ...graphDef, node };
}

function isDefault(value: AttrValueRecord, fallback: AttrValueRecord | undefined): boolean {
  return fallback !== undefined && isEqual(value, fallback);
}

/** Whether two records say the same. */
function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => isEqual((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  );
}

/** What a record tells of an op that has no definition here: as much as the types of its outputs need. */
export function givenDefinition(record: OpDefRecord): OpDef {
  const attrs = Object.fromEntries(record.attr.map(({ name, type }) => [name, { kind: type } as AttrDef]));
  const outputs = record.outputArg.map(({ name, type, typeAttr, numberAttr, typeListAttr, isRef }) => {
    const base = typeListAttr || typeAttr || (dtypeOfNumber(type)?.baseName ?? "variant");
    return `${name}: ${numberAttr ? `${numberAttr} * ` : ""}${isRef ? `Ref(${base})` : base}`;
  });
  return {
    type: record.name,
    inputs: [],
    outputs,
    attrs,
    infer: () => [],
    stateful: record.isStateful,
    effect: "none",
    ...plainFlags,
    foldable: false,
  };
}
