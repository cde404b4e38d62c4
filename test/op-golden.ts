/** Compares definitions, kernels and builders with what TensorFlow recorded in test/goldens/<family>.json (tools/goldens/op_cases.py). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NamesakeError } from "../src/base/errors.ts";
import { graphScope, runInScope } from "../src/graph/ambient-scope.ts";
import { applyOp } from "../src/graph/apply-op.ts";
import { convertToTensor } from "../src/graph/constant.ts";
import { Graph } from "../src/graph/graph.ts";
import { groupInputs, inputLayout } from "../src/graph/input-layout.ts";
import type { OpDef } from "../src/graph/op-def.ts";
import { Operation } from "../src/graph/operation.ts";
import { Tensor } from "../src/graph/tensor.ts";
import { kernelOf } from "../src/kernels/kernels.ts";
import { byExecutor, type KernelContext } from "../src/kernels/rule.ts";
import { composeLibrary } from "../src/library.ts";
import { placeholder } from "../src/ops/array.ts";
import { opDefs } from "../src/ops/index.ts";
import { asDType, DType, type DTypeName } from "../src/tensor/dtype.ts";
import { type Element, type Literal, NDArray, ndarray } from "../src/tensor/ndarray.ts";
import { philoxState } from "../src/tensor/philox.ts";
import { TensorShape } from "../src/tensor/shape.ts";
import { withPhasesOf } from "./column-phase.ts";
import { valueOf } from "./lowering/values.ts";

/** A value in a golden file. */
export interface EncodedValue {
  readonly dtype: DTypeName;
  readonly shape: readonly number[];
  /** What is not finite is text: `nan`, `inf`, `-inf`. */
  readonly data: readonly Literal[];
}

interface KernelCase {
  readonly op: string;
  readonly inputs: readonly (EncodedValue | readonly EncodedValue[])[];
  readonly attrs: Readonly<Record<string, never>>;
  /** The shapes that the graph is told of the inputs, for ops that cannot be built without; `null` for nothing. */
  readonly known?: readonly (readonly (number | null)[] | null)[];
  readonly outputs?: readonly EncodedValue[];
  readonly error?: readonly [string, string];
  /** The outputs of further runs of the same op. */
  readonly later?: readonly (readonly EncodedValue[])[];
  /** The outputs whose columns are compared up to their sign or phase, in which TensorFlow and the kernels are free. */
  readonly upToPhase?: readonly number[];
}

/** A constant, or what is known of a tensor. */
type KnownInput = EncodedValue | { readonly dtype: DTypeName; readonly shape: readonly (number | null)[] | null };

interface ShapeCase {
  readonly op: string;
  readonly inputs: readonly (KnownInput | readonly KnownInput[])[];
  readonly attrs: Readonly<Record<string, never>>;
  readonly shapes?: readonly (readonly (number | null)[] | null)[];
  readonly error?: readonly [string, string];
}

interface Program {
  readonly result?: unknown;
  readonly error?: readonly [string, string];
  readonly nodes: readonly string[];
}

interface PrintCase extends KernelCase {
  /** What TensorFlow writes, without the last line break. */
  readonly text: string;
}

interface Golden {
  readonly programs: Readonly<Record<string, Program>>;
  readonly kernels: readonly KernelCase[];
  readonly shapes: readonly ShapeCase[];
  readonly prints?: readonly PrintCase[];
}

/** A program builds ops in the default graph and gives what TensorFlow's twin gives. */
export type Programs = Readonly<Record<string, () => unknown>>;

/** Makes a test of each case of a family's file; `programs` are the twins of those of the generator. */
export function testFamily(family: string, programs: Programs): void {
  composeLibrary();
  const golden = JSON.parse(readFileSync(join(import.meta.dirname, `goldens/${family}.json`), "utf8")) as Golden;
  // A family of compositions has no kernels and shapes of its own.
  describe.runIf(golden.kernels.length > 0)("kernels", () => {
    it.each(golden.kernels.map((one, i) => [caseTitle(one, i), one] as const))("%s", (_, one) => testKernel(one));
  });
  if (golden.prints) {
    it.each(golden.prints.map((one, i) => [caseTitle(one, i), one] as const))(
      "%s prints TensorFlow's text",
      (_, one) => {
        const lines: string[] = [];
        kernelRun(one, (line) => lines.push(line))();
        expect(lines.join("\n")).toBe(one.text);
      },
    );
  }
  describe.runIf(golden.shapes.length > 0)("static shapes", () => {
    it.each(golden.shapes.map((one, i) => [shapeTitle(one, i), one] as const))("%s", (_, one) => testShape(one));
  });
  describe("builders", () => {
    it("have a twin for every recorded program", () => {
      expect(Object.keys(programs).sort()).toEqual(Object.keys(golden.programs).sort());
    });
    it.each(Object.keys(programs))("%s makes TensorFlow's nodes", (name) => {
      expect(record(programs[name] as () => unknown)).toEqual(golden.programs[name]);
    });
  });
}

function caseTitle({ op, inputs, attrs }: KernelCase, i: number): string {
  const text = inputs.flat().map((v) => `${v.dtype}[${v.shape.join(",")}]`);
  return `${i} ${op}(${text.join(", ")}) ${JSON.stringify(attrs)}`;
}

function shapeTitle({ op, inputs, attrs }: ShapeCase, i: number): string {
  return `${i} ${op}(${inputs
    .flat()
    .map((v) => JSON.stringify(v.shape))
    .join(", ")}) ${JSON.stringify(attrs)}`;
}

/** The definition of an op type. */
export function definition(op: string): OpDef {
  return (opDefs as unknown as Record<string, OpDef>)[op] as OpDef;
}

/** A value of a golden file. */
export function decoded(value: EncodedValue): NDArray {
  const { dtype, shape, data } = value;
  if (asDType(dtype).isComplex) return valueOf(value as Parameters<typeof valueOf>[0]);
  const literals = data.map((x) =>
    dtype === "string" ? x : x === "nan" ? Number.NaN : x === "inf" ? Infinity : x === "-inf" ? -Infinity : x,
  );
  const isBig = asDType(dtype).isBig;
  return ndarray(isBig ? literals.map((x) => BigInt(x as number)) : (literals as Literal[]), dtype, shape);
}

/** TensorFlow's class and first line. */
export function errorOf(body: () => unknown): readonly [string, string] | null {
  try {
    body();
    return null;
  } catch (error) {
    if (!(error instanceof NamesakeError)) throw error;
    const [first = ""] = error.message.split("\n");
    return [error.tensorflowClass, first.split(" for '{{node ")[0] as string];
  }
}

function testKernel(one: KernelCase): void {
  const run = kernelRun(one);
  if (one.error) {
    expect(errorOf(run)).toEqual(one.error);
    return;
  }
  for (const outputs of [one.outputs ?? [], ...(one.later ?? [])]) expectValues(run(), outputs, one.upToPhase);
}

/** The run of a case's kernel, which may be repeated as in one session. */
function kernelRun(one: KernelCase, print: (line: string) => void = () => undefined): () => readonly NDArray[] {
  const inputs = one.inputs.map((value) =>
    Array.isArray(value) ? (value as readonly EncodedValue[]).map(decoded) : decoded(value as EncodedValue),
  );
  const op = runInScope(graphScope(new Graph()), () => {
    const fed = inputs.map((value, i) =>
      Array.isArray(value)
        ? value.map((v) => placeholder(v.dtype))
        : placeholder((value as NDArray).dtype, one.known?.[i]),
    );
    return applyOp(definition(one.op), fed, one.attrs);
  });
  return runner(op, inputs.flat(), print);
}

/** Runs the kernel of an op as one session does. */
function runner(op: Operation, inputs: readonly NDArray[], print: (line: string) => void): () => readonly NDArray[] {
  const kernel = kernelOf(op.type);
  if (kernel === undefined || kernel === byExecutor) throw new Error(`no kernel of ${op.type}`);
  const { seed, seed2 } = op.attrs as { readonly seed?: number; readonly seed2?: number };
  const random = seed === undefined ? null : { state: philoxState(seed, seed2 ?? 0) };
  const context: KernelContext = { node: op, random, printCount: 0, print };
  return () => {
    const result = kernel(groupInputs(inputLayout(op), inputs), op.attrs as never, context);
    return Array.isArray(result) ? (result as readonly NDArray[]) : [result as NDArray];
  };
}

/** Relative and, below 1, absolute. TensorFlow computes in the type itself, the kernels here mostly in doubles. */
const tolerances: Readonly<Record<string, number>> = {
  float64: 1e-12,
  complex128: 1e-12,
  float32: 5e-6,
  complex64: 5e-6,
  float16: 2e-3,
  bfloat16: 2e-2,
};

/** Compares values up to what their dtype allows. */
export function expectValues(
  given: readonly NDArray[],
  expected: readonly EncodedValue[],
  upToPhase: readonly number[] = [],
): void {
  const actual = given.map((value, i) =>
    upToPhase.includes(i) ? withPhasesOf(decoded(expected[i] as EncodedValue), value) : value,
  );
  expect(actual.map((value) => ({ dtype: value.dtype.name, shape: value.shape }))).toEqual(
    expected.map(({ dtype, shape }) => ({ dtype, shape })),
  );
  for (const [i, value] of actual.entries()) {
    const wanted = decoded(expected[i] as EncodedValue);
    const tolerance = tolerances[value.dtype.name] ?? 0;
    const wrong = Array.from({ length: value.size }, (_, k) => k).filter(
      (k) => !isNear(value.at(k), wanted.at(k), tolerance),
    );
    expect(wrong.map((k) => ({ at: k, actual: value.at(k), expected: wanted.at(k) }))).toEqual([]);
  }
}

/** Relative and, below 1, absolute. */
export function isNear(a: Element, b: Element, tolerance: number): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return [0, 1].every((i) => isNear(a[i], b[i], tolerance));
  if (typeof a !== "number" || typeof b !== "number") return a === b;
  if (Number.isNaN(a) || Number.isNaN(b) || !Number.isFinite(a) || !Number.isFinite(b)) return Object.is(a, b);
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
}

function testShape(one: ShapeCase): void {
  runInScope(graphScope(new Graph()), () => {
    const build = (): Operation => {
      const tensorOf = (value: KnownInput): Tensor =>
        "data" in value ? convertToTensor(decoded(value)) : placeholder(value.dtype, value.shape);
      const inputs = one.inputs.map((value) =>
        Array.isArray(value) ? (value as readonly KnownInput[]).map(tensorOf) : tensorOf(value as KnownInput),
      );
      return applyOp(definition(one.op), inputs, one.attrs);
    };
    if (one.error) expect(errorOf(build)).toEqual(one.error);
    else expect(build().outputs.map((output) => output.shape.dims)).toEqual(one.shapes);
  });
}

function record(program: () => unknown): Program {
  const graph = new Graph();
  const outcome = runInScope(graphScope(graph), (): Pick<Program, "result" | "error"> => {
    let result: unknown;
    const error = errorOf(() => {
      result = shown(program());
    });
    return error === null ? { result } : { error };
  });
  return { ...outcome, nodes: graph.operations.map(nodeText) };
}

function shown(value: unknown): unknown {
  if (value instanceof Tensor || value instanceof Operation) return value.name;
  if (Array.isArray(value)) return value.map(shown);
  return value ?? null;
}

/** One line that tells everything of a node: its name, type, inputs, outputs and attrs. */
export function nodeText(op: Operation): string {
  const inputs = [
    ...op.inputs.map((t) => (t.index === 0 ? t.op.name : t.name)),
    ...op.controlInputs.map((c) => `^${c.name}`).sort(),
  ];
  const outputs = op.outputs.map((t) => `${t.dtype.name}${t.shape}`);
  const attrs = Object.keys(op.attrs)
    // What waits by hand depends on what is built around the op: the recordings leave it out.
    .filter((key) => key !== "_has_manual_control_dependencies")
    .sort()
    .map((key) => `${key}=${attrText(op, key)}`);
  return `${op.name} = ${op.type}(${inputs.join(", ")}) -> ${outputs.join(" ")} {${attrs.join("; ")}}${op.device === "" ? "" : ` @${op.device}`}`;
}

function attrText(op: Operation, key: string): string {
  const value = op.attrs[key];
  const kind = op.def.attrs[key]?.kind ?? "list(string)";
  if (kind === "float") return hex(value as number, 4);
  if (value instanceof NDArray) return tensorText(value);
  if (value instanceof DType) return value.name;
  if (value instanceof TensorShape) return value.dims === null ? "?" : `[${value.dims.map((d) => d ?? "?").join(",")}]`;
  if (kind === "list(string)") return `[${[...(value as readonly string[])].sort().join(",")}]`;
  if (Array.isArray(value))
    return `[${value.map((item: DType | number) => (item instanceof DType ? item.name : item)).join(",")}]`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function tensorText(value: NDArray): string {
  const shape = `[${value.shape.join(",")}]`;
  if (value.size > 16) return shape;
  const elements = Array.from({ length: value.size }, (_, i) => {
    const element = value.at(i);
    if (value.dtype.isFloating) return hex(element as number, value.dtype.size);
    return typeof element === "string" ? JSON.stringify(element) : String(element);
  });
  return `${shape}(${elements.join(",")})`;
}

/** The bits of a floating-point number. */
function hex(value: number, size: number): string {
  if (size === 2) return `0x${(ndarray(value, "float16").data[0] as number).toString(16).padStart(4, "0")}`;
  const view = new DataView(new ArrayBuffer(size));
  if (size === 4) view.setFloat32(0, value);
  else view.setFloat64(0, value);
  return `0x${Array.from({ length: size }, (_, i) => view.getUint8(i).toString(16).padStart(2, "0")).join("")}`;
}
