/** Ops of imported graphs that nothing here computes: what is known of them is what the graph says. They are kept and written back; `session/unsupported-op.ts` tells who wants to run them. */
import type { NodeDefRecord } from "../base/graph-def.ts";
import { inputDTypes, outputDTypes } from "../graph/node-attrs.ts";
import { type AttrDef, type AttrValue, type OpDef, plainFlags } from "../graph/op-def.ts";
import { type DType, hasValues, unknownDType } from "../tensor/dtype.ts";
import { unknownShape } from "../tensor/shape.ts";
import { attrValueOf, declarationOf } from "./attr-values.ts";
import { CONTROL_INDEX, type GraphDefIndex, sourceOf, sourceText } from "./graph-def-index.ts";

/** What a node is made of: its definition, its attrs and the types of its outputs. */
export interface NodeParts {
  readonly def: OpDef;
  readonly attrs: Record<string, AttrValue>;
  readonly outputs: readonly DType[];
}

/** A definition that says nothing but the type and the attrs of one node. */
function foreignDef(type: string, attrs: Readonly<Record<string, AttrDef>>): OpDef {
  return {
    type,
    inputs: [],
    outputs: [],
    attrs,
    infer: () => [],
    stateful: true,
    effect: "none",
    ...plainFlags,
    allowsUninitializedInput: true,
    foldable: false,
    isForeign: true,
  };
}

/** The parts of a node whose op nothing here computes; the types of its outputs are given. */
export function foreignParts(node: NodeDefRecord, outputs: readonly DType[]): NodeParts {
  const declared: Record<string, AttrDef> = {};
  const attrs: Record<string, AttrValue> = {};
  for (const [name, record] of Object.entries(node.attr)) {
    if (name === "_output_shapes") continue;
    const declaration = declarationOf(record);
    if (declaration !== null) declared[name] = declaration;
    attrs[name] = attrValueOf(record, declaration?.kind);
  }
  const def = foreignDef(node.op, declared);
  return { def: { ...def, infer: () => outputs.map(() => unknownShape) }, attrs, outputs };
}

/** Whether an attr of a known op holds what no kernel can work with: a value of a type that has none here, or what is no value at all. */
export function isBeyondKernels(value: AttrValue | undefined, kind: AttrDef["kind"]): boolean {
  if (value === undefined) return false;
  if (kind === "type") return !hasValues(value as DType) && (value as DType).baseName !== "resource";
  return typeof value === "object" && "record" in value;
}

/** What is asked of the outputs of nodes by those that use them. */
export class OutputUses {
  readonly #counts = new Map<string, number>();
  readonly #types = new Map<string, DType>();

  /** `partsOf` gives the parts of a node whose op is known; `asked` are outputs that are used from outside. */
  constructor(
    index: GraphDefIndex,
    partsOf: (node: NodeDefRecord) => Pick<NodeParts, "def" | "attrs"> | null,
    asked: readonly string[],
  ) {
    for (const text of asked) this.#use(text, undefined);
    for (const node of index.nodes) {
      const parts = partsOf(node);
      const expected = parts === null ? [] : inputDTypes(parts.def, parts.attrs);
      for (const [i, text] of node.input.entries()) this.#use(text, expected[i]);
    }
  }

  #use(text: string, dtype: DType | undefined): void {
    const source = sourceOf(text);
    if (source.index === CONTROL_INDEX) return;
    this.#counts.set(source.node, Math.max(this.#counts.get(source.node) ?? 0, source.index + 1));
    const key = sourceText(source);
    if (dtype !== undefined && !this.#types.has(key)) this.#types.set(key, dtype);
  }

  /** The types of a node's outputs, as far as its definition, its shapes or its users tell them. */
  outputsOf(node: NodeDefRecord, given: OpDef | null): readonly DType[] {
    if (given !== null) {
      const attrs = Object.fromEntries(
        Object.entries(node.attr).map(([name, record]) => [name, attrValueOf(record, given.attrs[name]?.kind)]),
      );
      return outputDTypes(given, attrs);
    }
    const shapes = node.attr["_output_shapes"];
    const written = shapes !== undefined && "list" in shapes ? (shapes.list.shape?.length ?? 0) : 0;
    const count = Math.max(written, this.#counts.get(node.name) ?? 0);
    return Array.from(
      { length: count },
      (_, i) => this.#types.get(sourceText({ node: node.name, index: i })) ?? unknownDType(),
    );
  }
}
