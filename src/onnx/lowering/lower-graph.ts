/** The nodes of one ONNX graph: of a model, or of a body inside of one. Not the model around it: that is `lower.ts`. */
import type { NodeProto } from "../../formats/onnx.ts";
import type { Operation } from "../../graph/operation.ts";
import type { DType } from "../../tensor/dtype.ts";
import type { NDArray } from "../../tensor/ndarray.ts";
import type { TensorShape } from "../../tensor/shape.ts";
import { applyRule, type StandInOp } from "../builder.ts";
import type { ConstantPool } from "../model/constants.ts";
import { type OnnxValue, Unsupported } from "../rule.ts";
import { onnxRuleOf } from "../rules.ts";
import { lowerRegion } from "./lower-region.ts";

/** A value of a slice. Every engine slice is one of these. */
export interface OnnxSliceValue {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: TensorShape;
  readonly constant: NDArray | null;
}

/** A node of a slice: an op, or a conditional or loop that `op` only names. */
export interface OnnxSliceNode {
  readonly op: Operation;
  readonly inputs: readonly OnnxSliceValue[];
  readonly outputs: readonly OnnxSliceValue[];
  readonly region?: OnnxRegion;
  /** The op that is computed where it is another than `op`. */
  readonly standIn?: StandInOp;
}

/** What a conditional or loop runs. */
export interface OnnxRegionBody {
  readonly parameters: readonly OnnxSliceValue[];
  readonly nodes: readonly OnnxSliceNode[];
  readonly results: readonly OnnxSliceValue[];
}

/**
 * A conditional (inputs: the predicate, the captures) or a loop (inputs: the variables at first, the captures; the body's further results
 * are collected).
 */
export type OnnxRegion =
  | { readonly kind: "if"; readonly whenFalse: OnnxRegionBody; readonly whenTrue: OnnxRegionBody }
  | { readonly kind: "loop"; readonly condition: OnnxRegionBody; readonly body: OnnxRegionBody };

/** What all graphs of one model share. */
export interface ModelContents {
  readonly constants: ConstantPool;
  /** What is known of values, by their names. */
  readonly values: Map<string, OnnxValue>;
  /** Names of values: ONNX allows no second value of one name, not even in an inner graph. */
  readonly taken: Set<string>;
  /** How many bodies there are: it tells apart the names of nodes that are written more than once. */
  bodyCount: number;
}

/** One graph while it grows. */
export class GraphLowering {
  readonly model: ModelContents;
  readonly nodes: NodeProto[];
  readonly #around: GraphLowering | null;
  /** What the names of its nodes end in. */
  readonly #suffix: string;
  readonly #values = new Map<OnnxSliceValue, OnnxValue>();

  private constructor(model: ModelContents, nodes: NodeProto[], around: GraphLowering | null) {
    this.model = model;
    this.nodes = nodes;
    this.#around = around;
    this.#suffix = around === null ? "" : `@${model.bodyCount}`;
  }

  /** The graph of a model. */
  static whole(model: ModelContents): GraphLowering {
    return new GraphLowering(model, [], null);
  }

  /** A graph inside: it sees the values of this one. */
  inner(): GraphLowering {
    this.model.bodyCount += 1;
    return new GraphLowering(this.model, [], this);
  }

  /** Further nodes of this very graph, with values of their own. */
  inline(): GraphLowering {
    this.model.bodyCount += 1;
    return new GraphLowering(this.model, this.nodes, this);
  }

  /** Writes nodes; why not, when a rule refuses an op for what it is given here. */
  add(nodes: readonly OnnxSliceNode[]): Unsupported | null {
    for (const node of nodes) {
      const lowered = node.region === undefined ? this.#lowerOp(node) : lowerRegion(node.op, node, node.region, this);
      if (lowered instanceof Unsupported) return lowered;
      for (let i = 0; i < node.outputs.length; i += 1)
        this.#made(node.outputs[i] as OnnxSliceValue, lowered[i] as OnnxValue);
    }
    return null;
  }

  /** A name for a value of this graph. */
  nameFor(name: string): string {
    let free = `${name}${this.#suffix}`;
    for (let n = 1; this.model.taken.has(free); n += 1) free = `${name}${this.#suffix}~${n}`;
    this.model.taken.add(free);
    return free;
  }

  /** Says which value of this graph a value of the slice is. */
  bind(value: OnnxSliceValue, made: OnnxValue): void {
    this.#values.set(value, made);
    this.model.values.set(made.name, made);
  }

  /** A value of the slice, here or in a graph around. */
  valueOf(value: OnnxSliceValue): OnnxValue {
    if (value.constant !== null) {
      const constant = this.model.constants.add(value.constant);
      this.model.values.set(constant.name, constant);
      return constant;
    }
    return (this.#find(value) ?? this.#missing(value)) as OnnxValue;
  }

  #missing(value: OnnxSliceValue): never {
    throw new TypeError(`internal: '${value.name}' is used before it is made`);
  }

  #find(value: OnnxSliceValue): OnnxValue | undefined {
    return this.#values.get(value) ?? (this.#around === null ? undefined : this.#around.#find(value));
  }

  #lowerOp({ op, inputs, outputs, standIn }: OnnxSliceNode): readonly OnnxValue[] | Unsupported {
    const { type } = standIn ?? op;
    const rule = onnxRuleOf(type) ?? new Unsupported(`nothing here knows how to write ${type} in ONNX`);
    if (rule instanceof Unsupported) return rule;
    const { constants, values } = this.model;
    const operands = inputs.map((value) => this.valueOf(value));
    const model = { nodes: this.nodes, constants, values, suffix: this.#suffix };
    return applyRule(op, rule, operands, model, { standIn, outputs: outputs.map(({ shape }) => shape) });
  }

  /** The graph knows the shape at least as well as the rule. */
  #made(output: OnnxSliceValue, lowered: OnnxValue): void {
    this.bind(output, output.shape.rank === null ? lowered : { ...lowered, shape: output.shape });
  }

  /** The value under a name of its own, which no other value of the model has. */
  copy(value: OnnxValue, name: string): OnnxValue {
    const copy = { ...value, name: this.nameFor(name), constant: null };
    this.nodes.push({ opType: "Identity", name: copy.name, input: [value.name], output: [copy.name], attribute: [] });
    return copy;
  }
}
