/** Compares ops with what TensorFlow recorded in test/goldens/<family>.json: definitions, the nodes that builders make, inferred shapes, and what kernels compute. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NamesakeError } from "../src/base/errors.ts";
import { pythonFloat } from "../src/base/text.ts";
import { graphScope, runInScope } from "../src/graph/ambient-scope.ts";
import { applyOp, applyOp1 } from "../src/graph/apply-op.ts";
import { constantNode } from "../src/graph/constant.ts";
import { getDefaultGraph } from "../src/graph/default-graph.ts";
import { Graph } from "../src/graph/graph.ts";
import type { AttrDef, OpDef, OpDefTable } from "../src/graph/op-def.ts";
import type { Operation } from "../src/graph/operation.ts";
import type { BinaryOperator, UnaryOperator } from "../src/graph/tables.ts";
import { provideTables } from "../src/graph/tables.ts";
import { Tensor } from "../src/graph/tensor.ts";
import { evaluate } from "../src/kernels/evaluate.ts";
import { byExecutor, type Kernel, type KernelContext } from "../src/kernels/rule.ts";
import { arrayDefs } from "../src/ops/array.defs.ts";
import { operators } from "../src/ops/operators.ts";
import { allocate, asDType, type DTypeName } from "../src/tensor/dtype.ts";
import { type Element, type Literal, NDArray, ndarray, writeElement } from "../src/tensor/ndarray.ts";
import type { TensorShape } from "../src/tensor/shape.ts";
import { getVariable } from "../src/variables/get-variable.ts";
import { zerosInitializer } from "../src/variables/initializers.ts";

interface Value {
  readonly dtype: DTypeName;
  readonly shape: readonly number[];
  readonly data: string;
}
interface InputSpec {
  readonly dtype: DTypeName;
  readonly shape: readonly (number | null)[] | null;
  readonly variable?: "resource" | "ref";
  readonly value?: Literal;
}
type ErrorRecord = readonly [className: string, text: string];

interface CallCase {
  readonly call: string;
  readonly inputs: readonly InputSpec[];
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly result?: readonly string[];
  readonly error?: ErrorRecord;
  readonly nodes: readonly string[];
}
interface InferCase {
  readonly op: string;
  readonly inputs: readonly InputSpec[];
  readonly attrs: Readonly<Record<string, never>>;
  readonly shapes?: readonly (readonly (number | null)[] | null)[];
  readonly error?: ErrorRecord;
}
interface KernelCase {
  readonly op: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Value[];
  readonly outputs?: readonly Value[];
  readonly error?: ErrorRecord;
  readonly ulps?: number;
}
interface OpRecord {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attrs: Readonly<
    Record<
      string,
      {
        readonly kind: string;
        readonly allowed?: readonly string[];
        readonly default?: string;
        readonly minimum?: number;
      }
    >
  >;
  readonly stateful: boolean;
}
interface Golden {
  readonly ops: Readonly<Record<string, OpRecord>>;
  readonly calls: readonly CallCase[];
  readonly infers: readonly InferCase[];
  readonly kernels: readonly KernelCase[];
}

/** What a family's test hands in. */
export interface Family {
  readonly name: string;
  readonly defs: OpDefTable;
  /** Builders by their names here. */
  readonly builders: Readonly<Record<string, unknown>>;
  readonly kernels: Readonly<Record<string, unknown>>;
  /** Cases that differ from TensorFlow on purpose: the start of the case's title, and why. */
  readonly differences?: Readonly<Record<string, string>>;
}

/** Makes a test of every recorded case. */
export function testFamily(family: Family): void {
  const path = join(import.meta.dirname, `goldens/${family.name}.json`);
  const golden = JSON.parse(readFileSync(path, "utf8")) as Golden;
  provideTables({ operators, evaluate });
  describe(`the definitions of ${family.name}`, () => testDefinitions(family, golden));
  describe(`the builders of ${family.name}`, () => testCalls(family, golden));
  describe(`the shapes of ${family.name}`, () => testInfers(family, golden));
  describe(`the kernels of ${family.name}`, () => testKernels(family, golden));
}

function testDefinitions({ defs }: Family, golden: Golden): void {
  it("covers exactly the recorded ops", () => expect(Object.keys(defs).sort()).toEqual(Object.keys(golden.ops).sort()));
  it.each(Object.keys(golden.ops))("%s is registered as in TensorFlow", (type) => {
    const def = defs[type] as OpDef;
    const attrs = Object.fromEntries(Object.entries(def.attrs).map(([name, attr]) => [name, attrRecord(attr)]));
    expect({ inputs: def.inputs, outputs: def.outputs, attrs, stateful: def.stateful }).toEqual(golden.ops[type]);
    expect(Object.keys(def.attrs)).toEqual(Object.keys(golden.ops[type]?.attrs ?? {}));
  });
}

function attrRecord(attr: AttrDef): OpRecord["attrs"][string] {
  const {
    kind,
    allowed,
    default: fallback,
    minimum,
  } = attr as { kind: string; allowed?: readonly string[]; default?: unknown; minimum?: number };
  return {
    kind,
    ...(allowed && { allowed }),
    ...(fallback !== undefined && { default: attrText(fallback) }),
    ...(minimum !== undefined && { minimum }),
  };
}

// ---- builders

function testCalls(family: Family, golden: Golden): void {
  const seen = new Map<string, number>();
  for (const one of golden.calls) {
    const plain = `${one.call}(${one.args.map(argumentText(one)).join(", ")}${kwargsText(one.kwargs)})`;
    const count = (seen.get(plain) ?? 0) + 1;
    seen.set(plain, count);
    const title = count === 1 ? plain : `${plain} #${count}`;
    const difference = family.differences?.[title];
    it(`${title} ${difference ?? "makes TensorFlow's nodes"}`, () => {
      const { result, error, nodes } = one;
      const expected = { ...(result && { result }), ...(error && { error }), nodes };
      if (difference === undefined) expect(runCall(family, one)).toEqual(expected);
      else expect(runCall(family, one)).not.toEqual(expected);
    });
  }
}

function argumentText({ inputs }: CallCase): (value: unknown) => string {
  const text = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(text).join(", ")}]`;
    const place = (value as { in?: number } | null)?.in;
    if (place === undefined) return JSON.stringify(value);
    const { dtype, shape, variable } = inputs[place] as InputSpec;
    return `${variable ? `${variable} ` : ""}${dtype}${JSON.stringify(shape)}`;
  };
  return text;
}

function kwargsText(kwargs: Readonly<Record<string, unknown>>): string {
  return Object.entries(kwargs)
    .map(([key, value]) => `, ${key}=${JSON.stringify(value)}`)
    .join("");
}

function runCall(family: Family, one: CallCase): Pick<CallCase, "result" | "error" | "nodes"> {
  const graph = new Graph();
  return runInScope(graphScope(graph), () => {
    const inputs = one.inputs.map(makeInput);
    const before = graph.operations.length;
    const outcome = attempt(() => {
      const args = one.args.map((value) => argumentValue(value, inputs));
      const options = Object.fromEntries(
        Object.entries(one.kwargs).map(([key, value]) => [camelCase(key), argumentValue(value, inputs)]),
      );
      return callBuilder(family, one.call, Object.keys(options).length > 0 ? [...args, options] : args);
    });
    return { ...outcome, nodes: graph.operations.slice(before).map(nodeText) };
  });
}

function makeInput({ dtype, shape, variable }: InputSpec, index: number): unknown {
  if (variable === undefined) return applyOp1(arrayDefs.Placeholder, [], { dtype, shape }, `p${index}`);
  return getVariable(`v${index}`, shape as readonly number[], {
    dtype,
    initializer: zerosInitializer(),
    useResource: variable === "resource",
  });
}

function argumentValue(value: unknown, inputs: readonly unknown[]): unknown {
  if (Array.isArray(value)) return value.map((item) => argumentValue(item, inputs));
  if (typeof value !== "object" || value === null) return value;
  if ("in" in value) return inputs[value.in as number];
  const { array, dtype } = value as { array: Literal; dtype: DTypeName };
  return ndarray(array, dtype);
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function callBuilder({ builders }: Family, name: string, values: readonly unknown[]): unknown {
  const operator = name.startsWith("op:") ? name.slice(3) : null;
  if (operator === null) return (builders[camelCase(name)] as (...values: readonly unknown[]) => unknown)(...values);
  const [x, y] = values;
  if (values.length === 1) return operators.unary(operator as UnaryOperator, (x as { operand(): Tensor }).operand());
  return operators.binary(operator as BinaryOperator, x, y);
}

function attempt(body: () => unknown): Pick<CallCase, "result" | "error"> {
  try {
    const made = body();
    const tensors = made instanceof Tensor ? [made] : Object.values(made as Record<string, Tensor>);
    return { result: tensors.map((t) => `${t.name} ${t.dtype.name}${shapeText(t.shape)}`) };
  } catch (error) {
    return { error: errorRecord(error) };
  }
}

/** TensorFlow's class, and its text without what is added for users here. */
function errorRecord(error: unknown): ErrorRecord {
  if (!(error instanceof NamesakeError)) throw error;
  return [error.tensorflowClass, error.message.split(/\n {2}/)[0] as string];
}

function shapeText(shape: TensorShape): string {
  return shape.dims === null ? "?" : `[${shape.dims.map(String).join(", ")}]`;
}

function nodeText(op: Operation): string {
  const inputs = [
    ...op.inputs.map((t) => (t.index === 0 ? t.op.name : t.name)),
    ...op.controlInputs.map((c) => `^${c.name}`),
  ];
  const outputs = op.outputs.map((t) => `${t.dtype.name}${shapeText(t.shape)}`);
  const skipped = ["_class", "shape", "container", "shared_name", "allowed_devices", "debug_name"];
  const attrs = Object.keys(op.attrs)
    .sort()
    .filter((key) => !skipped.includes(key))
    .map((key) => `${key}=${attrText(op.attrs[key])}`);
  return `${op.name} = ${op.type}(${inputs.join(", ")}) -> ${outputs.join(" ")} {${attrs.join("; ")}}`;
}

function attrText(value: unknown): string {
  if (typeof value === "number") return numberText(value);
  if (!(value instanceof NDArray))
    return typeof value === "object" && value !== null && "name" in value ? String(value.name) : String(value);
  const dtype = value.dtype.isString ? "object" : value.dtype.name;
  return `${dtype}[${value.shape.join(", ")}]:${Array.from({ length: value.size }, (_, i) => numberText(value.at(i))).join(" ")}`;
}

function numberText(x: Element): string {
  return typeof x === "number" ? pythonFloat(x).replace(/\.0$/, "") : String(typeof x === "boolean" ? Number(x) : x);
}

// ---- shapes

function testInfers({ defs }: Family, golden: Golden): void {
  for (const { op, inputs, attrs, shapes, error } of golden.infers) {
    const shown = inputs.map((input) => JSON.stringify("value" in input ? input.value : input.shape));
    it(`${op}(${shown.join(", ")}${kwargsText(attrs)})`, () => {
      const outcome = runInScope(graphScope(new Graph()), () => {
        const tensors = inputs.map((input, i) =>
          input.value === undefined
            ? makeInput(input, i)
            : constantNode(getDefaultGraph(), ndarray(input.value, input.dtype)),
        );
        try {
          const def = defs[op] as OpDef;
          const isList = def.inputs.length === 1 && /\*/.test(def.inputs[0] as string);
          return { shapes: applyOp(def, isList ? [tensors] : tensors, attrs).outputs.map((t) => t.shape.dims) };
        } catch (thrown) {
          return { error: errorRecord(thrown) };
        }
      });
      expect(outcome).toEqual(error ? { error } : { shapes });
    });
  }
}

// ---- kernels

function testKernels(family: Family, golden: Golden): void {
  for (const [index, one] of golden.kernels.entries()) {
    const shown = one.inputs.map(({ dtype, shape }) => `${dtype}[${shape.join(",")}]`);
    it(`#${index} ${one.op}(${shown.join(", ")}${kwargsText(one.attrs)}) gives TensorFlow's result`, () =>
      runKernel(family, one));
  }
}

function runKernel({ defs, kernels }: Family, one: KernelCase): void {
  const def = defs[one.op] as OpDef;
  const kernel = kernels[one.op] as Kernel | typeof byExecutor;
  if (kernel === byExecutor) throw new Error(`${one.op} has no kernel`);
  const inputs = one.inputs.map(valueOf);
  const attrs = runInScope(graphScope(new Graph()), () => {
    const tensors = inputs.map(({ dtype }, i) =>
      applyOp1(arrayDefs.Placeholder, [], { dtype: dtype.name as DTypeName, shape: null }, `p${i}`),
    );
    const isList = def.inputs.length === 1 && /\*/.test(def.inputs[0] as string);
    return applyOp(def, isList ? [tensors] : tensors, one.attrs as never).attrs;
  });
  const isList = def.inputs.length === 1 && /\*/.test(def.inputs[0] as string);
  const context: KernelContext = {
    node: { name: one.op, type: one.op },
    random: null,
    printCount: 0,
    print: () => undefined,
  };
  const before = inputs.map((input) => input.copy());
  const run = (): readonly NDArray[] => {
    const made = kernel((isList ? [inputs] : inputs) as never, attrs as never, context);
    return Array.isArray(made) ? (made as readonly NDArray[]) : [made as NDArray];
  };
  if (one.error) {
    expect(attempted(run)).toEqual(one.error);
    return;
  }
  const outputs = run();
  expect(outputs.length).toBe(one.outputs?.length);
  for (const [i, output] of outputs.entries()) expectValue(output, valueOf(one.outputs?.[i] as Value), one.ulps ?? 0);
  for (const [i, input] of inputs.entries()) expect(input.equals(before[i] as NDArray)).toBe(true);
}

function attempted(run: () => unknown): unknown {
  try {
    run();
    return "no error";
  } catch (error) {
    return errorRecord(error);
  }
}

function valueOf({ dtype, shape, data }: Value): NDArray {
  const type = asDType(dtype);
  const count = shape.reduce((n, d) => n * d, 1);
  const texts = count === 0 ? [] : data.split(" ");
  const values = allocate(type, count);
  for (const [i, text] of texts.entries()) writeElement(type, values, i, elementOf(type.isString, type.isBig, text));
  return new NDArray(type, shape, values);
}

function elementOf(isString: boolean, isBig: boolean, text: string): Element {
  if (isString) return text;
  if (isBig) return BigInt(text);
  return Number(text.replace("nan", "NaN").replace("inf", "Infinity"));
}

function expectValue(actual: NDArray, expected: NDArray, ulps: number): void {
  const summary = (array: NDArray): unknown => ({ dtype: array.dtype.name, shape: array.shape });
  expect(summary(actual)).toEqual(summary(expected));
  const off = Array.from({ length: expected.size }, (_, i) => i).filter(
    (i) => !isNear(actual.at(i), expected.at(i), expected.dtype.name, ulps),
  );
  const shown = off.slice(0, 5).map((i) => `[${i}] ${String(actual.at(i))} instead of ${String(expected.at(i))}`);
  expect(shown).toEqual([]);
}

const mantissaBits: Readonly<Record<string, number>> = { float16: 10, bfloat16: 7, float32: 23, float64: 52 };
const leastExponent: Readonly<Record<string, number>> = { float16: -14, bfloat16: -126, float32: -126, float64: -1022 };

function isNear(actual: Element, expected: Element, dtype: string, ulps: number): boolean {
  if (typeof actual !== "number" || typeof expected !== "number") return actual === expected;
  if (Object.is(actual, expected)) return true;
  if (ulps === 0 || !Number.isFinite(expected) || mantissaBits[dtype] === undefined) return false;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(expected) || 1e-300)), leastExponent[dtype] as number);
  return Math.abs(actual - expected) <= ulps * 2 ** (exponent - (mantissaBits[dtype] as number));
}
