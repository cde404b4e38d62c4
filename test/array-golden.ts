/** Compares ops and builders with what TensorFlow recorded in test/goldens/array.json; one call per family, from the tests beside the sources. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NamesakeError } from "../src/base/errors.ts";
import { graphScope, runInScope } from "../src/graph/ambient-scope.ts";
import { applyOp, type GivenAttrs } from "../src/graph/apply-op.ts";
import { constantNode } from "../src/graph/constant.ts";
import { Graph } from "../src/graph/graph.ts";
import type { OpDef, OpDefTable } from "../src/graph/op-def.ts";
import type { Operation } from "../src/graph/operation.ts";
import { signatureOf } from "../src/graph/signature.ts";
import type { Tensor } from "../src/graph/tensor.ts";
import { byExecutor, type Kernel, type KernelContext } from "../src/kernels/rule.ts";
import { composeLibrary } from "../src/library.ts";
import { arrayDefs } from "../src/ops/array.defs.ts";
import { allocate, asDType, DType, type DTypeName } from "../src/tensor/dtype.ts";
import { type Element, NDArray, writeElement } from "../src/tensor/ndarray.ts";
import { TensorShape } from "../src/tensor/shape.ts";

type Encoded = readonly [
  dtype: DTypeName,
  shape: number[],
  data: (number | string | boolean | [number | string, number | string])[],
];
type Dims = readonly (number | null)[] | null;

interface Recorded {
  readonly tensorflow: string;
  readonly ops: readonly {
    readonly op: string;
    readonly family: string;
    readonly inputs: string[];
    readonly outputs: string[];
    readonly attrs: Readonly<Record<string, object>>;
    readonly stateful: boolean;
  }[];
  readonly cases: readonly Case[];
  readonly programs: readonly {
    readonly family: string;
    readonly program: string;
    readonly result?: string[];
    readonly error?: [string, string];
    readonly nodes: string[];
  }[];
}

interface Case {
  readonly family: string;
  readonly op: string;
  readonly inputs: readonly (Encoded | readonly Encoded[])[];
  readonly attrs: Readonly<Record<string, never>>;
  /** The inputs that are not known in modes where others are. */
  readonly data: readonly number[];
  /** Values, TensorFlow's text, or `null` where the graph could not be built. */
  readonly value: readonly Encoded[] | string | null;
  readonly shapes: Readonly<Record<Mode, readonly Dims[] | string>>;
}

const golden = JSON.parse(readFileSync(join(import.meta.dirname, "goldens/array.json"), "utf8")) as Recorded;

function numberOf(text: number | string): number {
  return typeof text === "number"
    ? text
    : text === "nan"
      ? NaN
      : text === "inf"
        ? Infinity
        : text === "-inf"
          ? -Infinity
          : Number(text);
}

function decoded([name, shape, data]: Encoded): NDArray {
  const dtype = asDType(name);
  const array = allocate(dtype, data.length);
  for (const [i, item] of data.entries()) {
    const element: Element = Array.isArray(item)
      ? [numberOf(item[0]), numberOf(item[1])]
      : typeof item === "boolean" || dtype.isString
        ? (item as boolean | string)
        : dtype.isBig
          ? BigInt(item)
          : numberOf(item);
    writeElement(dtype, array, i, element);
  }
  return new NDArray(dtype, shape, array);
}

function isList(input: Encoded | readonly Encoded[]): input is readonly Encoded[] {
  return Array.isArray(input[0]);
}

/** An input of a case as a value, or several. */
function valuesOf(input: Encoded | readonly Encoded[]): NDArray | NDArray[] {
  return isList(input) ? input.map(decoded) : decoded(input);
}

/** What of the inputs is known while the graph is built. */
const modes = {
  constant: () => "value",
  shapes: (shape: number[]) => shape,
  ranks: (shape: number[]) => shape.map(() => null),
  nothing: () => null,
  even: (shape: number[], isData: boolean) => (isData ? shape.map((d, i) => (i % 2 === 1 ? null : d)) : "value"),
  odd: (shape: number[], isData: boolean) => (isData ? shape.map((d, i) => (i % 2 === 0 ? null : d)) : "value"),
  values: (_: number[], isData: boolean) => (isData ? null : "value"),
} as const satisfies Record<string, (shape: number[], isData: boolean) => Dims | "value">;
type Mode = keyof typeof modes;

function inferredShapes(def: OpDef, one: Case, mode: Mode): readonly Dims[] | string {
  const graph = new Graph();
  return runInScope(graphScope(graph), () => {
    const inputs = one.inputs.map((input, i) => {
      const make = (value: NDArray): Tensor => {
        const known = modes[mode]([...value.shape], one.data.includes(i));
        return known === "value"
          ? constantNode(graph, value)
          : applyOp(arrayDefs.Placeholder, [], { dtype: value.dtype, shape: new TensorShape(known) }).output();
      };
      const values = valuesOf(input);
      return Array.isArray(values) ? values.map(make) : make(values);
    });
    try {
      return applyOp(def, inputs, givenAttrs(def, one)).outputs.map((output) => output.shape.dims);
    } catch (error) {
      if (error instanceof NamesakeError) return firstPart(error.message, one.shapes[mode]);
      throw error;
    }
  });
}

/** The attrs of a case as a builder gives them. */
function givenAttrs(def: OpDef, one: Case): GivenAttrs {
  return Object.fromEntries(
    Object.entries(one.attrs).map(([name, value]) => [
      name,
      def.attrs[name]?.kind === "shape" ? new TensorShape(value) : value,
    ]),
  );
}

/** The attrs of a case, with types as types and defaults filled in. */
function attrsOf(def: OpDef, one: Case, values: readonly (NDArray | NDArray[])[]): Record<string, unknown> {
  const attrs: Record<string, unknown> = {};
  for (const [name, attr] of Object.entries(def.attrs)) {
    const given: unknown = (one.attrs as Record<string, unknown>)[name];
    const value = given === undefined ? attr.default : given;
    attrs[name] =
      attr.kind === "type" && typeof value === "string"
        ? asDType(value)
        : attr.kind === "shape"
          ? new TensorShape(value as Dims)
          : value;
  }
  for (const [i, input] of signatureOf(def).inputs.entries()) {
    const value = values[i];
    const first = Array.isArray(value) ? value[0] : value;
    if (input.numberAttr !== null) attrs[input.numberAttr] = (value as NDArray[]).length;
    if (input.typeAttr !== null) attrs[input.typeAttr] = first?.dtype;
  }
  return attrs;
}

function computedValues(def: OpDef, kernel: Kernel, one: Case): readonly NDArray[] | string {
  const values = one.inputs.map(valuesOf);
  const context: KernelContext = {
    node: { name: one.op, type: one.op, inputs: [{ name: "_arg_Placeholder_0_0" }] },
    random: null,
    printCount: 0,
    print: () => undefined,
  };
  const before = values.flat().map((value) => value.copy());
  try {
    const result = kernel(values as never, attrsOf(def, one, values) as never, context);
    expect(values.flat(), "inputs stay as they are").toSatisfy((after: NDArray[]) =>
      after.every((value, i) => value.equals(before[i] as NDArray)),
    );
    return Array.isArray(result) ? (result as readonly NDArray[]) : [result as NDArray];
  } catch (error) {
    if (error instanceof NamesakeError) return error.message;
    throw error;
  }
}

function shownValue(value: NDArray): string {
  return `${value.dtype.name}[${value.shape.join(",")}] ${JSON.stringify(value.toArray(), (_, x: unknown) => (typeof x === "bigint" || (typeof x === "number" && !Number.isFinite(x)) ? String(x) : Object.is(x, -0) ? "-0" : x))}`;
}

function shownShapes(shapes: readonly Dims[] | string): string {
  return typeof shapes === "string" ? shapes : shapes.map((dims) => new TensorShape(dims).toBrackets()).join(" ");
}

function titleOf(one: Case): string {
  const inputs = one.inputs.map((input) =>
    isList(input)
      ? `[${input.map(([dtype, shape]) => `${dtype}[${shape}]`)}]`
      : `${input[0]}[${input[1]}]${input[2].length < 5 ? `(${input[2]})` : ""}`,
  );
  return `${one.op}(${inputs.join(", ")}) ${JSON.stringify(one.attrs)}`;
}

function declared(def: OpDef): object {
  const attrs = Object.fromEntries(
    Object.entries(def.attrs).map(([name, attr]) => [
      name,
      Object.fromEntries(Object.entries(attr).filter(([, value]) => value !== undefined)),
    ]),
  );
  return { inputs: [...def.inputs], outputs: [...def.outputs], attrs, stateful: def.stateful };
}

/** Tests the definitions, shape rules and kernels of a family. */
export function testFamily(
  family: string,
  defs: OpDefTable,
  kernels: Readonly<Record<string, Kernel | typeof byExecutor>>,
): void {
  composeLibrary();
  const mine = golden.cases.filter((one) => one.family === family);
  it("defines TensorFlow's ops", () => {
    const recorded = golden.ops.filter((op) => op.family === family);
    expect(Object.keys(defs).sort()).toEqual(recorded.map(({ op }) => op).sort());
    for (const { op, family: _, ...rest } of recorded)
      expect({ op, ...declared(defs[op] as OpDef) }).toEqual({ op, ...rest });
  });
  describe("static shapes", () => {
    it.each(mine.map((one) => [titleOf(one), one] as const))("%s", (_, one) => {
      const names = Object.keys(modes) as Mode[];
      const found = names.map((mode) => `${mode}: ${shownShapes(inferredShapes(defs[one.op] as OpDef, one, mode))}`);
      expect(found).toEqual(names.map((mode) => `${mode}: ${shownShapes(one.shapes[mode])}`));
    });
  });
  describe("values", () => {
    it.each(mine.filter(({ value }) => value !== null).map((one) => [titleOf(one), one] as const))("%s", (_, one) => {
      const kernel = kernels[one.op];
      if (kernel === undefined || kernel === byExecutor) throw new Error(`no kernel for ${one.op}`);
      const found = computedValues(defs[one.op] as OpDef, kernel as Kernel, one);
      const expected = one.value as readonly Encoded[] | string;
      if (typeof found === "string" || typeof expected === "string") expect(found).toEqual(expected);
      else expect(found.map(shownValue)).toEqual(expected.map((value) => shownValue(decoded(value))));
    });
  });
}

function attrText(value: unknown): string {
  if (value instanceof DType) return value.baseName;
  if (value instanceof TensorShape) return value.dims === null ? "?" : value.toBrackets();
  if (value instanceof NDArray) {
    const data = Array.from({ length: Math.min(value.size, 8) }, (_, i) => value.at(i));
    return JSON.stringify([value.shape, data], (_, x: unknown) => (typeof x === "bigint" ? Number(x) : x));
  }
  return Array.isArray(value)
    ? `[${value.map((item) => (item instanceof DType ? item.baseName : String(item))).join(",")}]`
    : String(value);
}

function nodeText(op: Operation): string {
  const inputs = [
    ...op.inputs.map((input) => (input.index === 0 ? input.op.name : input.name)),
    ...op.controlInputs.map((control) => `^${control.name}`),
  ];
  const attrs = Object.keys(op.attrs)
    .filter((key) => !key.startsWith("_"))
    .sort()
    .map((key) => `${key}=${attrText(op.attrs[key])}`);
  return `${op.name} = ${op.type}(${inputs.join(", ")}) ${attrs.join(", ")}`;
}

/** A program that builds ops in the default graph and gives back what TensorFlow's twin gives. */
export type Programs = Readonly<Record<string, () => unknown>>;

/** Tests that programs make TensorFlow's nodes, tensors and errors. */
export function testPrograms(family: string, programs: Programs): void {
  composeLibrary();
  const recorded = golden.programs.filter((one) => one.family === family);
  it("has a twin of every recorded program", () => {
    expect(Object.keys(programs).sort()).toEqual(recorded.map(({ program }) => program).sort());
  });
  it.each(recorded)("$program makes TensorFlow's nodes", (one) => {
    const { program, result, error, nodes } = one;
    const expected = { ...(result && { result }), ...(error && { error }), nodes };
    const graph = new Graph();
    const outcome = runInScope(graphScope(graph), () => {
      try {
        return { result: [programs[program]?.()].flat(9).map(String) };
      } catch (error) {
        if (!(error instanceof NamesakeError)) throw error;
        return { error: [error.tensorflowClass, firstPart(error.message, expected.error?.[1])] };
      }
    });
    expect({ ...outcome, nodes: graph.operations.map(nodeText) }).toEqual(expected);
  });
}

/** As much of a message as TensorFlow's text has lines; what follows is ours. */
function firstPart(message: string, expected: unknown): string {
  const lines = typeof expected === "string" ? expected.split("\n").length : 1;
  return message.split("\n").slice(0, lines).join("\n");
}
