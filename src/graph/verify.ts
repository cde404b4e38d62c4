/** `verifyGraph()`: names the first node that breaks a rule of graphs, and the rule. Building keeps the rules; imports and rewrites are checked with this. */
import { GraphError } from "../base/errors.ts";
import type { Graph } from "./graph.ts";
import { checkNodeName } from "./names.ts";
import { outputDTypes } from "./node-attrs.ts";
import type { Operation } from "./operation.ts";
import { signatureOf } from "./signature.ts";

type Rule = readonly [name: string, broken: (op: Operation, place: ReadonlyMap<Operation, number>) => string | null];

const rules: readonly Rule[] = [
  [
    "every name is legal and used once",
    (op) => (op.graph.findOperation(op.name) === op ? legalName(op.name) : `another operation is named '${op.name}'`),
  ],
  [
    "inputs belong to the graph",
    (op) =>
      missing(
        op,
        op.inputs.map((input) => input.op),
      ) ?? missing(op, op.controlInputs),
  ],
  ["inputs are made before their consumers, except around loops", inputOrder],
  ["the number of inputs is the definition's", inputCount],
  ["references go only where references are accepted", references],
  [
    "every attr of the definition has a value",
    (op) => absent(Object.keys(op.def.attrs).filter((name) => op.attrs[name] === undefined)),
  ],
  ["outputs have the definition's types", outputTypes],
];

function legalName(name: string): string | null {
  try {
    checkNodeName(name);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function missing(op: Operation, others: readonly Operation[]): string | null {
  const stranger = others.find((other) => other.graph !== op.graph || op.graph.findOperation(other.name) !== other);
  return stranger ? `its input '${stranger.name}' is not an operation of this graph` : null;
}

function inputOrder(op: Operation, place: ReadonlyMap<Operation, number>): string | null {
  if (op.def.flow === "merge") return null;
  const late = [...op.inputs.map((input) => input.op), ...op.controlInputs].find(
    (other) => (place.get(other) as number) >= (place.get(op) as number),
  );
  // Control flow routes an input through ops that are made after their consumer.
  return late && late.def.flow === undefined && op.flow === null ? `its input '${late.name}' comes after it` : null;
}

function inputCount(op: Operation): string | null {
  if (op.def.isForeign === true) return null;
  let expected = 0;
  for (const argument of signatureOf(op.def).inputs) {
    if (argument.numberAttr !== null) expected += op.attrs[argument.numberAttr] as number;
    else if (argument.listAttr !== null) expected += (op.attrs[argument.listAttr] as readonly unknown[]).length;
    else expected += 1;
  }
  return op.inputs.length === expected ? null : `it has ${op.inputs.length} inputs, its definition ${expected}`;
}

function references(op: Operation): string | null {
  const wanted = signatureOf(op.def).inputs;
  for (const [i, argument] of wanted.entries()) {
    if (argument.numberAttr !== null || argument.listAttr !== null) return null;
    if (argument.isRef && op.inputs[i]?.dtype.isRef !== true) return `its input '${argument.name}' must be a reference`;
  }
  return null;
}

function absent(names: readonly string[]): string | null {
  return names.length === 0 ? null : `no value for ${names.join(", ")}`;
}

function outputTypes(op: Operation): string | null {
  if (op.def.isForeign === true) return null;
  const wanted = outputDTypes(op.def, op.attrs);
  const fits = wanted.length === op.outputs.length && wanted.every((dtype, i) => dtype === op.outputs[i]?.dtype);
  return fits
    ? null
    : `outputs are ${op.outputs.map((o) => o.dtype.name).join(", ")}, the definition says ${wanted.map((d) => d.name).join(", ")}`;
}

/**
 * Checks every node of a graph against the rules that building keeps.
 * @throws {GraphError} naming the first node that breaks one, the rule, and what is wrong.
 * @example
 * verifyGraph(getDefaultGraph());
 */
export function verifyGraph(graph: Graph): void {
  const place = new Map(graph.operations.map((op, i) => [op, i]));
  for (const op of graph.operations) {
    for (const [rule, broken] of rules) {
      const wrong = broken(op, place);
      if (wrong !== null) {
        throw new GraphError(
          `Node '${op.name}' (${op.type}) breaks a rule of graphs: ${rule}.\n  ${wrong}\n  made at ${op.site}`,
          { op, rule },
        );
      }
    }
  }
}
