/** Finding operations and tensors by name, with TensorFlow's messages. Mirrors `Graph.as_graph_element`. */
import { ArgumentError, ArgumentTypeError, GraphError, UnknownNameError } from "../base/errors.ts";
import { pythonTypeName, teach } from "../base/text.ts";
import type { CreationSite } from "./creation-site.ts";
import type { Graph } from "./graph.ts";
import { Operation } from "./operation.ts";
import { isTensorConvertible, Tensor } from "./tensor.ts";

/** See `Graph.asGraphElement`. */
export function lookUp(
  graph: Graph,
  value: unknown,
  allowTensor: boolean,
  allowOperation: boolean,
): Tensor | Operation {
  const types = allowTensor && allowOperation ? "Tensor or Operation" : allowTensor ? "Tensor" : "Operation";
  const element = isTensorConvertible(value) ? value.asGraphElement() : value;
  if (typeof element === "string") return byName(graph, element, allowTensor, allowOperation, types);
  if (element instanceof Tensor && allowTensor) return checkOwn(graph, element, "Tensor");
  if (element instanceof Operation && allowOperation) return checkOwn(graph, element, "Operation");
  throw new ArgumentTypeError(`Can not convert a ${pythonTypeName(value)} into a ${types}.`, { value });
}

function checkOwn<T extends Tensor | Operation>(graph: Graph, element: T, kind: string): T {
  if (element.graph === graph) return element;
  throw new GraphError(
    `${kind} ${element} is not an element of this graph.\n  it was made in another graph, at ${element instanceof Tensor ? element.op.site : element.site}`,
    { element, graph },
  );
}

function byName(
  graph: Graph,
  name: string,
  allowTensor: boolean,
  allowOperation: boolean,
  types: string,
): Tensor | Operation {
  if (name.includes(":")) {
    if (allowTensor) return tensorByName(graph, name);
    throw new ArgumentError(`Name '${name}' appears to refer to a Tensor, not a ${types}.`, { elementName: name });
  }
  const op = graph.findOperation(name);
  if (allowOperation) {
    if (op) return op;
    throw new UnknownNameError(`The name '${name}' refers to an Operation not in the graph.`, { elementName: name });
  }
  const first = op
    ? `The name '${name}' refers to an Operation, not a ${types}.`
    : `The name '${name}' looks like an (invalid) Operation name, not a ${types}.`;
  throw new ArgumentError(`${first} Tensor names must be of the form "<op_name>:<output_index>".`, {
    elementName: name,
  });
}

function tensorByName(graph: Graph, name: string): Tensor {
  const match = /^([^:]*):(-?\d+)$/.exec(name);
  if (!match)
    throw new ArgumentError(
      `The name '${name}' looks a like a Tensor name, but is not a valid one. Tensor names must be of the form "<op_name>:<output_index>".`,
      { elementName: name },
    );
  const [, opName = "", index] = match;
  const op = graph.findOperation(opName);
  if (!op)
    throw new UnknownNameError(
      `The name '${name}' refers to a Tensor which does not exist. The operation, '${opName}', does not exist in the graph.`,
      { elementName: name },
    );
  const tensor = op.outputs[Number(index)];
  if (!tensor)
    throw new UnknownNameError(
      `The name '${name}' refers to a Tensor which does not exist. The operation, '${opName}', exists but only has ${op.outputs.length} outputs.`,
      { elementName: name },
    );
  return tensor;
}

/** The graph element of a value, or `null` when it has none. */
export function graphElementOf(value: unknown): Tensor | Operation | null {
  if (value instanceof Tensor || value instanceof Operation) return value;
  return isTensorConvertible(value) ? value.asGraphElement() : null;
}

/**
 * The one graph of all tensors, operations and variables among `values`; `null` when there is none.
 * @throws {GraphError} when two graphs are mixed.
 */
export function commonGraph(values: readonly unknown[]): Graph | null {
  let first: unknown = null;
  let graph: Graph | null = null;
  for (const value of values) {
    const own =
      value instanceof Tensor || value instanceof Operation || isTensorConvertible(value) ? value.graph : null;
    if (own === null) continue;
    if (graph === null) {
      graph = own;
      first = value;
    } else if (own !== graph) {
      throw mixedGraphs(value, own, first, graph);
    }
  }
  return graph;
}

function mixedGraphs(value: unknown, own: Graph, first: unknown, graph: Graph): GraphError {
  return new GraphError(
    teach(
      `${elementText(value)} must be from the same graph as ${elementText(first)} (graphs are ${own} and ${graph}).`,
      [
        ["one", `was made at ${placeOf(value)}`],
        ["the other", `was made at ${placeOf(first)}`],
        [
          "instead",
          "make both inside of one graph.asDefault(() => …), or feed the value of one to a placeholder in the graph of the other",
        ],
      ],
    ),
    { value, first },
  );
}

/** Where a tensor, operation or variable was made. */
function placeOf(value: unknown): string {
  const { op, site } = value as { readonly op?: Operation; readonly site?: CreationSite };
  return String(site ?? op?.site ?? "<unknown>");
}

/** Variables show as the tensor that stands for them; partitioned ones, which have none, as the one they become. */
function elementText(value: unknown): string {
  if (!isTensorConvertible(value)) return String(value);
  try {
    return String(value.asGraphElement());
  } catch (error) {
    if (!(error instanceof ArgumentTypeError)) throw error;
    return String(value.asTensor());
  }
}

/** The handle of a resource variable; `null` for anything else. TensorFlow tells resource variables by it, too. */
export function handleOf(value: unknown): Tensor | null {
  const handle = isTensorConvertible(value) ? (value as { readonly handle?: unknown }).handle : null;
  return handle instanceof Tensor ? handle : null;
}
