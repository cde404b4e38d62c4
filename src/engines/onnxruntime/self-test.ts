/** What an ONNX Runtime is tried for before it is relied on. Not the loading of packages: that is `node.ts`. */
import { encodeModel, type ModelProto, OnnxDataType } from "../../formats/onnx.ts";
import { attributeProto } from "../../onnx/model/attributes.ts";
import { externalTensorProto } from "../../onnx/model/constants.ts";
import { IR_VERSION, OPSET_VERSION } from "../../onnx/model/opset.ts";
import { BLOCKED_DOMAIN } from "../../onnx/passes/blocked/layout.ts";
import type { OnnxAttrs } from "../../onnx/rule.ts";
import { float32 } from "../../tensor/dtype.ts";
import { NDArray } from "../../tensor/ndarray.ts";
import type { ModelToLoad, Runtime, RuntimeTensor } from "./runtime.ts";

type Graph = NonNullable<ModelProto["graph"]>;

function node(opType: string, input: string[], output: string): Graph["node"][number] {
  return { opType, name: output, input, output: [output], attribute: [] };
}

/** A node of the operators on images in the runtime's own layout. */
function blocked(opType: string, input: string[], output: string, attrs: OnnxAttrs = {}): Graph["node"][number] {
  const attribute = Object.entries(attrs).map(([name, given]) => attributeProto(name, given));
  return { ...node(opType, input, output), attribute, domain: BLOCKED_DOMAIN };
}

function value(name: string, elemType: number): Graph["input"][number] {
  return { name, type: { tensorType: { elemType } } };
}

function tensor(type: string, data: RuntimeTensor["data"], dims: readonly number[]): RuntimeTensor {
  return { type, data, dims, location: "cpu" };
}

/** The value, apart from its model; one that is the runtime's is let go. */
function taken(output: RuntimeTensor): RuntimeTensor {
  const { type, data, dims } = output;
  output.release?.();
  return tensor(type, data, dims);
}

/** What a model gives. */
function resultsOf(
  runtime: Runtime,
  graph: Omit<Graph, "name">,
  feeds: Readonly<Record<string, RuntimeTensor>>,
  {
    external = [],
    domains = [],
    isSmall = true,
  }: { external?: ModelToLoad["external"]; domains?: readonly string[]; isSmall?: boolean } = {},
): Readonly<Record<string, RuntimeTensor>> {
  const bytes = encodeModel({
    irVersion: IR_VERSION,
    opsetImport: [{ domain: "", version: OPSET_VERSION }, ...domains.map((domain) => ({ domain, version: 1 }))],
    graph: { ...graph, name: "self-test" },
  });
  const outputNames = graph.output.map(({ name }) => name ?? "");
  const inputNames = graph.input.map(({ name }) => name ?? "");
  const loaded = runtime.loadSync({
    bytes,
    inputNames,
    outputNames,
    isSmall,
    external,
  });
  try {
    const outputs = loaded.runSync(inputNames.map((name) => feeds[name] as RuntimeTensor));
    return Object.fromEntries(outputs.map((output, i) => [outputNames[i], taken(output)]));
  } finally {
    loaded.release();
  }
}

/** Whether `x + y` comes out rightly, and an integer and truth values as they went in; with a model's own threads, if it is not small. */
export function computes(runtime: Runtime, isSmall = true): boolean {
  const { sum, same, truth } = resultsOf(
    runtime,
    {
      node: [node("Add", ["x", "y"], "sum"), node("Identity", ["i"], "same"), node("Identity", ["b"], "truth")],
      initializer: [],
      input: [
        value("x", OnnxDataType.FLOAT),
        value("y", OnnxDataType.FLOAT),
        value("i", OnnxDataType.INT64),
        value("b", OnnxDataType.BOOL),
      ],
      output: [value("sum", OnnxDataType.FLOAT), value("same", OnnxDataType.INT64), value("truth", OnnxDataType.BOOL)],
    },
    {
      x: tensor("float32", Float32Array.of(1, 2), [2]),
      y: tensor("float32", Float32Array.of(3), []),
      i: tensor("int64", BigInt64Array.of(-4n), []),
      b: tensor("bool", new Uint8Array(0), [0, 2]),
    },
    { isSmall },
  );
  const total = sum?.data;
  const isSum = total instanceof Float32Array && total[0] === 4 && total[1] === 5;
  return (
    isSum && same?.data[0] === -4n && same.dims.length === 0 && truth?.data.length === 0 && truth.dims.length === 2
  );
}

/** Whether constants may stand beside the model, as views into larger memory. */
export function takesExternalData(runtime: Runtime): boolean {
  const whole = Float32Array.of(9, 3, 4);
  const constant = new NDArray(float32, [2], whole.subarray(1));
  try {
    const { sum } = resultsOf(
      runtime,
      {
        node: [node("Add", ["x", "c"], "sum")],
        initializer: [externalTensorProto("c", constant)],
        input: [value("x", OnnxDataType.FLOAT)],
        output: [value("sum", OnnxDataType.FLOAT)],
      },
      { x: tensor("float32", Float32Array.of(1, 2), [2]) },
      { external: [{ path: "c", data: new Uint8Array(whole.buffer, 4, 8) }] },
    );
    return sum?.data[0] === 4 && sum.data[1] === 6;
  } catch {
    return false;
  }
}

/**
 * How many channels of images the runtime's own layout keeps together; `null` unless its operators can be called and compute rightly:
 * they are documented nowhere.
 */
export function blockSizeOf(runtime: Runtime): number | null {
  try {
    const found = reordered(runtime);
    return found !== null && convolves(runtime, found) ? found : null;
  } catch {
    return null;
  }
}

const image = (name: string): Graph["input"][number] => value(name, OnnxDataType.FLOAT);

/** Four channels become as many as a block has. */
function reordered(runtime: Runtime): number | null {
  const { y } = resultsOf(
    runtime,
    { node: [blocked("ReorderInput", ["x"], "y")], initializer: [], input: [image("x")], output: [image("y")] },
    { x: tensor("float32", Float32Array.of(1, 2, 3, 4), [1, 4, 1, 1]) },
    { domains: [BLOCKED_DOMAIN] },
  );
  const size = y?.dims[1] ?? 0;
  return (size === 8 || size === 16) && y?.data[3] === 4 && y.data[4] === 0 ? size : null;
}

/** Convolutions, of all channels and of each for itself, a pool and both ways of reordering, of numbers that tell every place apart. */
function convolves(runtime: Runtime, size: number): boolean {
  const x = Float32Array.from({ length: 3 * size }, (_, i) => i);
  // Channel `o` of the result is channel `o` to the left, and channel 0 to the right.
  const weights = Float32Array.from({ length: 3 * size * size }, (_, i) => {
    const [tap, seen, made] = [Math.floor(i / (size * size)), Math.floor(i / size) % size, i % size];
    return (tap === 0 && seen === made) || (tap === 2 && seen === 0) ? 1 : 0;
  });
  const window = { kernel_shape: [1, 3], pads: [0, 1, 0, 1] };
  const pixel = { kernel_shape: [1, 1], pads: [0, 0, 0, 0], strides: [1, 1], dilations: [1, 1] };
  const factors = Float32Array.from({ length: size }, (_, channel) => channel % 3);
  const shifts = Float32Array.from({ length: size }, (_, channel) => channel);
  const { y } = resultsOf(
    runtime,
    {
      node: [
        blocked("ReorderInput", ["x"], "b", { channels_last: 1 }),
        blocked("Conv", ["b", "w"], "c", { ...window, strides: [1, 1], dilations: [1, 1], group: 1 }),
        blocked("Conv", ["c", "f", "s", "c"], "a", { ...pixel, group: size }),
        blocked("MaxPool", ["a"], "p", { kernel_shape: [1, 2], strides: [1, 1], pads: [0, 0, 0, 0] }),
        blocked("ReorderOutput", ["p"], "y", { channels: size, channels_last: 1 }),
      ],
      initializer: [],
      input: ["x", "w", "f", "s"].map(image),
      output: [image("y")],
    },
    {
      x: tensor("float32", x, [1, 1, 3, size]),
      w: tensor("float32", weights, [size, size, 1, 3]),
      f: tensor("float32", factors, [size, 1, 1, 1]),
      s: tensor("float32", shifts, [size]),
    },
    { domains: [BLOCKED_DOMAIN] },
  );
  const at = (column: number, channel: number): number =>
    column < 0 || column > 2 ? 0 : (x[column * size + channel] as number);
  const sum = (column: number, channel: number): number =>
    (at(column - 1, channel) + at(column + 1, 0)) * (1 + (channel % 3)) + channel;
  return [0, 1].every((column) =>
    Array.from({ length: size }, (_, channel) => channel).every(
      (channel) => y?.data[column * size + channel] === Math.max(sum(column, channel), sum(column + 1, channel)),
    ),
  );
}
