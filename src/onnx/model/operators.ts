/**
 * The ONNX operators that rules use, and the element types that ONNX Runtime's CPU provider has kernels for.
 * Not what the operators mean: ONNX says that, in Operators.md of opset 21.
 *
 * Found by asking ONNX Runtime 1.22.0 and 1.30.0, and keeping what both have: `node tools/run-ts.mjs tools/onnxruntime/check-types.ts` asks
 * the installed one. A float16 kernel is only listed when there is one: elsewhere the runtime computes in float32 and rounds where it
 * likes, so results would depend on what stands around an op.
 */
import type { DTypeName } from "../../tensor/dtype.ts";

/** What the rules need to know of an operator. */
export interface OperatorTraits {
  /** Types of the decisive input that have a kernel. */
  readonly types: readonly DTypeName[];
  /** Which input is decisive: the first, unless said. */
  readonly decisive?: number;
  /** The type of the output, where it is not the decisive input's. */
  readonly result?: DTypeName;
}

const float32 = ["float32"] as const;
const floats = ["float32", "float64"] as const;
const common = ["float32", "float64", "int32", "int64"] as const;
const smallIntegers = ["int8", "int16", "uint8", "uint16"] as const;
const integers = [...smallIntegers, "int32", "int64", "uint32", "uint64"] as const;
const numbers = [...floats, ...integers] as const;
const anything = [...numbers, "bool", "float16"] as const;
const extrema = ["float16", ...common, "uint32", "uint64"] as const;
const reducedExtrema = [...common, "int8", "uint8", "bool"] as const;

/** Every operator that a rule may use. */
export const operators = {
  Abs: { types: numbers },
  Acos: { types: float32 },
  Acosh: { types: float32 },
  Add: { types: numbers },
  And: { types: ["bool"] },
  ArgMax: { types: [...common, "int8", "uint8"], result: "int64" },
  ArgMin: { types: [...common, "int8", "uint8"], result: "int64" },
  Asin: { types: float32 },
  Asinh: { types: float32 },
  Atan: { types: float32 },
  Atanh: { types: float32 },
  AveragePool: { types: float32 },
  BitwiseAnd: { types: integers },
  BitwiseNot: { types: integers },
  BitwiseOr: { types: integers },
  BitwiseXor: { types: integers },
  Cast: { types: anything },
  Ceil: { types: floats },
  Clip: { types: [...extrema, "int8", "uint8"] },
  Compress: { types: anything },
  Concat: { types: anything },
  ConstantOfShape: { types: ["int64"] },
  Conv: { types: float32 },
  ConvTranspose: { types: float32 },
  Cos: { types: float32 },
  Cosh: { types: float32 },
  CumSum: { types: common },
  Det: { types: float32 },
  Div: { types: numbers },
  Equal: { types: [...numbers, "bool"], result: "bool" },
  Erf: { types: float32 },
  Exp: { types: floats },
  Expand: { types: anything },
  Floor: { types: floats },
  Gather: { types: anything },
  GatherElements: { types: anything },
  GatherND: { types: anything },
  Gemm: { types: floats },
  Greater: { types: numbers, result: "bool" },
  GreaterOrEqual: { types: numbers, result: "bool" },
  Identity: { types: anything },
  IsInf: { types: ["float16", ...floats], result: "bool" },
  IsNaN: { types: ["float16", ...floats], result: "bool" },
  Less: { types: numbers, result: "bool" },
  LessOrEqual: { types: numbers, result: "bool" },
  Log: { types: floats },
  LogSoftmax: { types: floats },
  MatMul: { types: common },
  Max: { types: extrema },
  MaxPool: { types: [...floats, "int8", "uint8"] },
  Min: { types: extrema },
  Mod: { types: ["float16", ...numbers] },
  Mul: { types: numbers },
  Neg: { types: [...common, "int8", "int16"] },
  NonZero: { types: ["float32", "int32", "int64", "uint8", "bool"], result: "int64" },
  Not: { types: ["bool"] },
  OneHot: { types: ["float32", "int64"], decisive: 2 },
  Or: { types: ["bool"] },
  Pad: { types: [...common, "int8", "uint8", "uint32", "uint64", "bool"] },
  Pow: { types: common },
  Range: { types: [...common, "int16"] },
  Reciprocal: { types: floats },
  ReduceL2: { types: floats },
  ReduceMax: { types: reducedExtrema },
  ReduceMean: { types: floats },
  ReduceMin: { types: reducedExtrema },
  ReduceProd: { types: common },
  ReduceSum: { types: common },
  ReduceSumSquare: { types: floats },
  Relu: { types: [...floats, "int8", "int32"] },
  Reshape: { types: anything },
  Round: { types: ["float16", ...floats] },
  ScatterElements: { types: anything },
  ScatterND: { types: anything },
  Shape: { types: anything, result: "int64" },
  Sign: { types: numbers },
  Sin: { types: floats },
  Sinh: { types: float32 },
  Size: { types: [...numbers, "bool"], result: "int64" },
  Slice: { types: anything },
  Softmax: { types: floats },
  Softplus: { types: float32 },
  Split: { types: anything },
  Sqrt: { types: floats },
  Squeeze: { types: anything },
  Sub: { types: numbers },
  Tan: { types: float32 },
  Tanh: { types: floats },
  Tile: { types: [...numbers, "bool"] },
  TopK: { types: common },
  Transpose: { types: anything },
  Unique: { types: ["float32", "float64", "int8", "int64"] },
  Unsqueeze: { types: anything },
  Where: { types: [...common, "uint8"], decisive: 1 },
  Xor: { types: ["bool"] },
} as const satisfies Readonly<Record<string, OperatorTraits>>;

/** The name of an operator that a rule may use. */
export type OnnxOperator = keyof typeof operators;
