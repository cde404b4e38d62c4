/** What the engines make of an op, by dtype: found by trying small uses of it, so that it is what happens and not what somebody wrote down. */
import { NamesakeError, UnimplementedError } from "../../src/base/errors.ts";
import { graphScope, runInScope } from "../../src/graph/ambient-scope.ts";
import { applyOp } from "../../src/graph/apply-op.ts";
import { Graph } from "../../src/graph/graph.ts";
import { groupInputs, inputLayout } from "../../src/graph/input-layout.ts";
import type { OpDef } from "../../src/graph/op-def.ts";
import type { Operation } from "../../src/graph/operation.ts";
import { signatureOf } from "../../src/graph/signature.ts";
import type { Tensor } from "../../src/graph/tensor.ts";
import { castElements } from "../../src/kernels/cast.ts";
import { kernelOf } from "../../src/kernels/kernels.ts";
import { byExecutor } from "../../src/kernels/rule.ts";
import { supportedByOnnx } from "../../src/onnx/lowering/support.ts";
import { Unsupported } from "../../src/onnx/rule.ts";
import { onnxRuleOf } from "../../src/onnx/rules.ts";
import { type OpType, opDefs } from "../../src/ops/index.ts";
import { allocate, asDType, type DTypeName } from "../../src/tensor/dtype.ts";
import { NDArray } from "../../src/tensor/ndarray.ts";
import { philoxState } from "../../src/tensor/philox.ts";
import { inputTensor, type Trial } from "../../test/lowering/rule-lab.ts";
import { usesOf } from "./uses.ts";

/** Every element type that has values. */
export const valueTypes: readonly DTypeName[] = [
  "float16",
  "bfloat16",
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
  "string",
  "complex64",
  "complex128",
];

/** What an engine makes of an op. */
export interface Support {
  /** Whether it ever runs there. */
  readonly runs: boolean;
  /** For which types of its main attr; `null` where it has none, or where nothing shows it. */
  readonly dtypes: readonly DTypeName[] | null;
  /** Why it does not run for the other types, or at all. The most frequent reason comes first. */
  readonly refusals: readonly string[];
  /** What a use of the types for which it runs may lack, so that it does not run all the same. */
  readonly conditions: readonly string[];
}

/** The type attr that tells what an op works on: `dtype`, `T`, that of its first input which has one, else the first one of all. */
export function mainTypeAttr(def: OpDef): string | null {
  const usual = ["dtype", "T"].find((name) => def.attrs[name]?.kind === "type");
  if (usual !== undefined) return usual;
  const byInput = signatureOf(def).inputs.find((input) => input.typeAttr !== null)?.typeAttr;
  return byInput ?? Object.entries(def.attrs).find(([, { kind }]) => kind === "type")?.[0] ?? null;
}

/** The types that an attr of an op allows, of those that have values. */
export function allowedTypes(def: OpDef, attrName: string): readonly DTypeName[] {
  const declared = def.attrs[attrName];
  const allowed = declared?.kind === "type" ? declared.allowed : undefined;
  return allowed === undefined ? valueTypes : valueTypes.filter((name) => allowed.includes(name));
}

/** What ONNX Runtime makes of an op. */
export function onnxSupport(type: OpType): Support {
  const rule = onnxRuleOf(type);
  if (rule instanceof Unsupported) return { runs: false, dtypes: null, refusals: [rule.why], conditions: [] };
  // Constants are in the model, whatever their type.
  if (type === "Const") return always;
  return support(type, (op) => supportedByOnnx(op));
}

/** What the kernels make of an op. */
export function kernelSupport(type: OpType): Support {
  return kernelOf(type) === byExecutor ? always : support(type, computes, true);
}

const always: Support = { runs: true, dtypes: null, refusals: [], conditions: [] };

/** Whether it runs, or why not; `null` where a use shows nothing. */
type Ask = (op: Operation, values: readonly NDArray[]) => true | string | null;

/** Asks for uses of every type; with `isEnough`, until one of them runs. */
function support(type: OpType, ask: Ask, isEnough = false): Support {
  const def: OpDef = opDefs[type];
  const main = mainTypeAttr(def);
  const uses = usesOf(type);
  if (uses.length === 0) return always;
  const supported: DTypeName[] = [];
  const [refusals, conditions]: [string[], string[]] = [[], []];
  let runs = false;
  for (const dtype of main === null ? [null] : allowedTypes(def, main)) {
    const answers = answersOf(def, uses, main, dtype, ask, isEnough);
    const isSupported = answers.includes(true) || answers.every((answer) => answer === null);
    runs ||= isSupported;
    if (isSupported && dtype !== null) supported.push(dtype);
    (isSupported ? conditions : refusals).push(...answers.filter((answer) => typeof answer === "string"));
  }
  return {
    runs,
    dtypes: main === null ? null : supported,
    refusals: byFrequency(refusals),
    conditions: byFrequency(conditions),
  };
}

/** What each use gives for one type. */
function answersOf(
  def: OpDef,
  uses: readonly Trial[],
  main: string | null,
  dtype: DTypeName | null,
  ask: Ask,
  isEnough: boolean,
): readonly ReturnType<Ask>[] {
  const answers: ReturnType<Ask>[] = [];
  for (const use of uses) {
    const made = makeUse(def, dtype === null ? use : retyped(def, use, main as string, dtype));
    if (made !== null && hasType(made.op, main, dtype)) answers.push(ask(made.op, made.values));
    if (isEnough && answers.at(-1) === true) break;
  }
  return answers;
}

function hasType(op: Operation, main: string | null, dtype: DTypeName | null): boolean {
  return main === null || dtype === null || op.attrs[main] === asDType(dtype);
}

function byFrequency(texts: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([text]) => text);
}

/** The use with another type of the main attr. */
function retyped(def: OpDef, use: Trial, main: string, dtype: DTypeName): Trial {
  const { inputs: declared } = signatureOf(def);
  // A handle's variable has the type of what is written to it.
  const follows = declared.map(({ typeAttr, dtype: fixed }) => typeAttr === main || fixed?.baseName === "resource");
  if (!declared.some(({ typeAttr }) => typeAttr === main)) use = { ...use, attrs: { ...use.attrs, [main]: dtype } };
  const inputs = use.inputs.map((input, i) => {
    if (follows[i] !== true) return input;
    return Array.isArray(input)
      ? (input as NDArray[]).map((one) => asType(one, dtype))
      : asType(input as NDArray, dtype);
  });
  return { ...use, inputs };
}

function asType(value: NDArray, dtype: DTypeName): NDArray {
  const type = asDType(dtype);
  if (value.dtype === type) return value;
  if (type.isString || value.dtype.isString) return new NDArray(type, value.shape, allocate(type, value.size));
  return castElements(value, type);
}

interface Made {
  readonly op: Operation;
  readonly values: readonly NDArray[];
}

/** The op of a use in a graph of its own; `null` where the graph does not take it. */
function makeUse(def: OpDef, { inputs, attrs = {}, known = ["shape"] }: Trial): Made | null {
  const { inputs: declared } = signatureOf(def);
  let place = 0;
  const made = (value: NDArray, index: number): Tensor => {
    const argument = declared[index];
    const how = known[Math.min(place, known.length - 1)] ?? "shape";
    const isHandle = argument?.dtype?.baseName === "resource";
    place += 1;
    return inputTensor(value, argument?.isRef === true ? "ref" : isHandle ? "resource" : how, place);
  };
  try {
    return runInScope(graphScope(new Graph()), () => {
      const tensors = inputs.map((input, i) =>
        Array.isArray(input) ? (input as NDArray[]).map((one) => made(one, i)) : made(input as NDArray, i),
      );
      return { op: applyOp(def, tensors, attrs, "tried"), values: inputs.flat() as NDArray[] };
    });
  } catch (error) {
    if (error instanceof NamesakeError) return null;
    throw error;
  }
}

/** Whether the kernel computes the op; else why not. What it refuses because of the values shows nothing. */
function computes(op: Operation, values: readonly NDArray[]): true | string | null {
  const kernel = kernelOf(op.type);
  if (kernel === undefined || kernel === byExecutor) return true;
  const context = { node: op, random: { state: philoxState(1, 2) }, printCount: 0, print: () => undefined };
  try {
    kernel(groupInputs(inputLayout(op), values), op.attrs as never, context);
    return true;
  } catch (error) {
    if (error instanceof UnimplementedError) return error.message.split("\n")[0] as string;
    if (error instanceof NamesakeError) return null;
    throw error;
  }
}
