/**
 * Turns a slice of a graph into an ONNX model. Not how single ops are written: those are the rules. Not TensorFlow's names of values:
 * a model's inputs and outputs go by position.
 */
import type { ModelProto, NodeProto } from "../../formats/onnx.ts";
import type { NDArray } from "../../tensor/ndarray.ts";
import { ConstantPool, externalTensorProto, type NamedArray, tensorProto } from "../model/constants.ts";
import { IR_VERSION, OPSET_VERSION } from "../model/opset.ts";
import { valueInfo } from "../model/value-info.ts";
import { BLOCKED_DOMAIN } from "../passes/blocked/layout.ts";
import type { Pass, PassOptions } from "../passes/pass-graph.ts";
import { improve } from "../passes/passes.ts";
import type { OnnxValue, Unsupported } from "../rule.ts";
import { GraphLowering, type ModelContents, type OnnxSliceNode, type OnnxSliceValue } from "./lower-graph.ts";
import { isSure } from "./sure-nodes.ts";

export type { OnnxSliceNode, OnnxSliceValue } from "./lower-graph.ts";

/** A pure computation: nodes in an order in which they can run. */
export interface OnnxSlice {
  readonly nodes: readonly OnnxSliceNode[];
  readonly inputs: readonly OnnxSliceValue[];
  readonly outputs: readonly OnnxSliceValue[];
}

/** A slice as a model. */
export interface LoweredModel {
  readonly model: ModelProto;
  /** In the slice's order; `null` for what the model has as a constant. */
  readonly inputNames: readonly (string | null)[];
  readonly outputNames: readonly string[];
  /** The outputs that the model must compute: those of the slice, and those that nothing takes but that may fail. */
  readonly keptNames: readonly string[];
  /** Constants that the model names and does not hold. */
  readonly external: readonly NamedArray[];
  /** Further inputs of the model: constants that it cannot hold. */
  readonly fedConstants: readonly NamedArray[];
}

/** What the runtime of a model can do, and how far its model is written. Models end at 2 GiB. */
export interface LoweringOptions extends PassOptions {
  /** Whether constants can be handed over beside the model. */
  readonly canStoreOutside: boolean;
  /** Inputs of the slice that are to be constants of the model. */
  readonly constants?: ReadonlyMap<OnnxSliceValue, NDArray>;
  /** What the nodes go through before they are written. Default: all passes. */
  readonly pass?: Pass;
}

/** Constants above this many bytes stand beside the model. */
const LARGEST_INNER_CONSTANT = 2 ** 16;

/** Where that is not possible, constants are fed once those in the model have this many bytes. */
const MOST_INNER_BYTES = 2 ** 30;

/** The slice as a model; `Unsupported` when a rule refuses an op for what it is given here. */
export function lowerSlice(
  slice: OnnxSlice,
  options: LoweringOptions = { canStoreOutside: false },
): LoweredModel | Unsupported {
  return new SliceLowering().lower(slice, options);
}

class SliceLowering {
  readonly #contents: ModelContents = {
    constants: new ConstantPool(),
    values: new Map<string, OnnxValue>(),
    taken: new Set<string>(),
    bodyCount: 0,
  };
  readonly #graph = GraphLowering.whole(this.#contents);

  lower(slice: OnnxSlice, options: LoweringOptions): LoweredModel | Unsupported {
    const inputs = slice.inputs.map((value) => this.#input(value, options.constants?.get(value)));
    const open = inputs.filter(({ constant }) => constant === null);
    const refused = this.#graph.add(slice.nodes);
    if (refused !== null) return refused;
    const outputs = slice.outputs.map((value, i) => this.#output(value, i));
    const kept = [...outputs, ...this.#deadEnds(slice).map((value, i) => this.#output(value, outputs.length + i))];
    const { constants, values } = this.#contents;
    const written = { nodes: this.#graph.nodes, kept: new Set(kept.map(({ name }) => name)), values, constants };
    const { nodes } = (options.pass ?? improve)(written, options);
    const { inner, external, fed } = placed(constants.usedBy(nodes), options);
    const fedInputs = fed.map(({ name, value }) => valueInfo(name, value.dtype, value.shape));
    const model: ModelProto = {
      irVersion: IR_VERSION,
      producerName: "namesake",
      opsetImport: opsetsOf(nodes),
      graph: {
        name: "slice",
        node: [...nodes],
        initializer: [
          ...inner.map(({ name, value }) => tensorProto(name, value)),
          ...external.map(({ name, value }) => externalTensorProto(name, value)),
        ],
        input: [...open.map(({ name, dtype, shape }) => valueInfo(name, dtype, shape.dims)), ...fedInputs],
        output: kept.map(({ name, dtype }) => valueInfo(name, dtype, null)),
      },
    };
    return {
      model,
      inputNames: inputs.map(({ name, constant }) => (constant === null ? name : null)),
      outputNames: outputs.map(({ name }) => name),
      keptNames: kept.map(({ name }) => name),
      external,
      fedConstants: fed,
    };
  }

  /**
   * A value of each node that nothing takes and that may fail: a runtime leaves out what no output needs, and with it the failures. What only
   * those take that nothing needs is needed by nothing, either.
   */
  #deadEnds(slice: OnnxSlice): OnnxSliceValue[] {
    const taken = new Set<OnnxSliceValue>(slice.outputs);
    const made = new Set(this.#graph.nodes.flatMap(({ output }: NodeProto) => output));
    const ends: OnnxSliceValue[] = [];
    for (const node of slice.nodes.toReversed()) {
      const [first] = node.outputs;
      const isTaken = node.outputs.some((output) => taken.has(output));
      if (!isTaken && isSure(node)) continue;
      for (const input of node.inputs) taken.add(input);
      if (!isTaken && first !== undefined && made.has(this.#graph.valueOf(first).name)) ends.push(first);
    }
    return ends.reverse();
  }

  #input(value: OnnxSliceValue, constant: NDArray | undefined): OnnxValue {
    if (constant !== undefined) {
      const known = this.#contents.constants.add(constant);
      this.#graph.bind(value, known);
      return known;
    }
    // Versions of one variable share its name.
    const name = this.#graph.nameFor(value.name);
    const input: OnnxValue = { name, dtype: value.dtype, shape: value.shape, constant: null };
    this.#graph.bind(value, input);
    return input;
  }

  /** The value under a name that no input and no other output has: models cannot name one value twice. */
  #output(value: OnnxSliceValue, index: number): OnnxValue {
    const made = this.#graph.valueOf(value);
    const { taken } = this.#contents;
    if (made.constant === null && !taken.has(made.name)) {
      taken.add(made.name);
      return made;
    }
    return this.#graph.copy(made, `:output:${index}`);
  }
}

/** ONNX's operators, and those of the runtime where there are any. */
function opsetsOf(nodes: readonly NodeProto[]): { domain: string; version: number }[] {
  const isBlocked = nodes.some(({ domain }) => domain === BLOCKED_DOMAIN);
  return [{ domain: "", version: OPSET_VERSION }, ...(isBlocked ? [{ domain: BLOCKED_DOMAIN, version: 1 }] : [])];
}

/** Where each constant goes. */
function placed(constants: readonly NamedArray[], { canStoreOutside }: LoweringOptions) {
  const inner: NamedArray[] = [];
  const external: NamedArray[] = [];
  const fed: NamedArray[] = [];
  let bytes = 0;
  for (const constant of constants) {
    const { size, dtype } = constant.value;
    if (canStoreOutside && size * dtype.size > LARGEST_INNER_CONSTANT) external.push(constant);
    else if (bytes + size * dtype.size > MOST_INNER_BYTES) fed.push(constant);
    else {
      inner.push(constant);
      bytes += size * dtype.size;
    }
  }
  return { inner, external, fed };
}
