/**
 * What makes a graph fast in TensorFlow.js. Its converter does the first before it saves a graph: a layer with its bias and its relu
 * becomes one node. The second a user would do: its WebAssembly backend multiplies slowly with what it is to transpose.
 */
import { countReaders } from "./fold-batch-norms.ts";
import type { FrozenConstant, FrozenNode, FrozenProgram } from "./frozen-program.ts";

const fusedTypes: Readonly<Record<string, string>> = { MatMul: "_FusedMatMul", Conv2D: "_FusedConv2D" };

/** The bias that a node adds to `layer`: a constant with a value for each column or channel. */
function biasOf(node: FrozenNode, layer: string, constants: ReadonlyMap<string, FrozenConstant>): string | null {
  if (node.op !== "BiasAdd" && node.op !== "AddV2") return null;
  const [first, second] = node.input;
  const bias = first === layer ? second : node.op === "AddV2" ? first : undefined;
  return bias !== undefined && constants.get(bias)?.shape.length === 1 ? bias : null;
}

/** A layer, the node that adds its bias, and the relu after that. */
interface Layer {
  readonly op: string;
  readonly layer: FrozenNode;
  readonly add: FrozenNode;
  readonly bias: string;
  readonly relu: FrozenNode | null;
}

/** The layers that nobody reads between. */
function layersOf({ nodes, constants, fetch }: FrozenProgram): Layer[] {
  const readers = countReaders(nodes);
  const onlyReader = new Map<string, FrozenNode>();
  for (const node of nodes) for (const name of node.input) if (readers.get(name) === 1) onlyReader.set(name, node);
  onlyReader.delete(fetch);
  return nodes.flatMap((layer): Layer[] => {
    const op = fusedTypes[layer.op];
    const add = onlyReader.get(layer.name);
    const bias = add === undefined ? null : biasOf(add, layer.name, constants);
    if (op === undefined || add === undefined || bias === null) return [];
    const next = onlyReader.get(add.name);
    return [{ op, layer, add, bias, relu: next?.op === "Relu" ? next : null }];
  });
}

/** The nodes with layers fused. A fused node has the name of the last one in it, so whoever reads it finds it. */
export function fuseLayers(program: FrozenProgram): FrozenNode[] {
  const gone = new Set<string>();
  const fused = new Map<string, FrozenNode>();
  for (const { op, layer, add, bias, relu } of layersOf(program)) {
    const { name } = relu ?? add;
    for (const inner of relu === null ? [layer] : [layer, add]) gone.add(inner.name);
    const fusedOps = { list: { s: relu === null ? ["BiasAdd"] : ["BiasAdd", "Relu"] } };
    const attr = { ...layer.attr, num_args: { i: 1 }, fused_ops: fusedOps };
    fused.set(name, { name, op, input: [...layer.input, bias], attr });
  }
  return program.nodes.filter(({ name }) => !gone.has(name)).map((node) => fused.get(node.name) ?? node);
}

function transposed({ shape, values }: FrozenConstant): Float32Array {
  const [rows, columns] = shape as readonly [number, number];
  const result = new Float32Array(values.length);
  for (let i = 0; i < rows; i += 1) {
    for (let k = 0; k < columns; k += 1) result[k * rows + i] = values[i * columns + k] as number;
  }
  return result;
}

/** The program with weights stored as its products read them. The stored form before stays for other readers. */
export function transposeWeights(program: FrozenProgram): FrozenProgram {
  const constants = new Map(program.constants);
  const nodes = program.nodes.map((node): FrozenNode => {
    const [a = "", b = ""] = node.input;
    const weights = constants.get(b);
    if (node.op !== "MatMul" || node.attr["transpose_b"]?.b !== true || weights?.dtype !== "float32") return node;
    const name = `${b}/transposed`;
    const shape = weights.shape.toReversed();
    constants.set(name, constants.get(name) ?? { name, dtype: "float32", shape, values: transposed(weights) });
    return { ...node, input: [a, name], attr: { ...node.attr, transpose_b: { b: false } } };
  });
  const used = countReaders(nodes);
  return { ...program, nodes, constants: new Map([...constants].filter(([name]) => used.has(name))) };
}
