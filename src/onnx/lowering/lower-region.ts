/**
 * Writes conditionals and loops as ONNX's `If` and `Loop`. Their bodies see the values around them, so only a loop's variables are
 * passed. Not which parts of a graph are such: the session finds them.
 */
import { type AttributeProto, type GraphProto, OnnxAttributeType, type ValueInfoProto } from "../../formats/onnx.ts";
import type { Operation } from "../../graph/operation.ts";
import { bool, int64 } from "../../tensor/dtype.ts";
import { scalarShape } from "../../tensor/shape.ts";
import { onnxDataType } from "../model/element-types.ts";
import { valueInfo } from "../model/value-info.ts";
import { type OnnxValue, Unsupported } from "../rule.ts";
import type { GraphLowering, OnnxRegion, OnnxRegionBody, OnnxSliceNode, OnnxSliceValue } from "./lower-graph.ts";
import { isSure } from "./sure-nodes.ts";

/** The region's outputs, or why it cannot be written. */
export function lowerRegion(
  op: Operation,
  node: OnnxSliceNode,
  region: OnnxRegion,
  graph: GraphLowering,
): readonly OnnxValue[] | Unsupported {
  const foreign = node.outputs.find(({ dtype }) => onnxDataType(dtype) === null);
  if (foreign !== undefined) return new Unsupported(`ONNX models hold no ${foreign.dtype.name} here`);
  const idle = idleNode(region);
  if (idle !== null) return new Unsupported(`a body computes ${idle.op.name}, which nothing takes but which may fail`);
  return region.kind === "if" ? lowerIf(op, node, region, graph) : lowerLoop(op, node, region, graph);
}

function lowerIf(
  op: Operation,
  { inputs, outputs }: OnnxSliceNode,
  { whenFalse, whenTrue }: Extract<OnnxRegion, { kind: "if" }>,
  graph: GraphLowering,
): readonly OnnxValue[] | Unsupported {
  const predicate = graph.valueOf(inputs[0] as OnnxSliceValue);
  const branches: AttributeProto[] = [];
  for (const [name, body] of [
    ["then_branch", whenTrue],
    ["else_branch", whenFalse],
  ] as const) {
    const inner = graph.inner();
    const results = addBody(inner, body);
    if (results instanceof Unsupported) return results;
    branches.push(graphAttribute(name, op, inner, [], results));
  }
  return addNode(graph, op, "If", [predicate.name], branches, outputs);
}

/** The condition stands before the loop for the first iteration, and behind the body for the others. */
function lowerLoop(
  op: Operation,
  { inputs, outputs }: OnnxSliceNode,
  { condition, body }: Extract<OnnxRegion, { kind: "loop" }>,
  graph: GraphLowering,
): readonly OnnxValue[] | Unsupported {
  const initial = inputs.slice(0, body.parameters.length).map((value) => graph.valueOf(value));
  const first = addBody(graph.inline(), condition, initial);
  if (first instanceof Unsupported) return first;
  const inner = graph.inner();
  const parameters = body.parameters.map((value): OnnxValue => {
    const { name, dtype, shape } = value;
    return { name: inner.nameFor(name), dtype, shape, constant: null };
  });
  const nexts = addBody(inner, body, parameters);
  if (nexts instanceof Unsupported) return nexts;
  const goesOn = addBody(inner.inline(), condition, nexts);
  if (goesOn instanceof Unsupported) return goesOn;
  const counter: OnnxValue = { name: inner.nameFor(":iteration"), dtype: int64, shape: scalarShape, constant: null };
  const before: OnnxValue = { name: inner.nameFor(":condition"), dtype: bool, shape: scalarShape, constant: null };
  const attribute = graphAttribute("body", op, inner, [counter, before, ...parameters], [...goesOn, ...nexts]);
  // What is collected follows the variables, in the body as in the loop.
  const names = ["", (first[0] as OnnxValue).name, ...initial.map(({ name }) => name)];
  return addNode(graph, op, "Loop", names, [attribute], outputs);
}

/** Writes a body's nodes; its results. */
function addBody(
  graph: GraphLowering,
  { parameters, nodes, results }: OnnxRegionBody,
  values: readonly OnnxValue[] = [],
): readonly OnnxValue[] | Unsupported {
  for (const [i, parameter] of parameters.entries()) {
    const value = values[i] as OnnxValue;
    // What one iteration gives the next knows less of its shape than the parameter does.
    graph.bind(parameter, {
      ...value,
      shape: parameter.shape.rank === null ? value.shape : parameter.shape,
      constant: null,
    });
  }
  return graph.add(nodes) ?? results.map((result) => graph.valueOf(result));
}

/** An inner graph. Its outputs are made in it, each once: a value from outside, or one that is given twice, is copied. */
function graphAttribute(
  name: string,
  op: Operation,
  graph: GraphLowering,
  inputs: readonly OnnxValue[],
  results: readonly OnnxValue[],
): AttributeProto {
  const outputs = results.map((result, i) => graph.copy(result, `${op.name}:${name}:${i}`));
  const g: GraphProto = {
    name: `${op.name}/${name}`,
    node: graph.nodes,
    initializer: [],
    input: inputs.map((value): ValueInfoProto => valueInfo(value.name, value.dtype, value.shape.dims)),
    output: outputs.map((value): ValueInfoProto => valueInfo(value.name, value.dtype, null)),
  };
  return { name, type: OnnxAttributeType.GRAPH, g };
}

function addNode(
  graph: GraphLowering,
  op: Operation,
  opType: "If" | "Loop",
  input: string[],
  attribute: AttributeProto[],
  outputs: readonly OnnxSliceValue[],
): readonly OnnxValue[] {
  const name = graph.nameFor(op.name);
  const made = outputs.map(
    ({ dtype, shape }, i): OnnxValue => ({ name: graph.nameFor(`${op.name}#${i}`), dtype, shape, constant: null }),
  );
  graph.nodes.push({ opType, name, input, output: made.map((value) => value.name), attribute });
  return made;
}

/** A node of a body of which nothing is taken: a runtime would drop it together with its failure. */
function idleNode(region: OnnxRegion): OnnxSliceNode | null {
  const bodies = region.kind === "if" ? [region.whenFalse, region.whenTrue] : [region.condition, region.body];
  for (const { nodes, results } of bodies) {
    const taken = new Set([...nodes.flatMap(({ inputs }) => inputs), ...results]);
    const idle = nodes.find((node) => !node.outputs.some((output) => taken.has(output)) && !isSure(node));
    if (idle !== undefined) return idle;
  }
  return null;
}
