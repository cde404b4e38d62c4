/**
 * Carries out one op's rule: collects its nodes, or only finds out whether there would be any. Not the rules themselves, and not the
 * model around the nodes: that is `lower.ts`.
 */
import type { NodeProto } from "../formats/onnx.ts";
import { groupInputs, type InputLayout, inputLayout } from "../graph/input-layout.ts";
import type { Operation } from "../graph/operation.ts";
import { asDType, type DType } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { asShape, type ShapeLike, TensorShape, unknownShape } from "../tensor/shape.ts";
import { type DeferredAttrs, type DeferredOperator, writeDeferred } from "./deferred.ts";
import { elementWiseShape } from "./element-wise.ts";
import { attributeProtos } from "./model/attributes.ts";
import { type ConstantPool, integerArray, scalarArray } from "./model/constants.ts";
import { onnxDataType } from "./model/element-types.ts";
import { type OnnxOperator, type OperatorTraits, operators } from "./model/operators.ts";
import { type Lowered, type OnnxAttrs, type OnnxBuilder, type OnnxRule, type OnnxValue, Unsupported } from "./rule.ts";

/** Where the nodes of a model are collected. */
export interface ModelNodes {
  readonly nodes: NodeProto[];
  readonly constants: ConstantPool;
  /** What is known of values, by their names. */
  readonly values: Map<string, OnnxValue>;
  /** What the names of nodes end in: an op may stand in several graphs of one model. */
  readonly suffix?: string;
}

/** The op that is written in the place of another. */
export interface StandInOp {
  readonly type: string;
  readonly attrs: Operation["attrs"];
  readonly layout: InputLayout;
}

/** What is known of an op beside its inputs. */
interface AppliedOp {
  readonly standIn?: StandInOp | undefined;
  /** What is known of the shapes of its outputs. */
  readonly outputs?: readonly TensorShape[] | undefined;
}

/** Between an op's name and the number of a further node made for it; op names have no colon. */
const NODE_SEPARATOR = "::";

/** The op's name in the name of one of its nodes; op names have neither a colon nor an at sign. */
export function opNameOfNode(nodeName: string): string {
  return nodeName.split(/::|@/)[0] as string;
}

/** The builder that one op's rule sees. Without `model` nothing is kept. */
class OpBuilder implements OnnxBuilder {
  readonly #op: Operation;
  readonly #model: ModelNodes | null;
  readonly #shapes: readonly TensorShape[] | null;
  #nodeCount = 0;
  /** Why a node cannot run, when the rule has made one that cannot. */
  refusal: string | null = null;

  constructor(op: Operation, model: ModelNodes | null, shapes: readonly TensorShape[] | null) {
    this.#op = op;
    this.#model = model;
    this.#shapes = shapes;
  }

  get outputs(): OnnxBuilder["outputs"] {
    const shapes = this.#shapes;
    return this.#op.outputs.map(({ dtype, shape }, i) => ({ dtype, shape: shapes?.[i] ?? shape }));
  }

  node(
    type: OnnxOperator,
    inputs: readonly (OnnxValue | null)[],
    attrs: OnnxAttrs = {},
    shape: ShapeLike = null,
  ): OnnxValue {
    const { value } = attrs;
    const made = value instanceof NDArray ? value.dtype : null;
    return this.#add(type, inputs, attrs, [made], asShape(shape))[0] as OnnxValue;
  }

  nodes(
    type: OnnxOperator,
    inputs: readonly (OnnxValue | null)[],
    attrs: OnnxAttrs,
    count: number,
    dtypes: readonly DType[] = [],
  ): readonly OnnxValue[] {
    return this.#add(
      type,
      inputs,
      attrs,
      Array.from({ length: count }, (_, i) => dtypes[i] ?? null),
      unknownShape,
    );
  }

  constant(value: NDArray): OnnxValue {
    if (this.#model === null)
      return { name: "", dtype: value.dtype, shape: new TensorShape(value.shape), constant: value };
    return this.#known(this.#model, this.#model.constants.add(value));
  }

  integers(values: readonly number[]): OnnxValue {
    if (this.#model === null) return this.constant(integerArray(values));
    return this.#known(this.#model, this.#model.constants.integers(values));
  }

  scalar(value: number, dtype: DType): OnnxValue {
    if (this.#model === null) return this.constant(scalarArray(value, dtype));
    return this.#known(this.#model, this.#model.constants.scalar(value, dtype));
  }

  #known(model: ModelNodes, constant: OnnxValue): OnnxValue {
    model.values.set(constant.name, constant);
    return constant;
  }

  cast(value: OnnxValue, dtype: DType): OnnxValue {
    if (value.dtype === dtype) return value;
    const to = onnxDataType(dtype);
    if (to === null) this.refusal ??= `ONNX models hold no ${dtype.name} here`;
    return this.#add("Cast", [value], { to: to ?? 0 }, [dtype], value.shape)[0] as OnnxValue;
  }

  deferred(
    type: DeferredOperator,
    inputs: readonly OnnxValue[],
    attrs: DeferredAttrs,
    shape: readonly (number | null)[],
  ): OnnxValue {
    const known = inputs.map((input) => this.#model?.values.get(input.name) ?? input);
    // No pass looks into inner graphs.
    if (this.#model === null || (this.#model.suffix ?? "") !== "") return writeDeferred(this, type, known, attrs);
    // Whether the ordinary operators, if it comes to them, have the types.
    const trial = new OpBuilder(this.#op, null, this.#shapes);
    writeDeferred(trial, type, known, attrs);
    this.refusal ??= trial.refusal;
    return this.#push(type, inputs, attrs, [(inputs[0] as OnnxValue).dtype], asShape(shape))[0] as OnnxValue;
  }

  /** Adds a node; where no output type is given, it is the one that the operator gives. */
  #add(
    type: OnnxOperator,
    inputs: readonly (OnnxValue | null)[],
    attrs: OnnxAttrs,
    dtypes: readonly (DType | null)[],
    shape: TensorShape,
  ): OnnxValue[] {
    const traits: OperatorTraits = operators[type];
    const decisive = inputs[traits.decisive ?? 0] as OnnxValue;
    if (!traits.types.includes(decisive.dtype.baseName))
      this.refusal ??= `ONNX Runtime has no ${type} for ${decisive.dtype.name}`;
    const made = dtypes.map(
      (dtype) => dtype ?? (traits.result === undefined ? decisive.dtype : asDType(traits.result)),
    );
    return this.#push(type, inputs, attrs, made, shape);
  }

  #push(
    type: string,
    inputs: readonly (OnnxValue | null)[],
    attrs: OnnxAttrs,
    dtypes: readonly DType[],
    shape: TensorShape,
  ): OnnxValue[] {
    const number = this.#nodeCount === 0 ? "" : `${NODE_SEPARATOR}${this.#nodeCount}`;
    const name = `${this.#op.name}${number}${this.#model?.suffix ?? ""}`;
    this.#nodeCount += 1;
    const outputs = dtypes.map(
      (dtype, i): OnnxValue => ({
        name: dtypes.length === 1 ? name : `${name}#${i}`,
        dtype,
        shape,
        constant: null,
      }),
    );
    this.#note(type, inputs, outputs);
    this.#model?.nodes.push({
      opType: type,
      name,
      input: inputs.map((input) => input?.name ?? ""),
      output: outputs.map((output) => output.name),
      attribute: attributeProtos(attrs),
    });
    return outputs;
  }

  /** Keeps what is known of the values for the passes. */
  #note(type: string, inputs: readonly (OnnxValue | null)[], outputs: readonly OnnxValue[]): void {
    const model = this.#model;
    if (model === null) return;
    for (const output of outputs) {
      const { name, dtype, shape, constant } = output;
      if (shape.rank !== null) model.values.set(name, output);
      else {
        const known = inputs.map((input) => input && (model.values.get(input.name) ?? input));
        model.values.set(name, { name, dtype, shape: elementWiseShape(type, known), constant });
      }
    }
  }
}

/** The first type that no model holds here. */
function foreignType(values: readonly { readonly dtype: DType }[]): DType | null {
  for (const { dtype } of values) if (onnxDataType(dtype) === null && !dtype.isRef) return dtype;
  return null;
}

/**
 * Applies an op's rule. The result has one value per output of the op, or per value that the step takes of it.
 * Without `model` nothing is kept, and the names mean nothing.
 */
export function applyRule(
  op: Operation,
  rule: OnnxRule,
  inputs: readonly OnnxValue[],
  model: ModelNodes | null,
  { standIn, outputs = [] }: AppliedOp = {},
): readonly OnnxValue[] | Unsupported {
  const foreign = foreignType(inputs) ?? (standIn === undefined ? foreignType(op.outputs) : null);
  if (foreign !== null) return new Unsupported(`ONNX models hold no ${foreign.name} here`);
  // Those of a write go by other places; no rule of one asks.
  const builder = new OpBuilder(op, model, op.def.effect === "write" ? null : outputs);
  const lowered: Lowered = rule(
    builder,
    groupInputs(standIn === undefined ? inputLayout(op) : standIn.layout, inputs),
    (standIn ?? op).attrs as never,
  );
  if (lowered instanceof Unsupported) return lowered;
  if (builder.refusal !== null) return new Unsupported(builder.refusal);
  return Array.isArray(lowered) ? (lowered as readonly OnnxValue[]) : [lowered as OnnxValue];
}
