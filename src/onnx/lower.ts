/**
 * Turns a slice of a graph into an ONNX model. Not how single ops are written: those are the rules. Not TensorFlow's names of values:
 * a model's inputs and outputs go by position.
 */
import type { ModelProto, NodeProto, TypeProto, ValueInfoProto } from "../formats/onnx.ts";
import type { Operation } from "../graph/operation.ts";
import type { DType } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { TensorShape } from "../tensor/shape.ts";
import { applyRule } from "./builder.ts";
import { ConstantPool, tensorProto } from "./constants.ts";
import { onnxDataType } from "./element-types.ts";
import { IR_VERSION, OPSET_VERSION } from "./opset.ts";
import { type OnnxValue, Unsupported } from "./rule.ts";
import { onnxRuleOf } from "./rules.ts";

/** A value of a slice. Every engine slice is one of these. */
export interface OnnxSliceValue {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: TensorShape;
  readonly constant: NDArray | null;
}

/** A pure computation: nodes in an order in which they can run. */
export interface OnnxSlice {
  readonly nodes: readonly {
    readonly op: Operation;
    readonly inputs: readonly OnnxSliceValue[];
    readonly outputs: readonly OnnxSliceValue[];
  }[];
  readonly inputs: readonly OnnxSliceValue[];
  readonly outputs: readonly OnnxSliceValue[];
}

/** A slice as a model. */
export interface LoweredModel {
  readonly model: ModelProto;
  /** In the slice's order. */
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** The outputs that the model must compute: those of the slice, and those that nothing takes but that may fail. */
  readonly keptNames: readonly string[];
  /** Further inputs of the model: constants too large to be copied into it. */
  readonly fedConstants: readonly { readonly name: string; readonly value: NDArray }[];
}

/** Constants above this many bytes are fed instead of stored: models end at 2 GiB, and a runtime copies what they hold. */
const LARGEST_STORED_CONSTANT = 16 * 2 ** 20;

/** The slice as a model; `Unsupported` when a rule refuses an op for what it is given here. */
export function lowerSlice(slice: OnnxSlice): LoweredModel | Unsupported {
  return new SliceLowering().lower(slice);
}

class SliceLowering {
  readonly #nodes: NodeProto[] = [];
  readonly #constants = new ConstantPool();
  readonly #values = new Map<OnnxSliceValue, OnnxValue>();
  readonly #taken = new Set<string>();

  lower(slice: OnnxSlice): LoweredModel | Unsupported {
    const inputs = slice.inputs.map((value) => this.#input(value));
    for (const { op, inputs: operands, outputs } of slice.nodes) {
      const lowered = this.#lowerOp(op, operands);
      if (lowered instanceof Unsupported) return lowered;
      for (let i = 0; i < outputs.length; i += 1) this.#made(outputs[i] as OnnxSliceValue, lowered[i] as OnnxValue);
    }
    const outputs = slice.outputs.map((value, i) => this.#output(value, i));
    const kept = [...outputs, ...this.#deadEnds(slice).map((value, i) => this.#output(value, outputs.length + i))];
    const stored = this.#constants.usedBy(this.#nodes);
    const fed = stored.filter((array) => array.value.size * array.value.dtype.size > LARGEST_STORED_CONSTANT);
    const fedInputs = fed.map(({ name, value }) => valueInfo(name, value.dtype, value.shape));
    const model: ModelProto = {
      irVersion: IR_VERSION,
      producerName: "namesake",
      opsetImport: [{ domain: "", version: OPSET_VERSION }],
      graph: {
        name: "slice",
        node: this.#nodes,
        initializer: stored.filter((array) => !fed.includes(array)).map(({ name, value }) => tensorProto(name, value)),
        input: [...inputs.map(({ name, dtype, shape }) => valueInfo(name, dtype, shape.dims)), ...fedInputs],
        output: kept.map(({ name, dtype }) => valueInfo(name, dtype, null)),
      },
    };
    return {
      model,
      inputNames: inputs.map(({ name }) => name),
      outputNames: outputs.map(({ name }) => name),
      keptNames: kept.map(({ name }) => name),
      fedConstants: fed,
    };
  }

  /** A value of each node that nothing takes: a runtime leaves out what no output needs, and with it the failures. */
  #deadEnds(slice: OnnxSlice): OnnxSliceValue[] {
    const taken = new Set([...slice.nodes.flatMap(({ inputs }) => inputs), ...slice.outputs]);
    const made = new Set(this.#nodes.flatMap(({ output }) => output));
    return slice.nodes.flatMap(({ outputs }) => {
      const [first] = outputs;
      if (first === undefined || outputs.some((output) => taken.has(output))) return [];
      return made.has(this.#valueOf(first).name) ? [first] : [];
    });
  }

  #lowerOp(op: Operation, operands: readonly OnnxSliceValue[]): readonly OnnxValue[] | Unsupported {
    const rule = onnxRuleOf(op.type) ?? new Unsupported(`nothing here knows how to write ${op.type} in ONNX`);
    if (rule instanceof Unsupported) return rule;
    const inputs = operands.map((value) => this.#valueOf(value));
    return applyRule(op, rule, inputs, { nodes: this.#nodes, constants: this.#constants });
  }

  /** The graph knows the shape at least as well as the rule. */
  #made(output: OnnxSliceValue, lowered: OnnxValue): void {
    this.#values.set(output, output.shape.rank === null ? lowered : { ...lowered, shape: output.shape });
  }

  #valueOf(value: OnnxSliceValue): OnnxValue {
    if (value.constant !== null) return this.#constants.add(value.constant);
    return this.#values.get(value) as OnnxValue;
  }

  #input(value: OnnxSliceValue): OnnxValue {
    // Versions of one variable share its name.
    let name = value.name;
    for (let n = 1; this.#taken.has(name); n += 1) name = `${value.name}~${n}`;
    this.#taken.add(name);
    const input: OnnxValue = { name, dtype: value.dtype, shape: value.shape, constant: null };
    this.#values.set(value, input);
    return input;
  }

  /** The value under a name that no input and no other output has: models cannot name one value twice. */
  #output(value: OnnxSliceValue, index: number): OnnxValue {
    const made = this.#valueOf(value);
    if (made.constant === null && !this.#taken.has(made.name)) {
      this.#taken.add(made.name);
      return made;
    }
    const name = `:output:${index}`;
    this.#nodes.push({ opType: "Identity", name, input: [made.name], output: [name], attribute: [] });
    return { ...made, name };
  }
}

function valueInfo(name: string, dtype: DType, dims: readonly (number | null)[] | null): ValueInfoProto {
  const elemType = onnxDataType(dtype) ?? 0;
  const shape = dims && { dim: dims.map((dim) => (dim === null ? {} : { dimValue: dim })) };
  const type: TypeProto = { tensorType: shape === null ? { elemType } : { elemType, shape } };
  return { name, type };
}
