/** Every use of an op that TensorFlow recorded, as a graph that is written as a GraphDef and read again: the same nodes, and the same values or failures. */
import { createReferenceEngine, Graph, NamesakeError, Session } from "namesake";
import { decodeGraphDef, encodeGraphDef, importGraphDef } from "namesake/formats";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { graphScope, runInScope } from "../src/graph/ambient-scope.ts";
import { applyOp, applyOp1 } from "../src/graph/apply-op.ts";
import { constantNode } from "../src/graph/constant.ts";
import type { Operation } from "../src/graph/operation.ts";
import { signatureOf } from "../src/graph/signature.ts";
import type { Tensor } from "../src/graph/tensor.ts";
import { type OpType, opDefs } from "../src/ops/index.ts";
import type { DTypeName } from "../src/tensor/dtype.ts";
import type { NDArray } from "../src/tensor/ndarray.ts";
import { TensorShape } from "../src/tensor/shape.ts";
import { type RecordedCase, recordedCases } from "./recorded-cases.ts";

interface Program {
  readonly graph: Graph;
  /** The op that is tried. */
  readonly op: string;
  /** What gives variables their values. */
  readonly initializers: readonly string[];
  readonly feeds: readonly (readonly [name: string, value: NDArray])[];
}

/** The op of a case with inputs of every kind; `null` where the graph does not take it. */
function programOf({ type, inputs, attrs }: RecordedCase): Program | null {
  const graph = new Graph();
  const { inputs: declared } = signatureOf(opDefs[type]);
  const initializers: string[] = [];
  const feeds: (readonly [string, NDArray])[] = [];
  let place = 0;
  const input = (value: NDArray, index: number): Tensor => {
    const argument = declared[index];
    place += 1;
    const dtype = value.dtype.name as DTypeName;
    if (argument?.isRef === true || argument?.dtype?.baseName === "resource") {
      const [variable, assign] = argument.isRef
        ? (["VariableV2", "Assign"] as const)
        : (["VarHandleOp", "AssignVariableOp"] as const);
      const made = applyOp1(
        opDefs[variable],
        [],
        { dtype, shape: [...value.shape], shared_name: `v${place}` },
        `variable${place}`,
      );
      initializers.push(applyOp(opDefs[assign], [made, value], argument.isRef ? {} : { dtype }, `assign${place}`).name);
      return made;
    }
    // What decides shapes is known; every other of the rest is fed.
    if (place % 2 === 0 || dtype === "int32" || dtype === "string") return constantNode(graph, value, `input${place}`);
    const fed = applyOp1(opDefs.Placeholder, [], { dtype, shape: new TensorShape([...value.shape]) }, `input${place}`);
    feeds.push([fed.name, value]);
    return fed;
  };
  try {
    return runInScope(graphScope(graph), () => {
      const tensors = inputs.map((value, i) =>
        Array.isArray(value) ? (value as readonly NDArray[]).map((one) => input(one, i)) : input(value as NDArray, i),
      );
      return { graph, op: applyOp(opDefs[type], tensors, attrs, "tried").name, initializers, feeds };
    });
  } catch (error) {
    if (error instanceof NamesakeError) return null;
    throw error;
  }
}

/** The values of the op's outputs, or its failure. */
function outcomeOf({ graph, op, initializers, feeds }: Program): readonly string[] {
  using session = new Session({ graph, engine: createReferenceEngine() });
  const tried: Operation = graph.getOperationByName(op);
  const fed = feeds.map(([name, value]) => [graph.getTensorByName(name), value] as const);
  try {
    for (const name of initializers) session.runSync(graph.getOperationByName(name));
    const fetches = tried.outputs.filter(({ dtype }) => dtype.baseName !== "resource");
    session.runSync(tried, fed);
    return (session.runSync(fetches, fed) as readonly NDArray[]).map(
      (value) => `${value.dtype.name}[${value.shape.join(",")}] ${bitsOf(value)}`,
    );
  } catch (error) {
    if (!(error instanceof NamesakeError)) throw error;
    return [`${error.name}: ${error.message.split("\n")[0]}`];
  }
}

/** The elements bit by bit. */
function bitsOf({ data }: NDArray): string {
  const parts = Array.isArray(data) ? data : [new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
  return parts.map((part) => Buffer.from(part).toString("base64")).join(" ");
}

const byType = new Map<OpType, RecordedCase[]>();
for (const one of recordedCases()) byType.set(one.type, [...(byType.get(one.type) ?? []), one]);

// Some of the ops print, twice each.
beforeEach(() => {
  for (const stream of ["log", "error"] as const) vi.spyOn(console, stream).mockImplementation(() => undefined);
  return () => vi.restoreAllMocks();
});

describe("a GraphDef of every recorded use", () => {
  it.each([...byType])("of %s gives the same graph again, and the same values", (_, cases) => {
    for (const one of cases) {
      const program = programOf(one);
      if (program === null) continue;
      const written = program.graph.asGraphDef({ addShapes: true });
      const graph = new Graph();
      graph.asDefault(() => importGraphDef(encodeGraphDef(written), { name: "" }));
      expect(decodeGraphDef(encodeGraphDef(graph.asGraphDef({ addShapes: true }))), one.source).toEqual(
        decodeGraphDef(encodeGraphDef(written)),
      );
      expect(outcomeOf({ ...program, graph }), one.source).toEqual(outcomeOf(program));
    }
  });
});
