/** What an ONNX Runtime is tried for before it is relied on. Not the loading of packages: that is `node.ts`. */
import { encodeModel, type ModelProto, OnnxDataType } from "../../formats/onnx.ts";
import { externalTensorProto } from "../../onnx/constants.ts";
import { IR_VERSION, OPSET_VERSION } from "../../onnx/opset.ts";
import { float32 } from "../../tensor/dtype.ts";
import { NDArray } from "../../tensor/ndarray.ts";
import type { ModelToLoad, Runtime, RuntimeTensor, RuntimeTensors } from "./runtime.ts";

type Graph = NonNullable<ModelProto["graph"]>;

function node(opType: string, input: string[], output: string): Graph["node"][number] {
  return { opType, name: output, input, output: [output], attribute: [] };
}

function value(name: string, elemType: number): Graph["input"][number] {
  return { name, type: { tensorType: { elemType } } };
}

function tensor(type: string, data: RuntimeTensor["data"], dims: readonly number[]): RuntimeTensor {
  return { type, data, dims, location: "cpu" };
}

/** What a model gives. */
function resultsOf(
  runtime: Runtime,
  graph: Omit<Graph, "name">,
  feeds: RuntimeTensors,
  external: ModelToLoad["external"] = [],
): RuntimeTensors {
  const bytes = encodeModel({
    irVersion: IR_VERSION,
    opsetImport: [{ domain: "", version: OPSET_VERSION }],
    graph: { ...graph, name: "self-test" },
  });
  const outputNames = graph.output.map(({ name }) => name ?? "");
  const inputNames = graph.input.map(({ name }) => name ?? "");
  const loaded = runtime.loadSync({
    bytes,
    inputNames,
    outputNames,
    outputTraits: outputNames.map(() => null),
    isSmall: true,
    external,
  });
  try {
    return loaded.runSync(feeds);
  } finally {
    loaded.release();
  }
}

/** Whether `x + y` comes out rightly, and an integer and truth values as they went in. */
export function computes(runtime: Runtime): boolean {
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
      [{ path: "c", data: new Uint8Array(whole.buffer, 4, 8) }],
    );
    return sum?.data[0] === 4 && sum.data[1] === 6;
  } catch {
    return false;
  }
}
