/** Asks the installed ONNX Runtime which element types each operator has a CPU kernel for, by loading and running a model of one node. */
import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeModel, encodeModel, type ModelProto } from "../../src/formats/onnx.ts";
import { attributeProto } from "../../src/onnx/model/attributes.ts";
import { onnxDataType } from "../../src/onnx/model/element-types.ts";
import { type OnnxOperator, type OperatorTraits, operators } from "../../src/onnx/model/operators.ts";
import { IR_VERSION, OPSET_VERSION } from "../../src/onnx/model/opset.ts";
import type { OnnxAttrs } from "../../src/onnx/rule.ts";
import { allocate, asDType, type DTypeName, int64 } from "../../src/tensor/dtype.ts";
import { NDArray, writeElement } from "../../src/tensor/ndarray.ts";

/** The types that models hold here. */
export const probedTypes = [
  "float16",
  "float32",
  "float64",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "bool",
] as const satisfies readonly DTypeName[];

/** An input of a probe: `T` is the type that is asked about. */
interface ProbeInput {
  readonly type: DTypeName | "T";
  readonly shape: readonly number[];
  /** Default: ones. */
  readonly values?: readonly number[];
}

interface Probe {
  readonly inputs: readonly ProbeInput[];
  readonly attrs?: OnnxAttrs;
  readonly outputs?: number;
}

const T = (...shape: number[]): ProbeInput => ({ type: "T", shape });
const integers = (...values: number[]): ProbeInput => ({ type: "int64", shape: [values.length], values });
const matrix = T(2, 3);
const image = T(1, 1, 3, 3);
const unary: Probe = { inputs: [matrix] };
const binary: Probe = { inputs: [matrix, matrix] };
const reduction: Probe = { inputs: [matrix, integers(1)], attrs: { keepdims: 0 } };
const alongAxis: Probe = { inputs: [matrix], attrs: { axis: 1 } };

const binaries = [
  "Add",
  "And",
  "BitwiseAnd",
  "BitwiseOr",
  "BitwiseXor",
  "Div",
  "Equal",
  "Greater",
  "GreaterOrEqual",
  "Less",
  "LessOrEqual",
  "Max",
  "Min",
  "Mul",
  "Or",
  "Pow",
  "Sub",
  "Xor",
] as const;
const reductions = [
  "ReduceL2",
  "ReduceMax",
  "ReduceMean",
  "ReduceMin",
  "ReduceProd",
  "ReduceSum",
  "ReduceSumSquare",
] as const;

/** How operators are used that are not of one operand. */
const probes: Readonly<Partial<Record<OnnxOperator, Probe>>> = {
  ...Object.fromEntries(binaries.map((type) => [type, binary])),
  ...Object.fromEntries(reductions.map((type) => [type, reduction])),
  ArgMax: alongAxis,
  ArgMin: alongAxis,
  AveragePool: { inputs: [image], attrs: { kernel_shape: [2, 2] } },
  Clip: { inputs: [matrix, T(), T()] },
  Compress: { inputs: [matrix, { type: "bool", shape: [2] }], attrs: { axis: 0 } },
  Concat: { inputs: [matrix, matrix], attrs: { axis: 0 } },
  ConstantOfShape: { inputs: [{ type: "T", shape: [2] }] },
  Conv: { inputs: [image, T(1, 1, 2, 2)] },
  ConvTranspose: { inputs: [image, T(1, 1, 2, 2)] },
  CumSum: { inputs: [matrix, { type: "int32", shape: [] }] },
  Det: { inputs: [T(2, 2)] },
  Expand: { inputs: [T(1, 3), integers(2, 3)] },
  Gather: { inputs: [matrix, integers(1)] },
  GatherElements: { inputs: [matrix, { type: "int64", shape: [2, 3] }] },
  GatherND: { inputs: [matrix, { type: "int64", shape: [1, 1] }] },
  Gemm: { inputs: [matrix, T(3, 2)] },
  LogSoftmax: alongAxis,
  MatMul: { inputs: [matrix, T(3, 2)] },
  MaxPool: { inputs: [image], attrs: { kernel_shape: [2, 2] } },
  Mod: { inputs: [matrix, matrix], attrs: { fmod: 1 } },
  OneHot: { inputs: [integers(0, 1), { type: "int64", shape: [], values: [3] }, T(2)] },
  Pad: { inputs: [matrix, integers(1, 1, 1, 1)] },
  Range: { inputs: [T(), T(), T()] },
  Reshape: { inputs: [matrix, integers(3, 2)] },
  ScatterElements: { inputs: [matrix, { type: "int64", shape: [1, 1] }, T(1, 1)] },
  ScatterND: { inputs: [matrix, { type: "int64", shape: [1, 1] }, T(1, 3)] },
  Slice: { inputs: [matrix, integers(0, 0), integers(1, 1)] },
  Softmax: alongAxis,
  Split: { inputs: [matrix, integers(1, 1)], attrs: { axis: 0 }, outputs: 2 },
  Squeeze: { inputs: [T(1, 3), integers(0)] },
  Tile: { inputs: [T(1, 3), integers(2, 1)] },
  TopK: { inputs: [matrix, integers(2)], outputs: 2 },
  Transpose: { inputs: [matrix], attrs: { perm: [1, 0] } },
  Unsqueeze: { inputs: [matrix, integers(0)] },
  Where: { inputs: [{ type: "bool", shape: [2, 3] }, matrix, matrix] },
};

const quiet = { logSeverityLevel: 4 };

interface Session {
  loadModel(buffer: ArrayBufferLike, byteOffset: number, byteLength: number, options: object): void;
  run(feeds: object, fetches: object, options: object): unknown;
  dispose(): void;
}
interface Binding {
  readonly binding: { readonly InferenceSession: new () => Session };
  initOrt(): void;
}

function inputArray({ type, shape, values }: ProbeInput, asked: DTypeName): NDArray {
  const dtype = asDType(type === "T" ? asked : type);
  const size = shape.reduce((n, d) => n * d, 1);
  const data = allocate(dtype, size);
  for (let i = 0; i < size; i += 1) writeElement(dtype, data, i, values?.[i] ?? 1);
  return new NDArray(dtype, shape, data);
}

function modelOf(
  type: OnnxOperator,
  { attrs = {}, outputs = 1 }: Probe,
  inputs: readonly NDArray[],
  asked: DTypeName,
): ModelProto {
  const traits: OperatorTraits = operators[type];
  const result =
    onnxDataType(asDType(type === "Cast" || type === "ConstantOfShape" ? "float32" : (traits.result ?? asked))) ?? 0;
  const given = type === "Cast" ? { to: result } : attrs;
  const names = inputs.map((_, i) => `x${i}`);
  return {
    irVersion: IR_VERSION,
    opsetImport: [{ domain: "", version: OPSET_VERSION }],
    graph: {
      name: "probe",
      node: [
        {
          opType: type,
          name: "probe",
          input: names,
          output: Array.from({ length: outputs }, (_, i) => `y${i}`),
          attribute: Object.entries(given).map(([name, value]) => attributeProto(name, value)),
        },
      ],
      initializer: [],
      input: inputs.map(({ dtype, shape }, i) => ({
        name: `x${i}`,
        type: {
          tensorType: { elemType: onnxDataType(dtype) ?? 0, shape: { dim: shape.map((d) => ({ dimValue: d })) } },
        },
      })),
      output: Array.from({ length: outputs }, (_, i) => ({
        name: `y${i}`,
        type: { tensorType: { elemType: type === "TopK" && i === 1 ? (onnxDataType(int64) ?? 0) : result } },
      })),
    },
  };
}

/** The installed ONNX Runtime. */
export class OnnxRuntimeProbe {
  readonly #module: Binding;
  readonly version: string;
  readonly #written = join(tmpdir(), `namesake-probe-${process.pid}.onnx`);

  constructor() {
    const require = createRequire(import.meta.url);
    this.version = (require("onnxruntime-node/package.json") as { version: string }).version;
    this.#module = require("onnxruntime-node/dist/binding.js") as Binding;
    this.#module.initOrt();
  }

  /** The types for which the operator has a kernel of its own. */
  typesOf(type: OnnxOperator): readonly DTypeName[] {
    return probedTypes.filter((asked) => this.#hasKernel(type, asked));
  }

  #hasKernel(type: OnnxOperator, asked: DTypeName): boolean {
    const probe = probes[type] ?? unary;
    const inputs = probe.inputs.map((input) => inputArray(input, asked));
    const bytes = encodeModel(modelOf(type, probe, inputs, asked));
    const session = new this.#module.binding.InferenceSession();
    try {
      const level = { graphOptimizationLevel: "disabled", optimizedModelFilePath: this.#written };
      session.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, { ...quiet, ...level });
    } catch {
      return false;
    }
    const isWhole = decodeModel(readFileSync(this.#written)).graph?.node.length === 1;
    rmSync(this.#written);
    const feeds = inputs.map(({ dtype, shape, data }, i) => [
      `x${i}`,
      { type: dtype.name, dims: shape, data, location: "cpu" },
    ]);
    const fetches = Array.from({ length: probe.outputs ?? 1 }, (_, i) => [`y${i}`, null]);
    try {
      session.run(Object.fromEntries(feeds), Object.fromEntries(fetches), quiet);
      // Where a half-precision kernel is missing, the runtime puts casts around the float32 one.
      return isWhole;
    } catch {
      return false;
    } finally {
      session.dispose();
    }
  }
}
