/** Importing a GraphDef into the current graph. Mirrors python/framework/importer.py. */
import { ArgumentError, ArgumentTypeError, NamesakeError } from "../base/errors.ts";
import type { GraphDefRecord, OpListRecord, VersionDefRecord } from "../base/graph-def.ts";
import { isPlainObject, pythonText, pythonTypeName } from "../base/text.ts";
import { decodeGraphDef } from "../formats/graphdef.ts";
import { runInScope } from "../graph/ambient-scope.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { stateOf } from "../graph/context.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { Graph } from "../graph/graph.ts";
import { GRAPH_DEF_VERSION, graphDefHead } from "../graph/graph-def-head.ts";
import type { OpDef } from "../graph/op-def.ts";
import type { Operation } from "../graph/operation.ts";
import { publicCall } from "../graph/public-call.ts";
import { makeNameScope } from "../graph/scopes.ts";
import { Tensor } from "../graph/tensor.ts";
import { opDefs } from "../ops/index.ts";
import { CONTROL_INDEX, isNodeDefName, type Source, sourceText } from "./graph-def-index.ts";
import { GraphImport } from "./graph-import.ts";
import { givenDefinition, withoutProducerDefaults } from "./op-list.ts";
import { placeImported } from "./placement.ts";

/** Options of `importGraphDef`. */
export interface ImportGraphDefOptions {
  /** What takes the place of outputs of the imported graph, by `node:k` or `node`; of control inputs, by `^node`. */
  readonly inputMap?: Readonly<Record<string, TensorLike>> | null | undefined;
  /** Names of operations (`node`) and tensors (`node:k`) of the imported graph that are given back. */
  readonly returnElements?: readonly string[] | null | undefined;
  /** What the names of the imported operations begin with, made unique; `""` for nothing. Default `import`. */
  readonly name?: string | null | undefined;
  /**
   * The definitions of whoever wrote the graph (`stripped_op_list` of a MetaGraphDef). Attrs that are not known here and have their
   * default there are left out; and it tells the types of the outputs of ops that are not known here.
   */
  readonly producerOpList?: OpListRecord | null | undefined;
}

/**
 * Imports a serialized graph into the current graph. Its operations keep their names, below the name of the import.
 *
 * Every op may be imported. One that Namesake does not define is kept as it is, with its attrs; its outputs have the number and the types
 * that `producerOpList`, the attr `_output_shapes` and the ops that use them tell, else the type `unknown`. Only a step that needs such an
 * op fails.
 *
 * @returns the elements named by `returnElements`; `null` without it.
 * @throws {ArgumentError} when the graph is not well-formed, or a name is not found in it. Nothing is imported then.
 * @throws {ArgumentTypeError} for arguments of another kind.
 * @throws {FormatError} when bytes are no GraphDef.
 * @throws {ShapeError} when the shapes of a node's inputs cannot fit.
 * @throws {UnimplementedError} for ops that TensorFlow had withdrawn by the version of the graph.
 * @remarks Differs from TensorFlow: ops that are not known are accepted, a value that cannot be read is refused here and not in the step,
 * and `graphDef` may be given as bytes. Conditionals and loops run, and are no contexts in which more could be built.
 * @see TensorFlow `import_graph_def`, python/framework/importer.py
 * @example
 * const graph = new Graph();
 * graph.asDefault(() => add(placeholder("float32", [2], { name: "a" }), [1, 2], { name: "c" }));
 * const [c] = importGraphDef(graph.asGraphDef(), { inputMap: { a: constant([3, 4]) }, returnElements: ["c:0"] });
 * c.name; // "import/c:0"
 * session.runSync(c).toArray(); // [4, 6]
 */
export function importGraphDef<const E extends readonly string[]>(
  graphDef: GraphDefRecord | Uint8Array,
  options: ImportGraphDefOptions & { readonly returnElements: E },
): { readonly [K in keyof E]: E[K] extends `${string}:${string}` ? Tensor : Operation };
export function importGraphDef(
  graphDef: GraphDefRecord | Uint8Array,
  options?: ImportGraphDefOptions,
): readonly (Tensor | Operation)[] | null;
export function importGraphDef(
  graphDef: GraphDefRecord | Uint8Array,
  options: ImportGraphDefOptions = {},
): readonly (Tensor | Operation)[] | null {
  return publicCall(() => imported(getDefaultGraph(), recordOf(graphDef), options), importGraphDef);
}

function recordOf(graphDef: GraphDefRecord | Uint8Array): GraphDefRecord {
  if (graphDef instanceof Uint8Array) return decodeGraphDef(graphDef);
  if (isPlainObject(graphDef) && Array.isArray(graphDef.node) && isPlainObject(graphDef.versions)) return graphDef;
  throw new ArgumentTypeError(
    "Argument `graph_def` must be a GraphDef proto.\n  give the bytes of a GraphDef, or the record that graph.asGraphDef() makes",
    { graphDef },
  );
}

function imported(
  graph: Graph,
  record: GraphDefRecord,
  options: ImportGraphDefOptions,
): readonly (Tensor | Operation)[] | null {
  const { name = null, producerOpList } = options;
  const inputMap = checkedInputMap(options.inputMap ?? {});
  const elements = checkedElements(options.returnElements ?? null);
  graph.checkNotFinalized();
  const given = new Map((producerOpList?.op ?? []).map((one) => [one.name, givenDefinition(one)]));
  const kept = producerOpList ? withoutProducerDefaults(record, producerOpList, definitionOf) : record;
  const [prefix, values] = runInScope(
    makeNameScope(name, { defaultName: "import", values: Object.values(inputMap) }),
    (scope) => [scope, mappedTensors(name, inputMap)] as const,
  );
  const mapping = mappingOf(values);
  for (const element of elements ?? []) if (element.includes(":")) parseTensorName(element);
  checkVersions(kept.versions);
  checkOwn(graph, mapping);
  if (prefix !== "" && !isNodeDefName(prefix.slice(0, -1)))
    throw new ArgumentError(`Imported node name prefix '${prefix}' would lead to invalid node names`, { prefix });
  return atomically(graph, kept.versions, () => {
    const work = new GraphImport(graph, kept, {
      prefix,
      inputMap: mapping,
      wanted: (elements ?? []).filter((element) => element.includes(":")),
      definition: definitionOf,
      given: (type) => given.get(type) ?? null,
      flow: stateOf(graph).flow,
    });
    const ops = work.make();
    const found = elements === null ? null : work.elements(elements);
    graphDefHead(graph).add(kept);
    graph.settleImported(ops);
    placeImported(ops, stateOf(graph).devices);
    const missing = work.missingMappings();
    if (missing.length > 0)
      throw new UnusedMappingError(
        `Attempted to map inputs that were not found in graph_def: [${missing.join(", ")}]`,
        { missing },
      );
    return found;
  });
}

/** As in TensorFlow, the graph stays imported when only the input map named too much. */
class UnusedMappingError extends ArgumentError {}

/** Runs an import; when it fails, the graph is as it was. */
function atomically<T>(graph: Graph, { producer }: VersionDefRecord, body: () => T): T {
  const count = graph.operations.length;
  try {
    return body();
  } catch (error) {
    if (error instanceof UnusedMappingError) throw error;
    graph.takeBack(count);
    if (!(error instanceof NamesakeError) || producer - GRAPH_DEF_VERSION <= NEWER_BY) throw error;
    throw new ArgumentError(
      `Converting GraphDef to Graph has failed with an error: '${error.message}' The binary trying to import the GraphDef was built when GraphDef version was ${GRAPH_DEF_VERSION}. The GraphDef was produced by a binary built when GraphDef version was ${producer}. The difference between these versions is larger than TensorFlow's forward compatibility guarantee, and might be the root cause for failing to import the GraphDef.`,
      { cause: error },
    );
  }
}

/** For how many versions, which are days, TensorFlow promises to read newer graphs. */
const NEWER_BY = 21;

const definitions: Readonly<Record<string, OpDef>> = opDefs;

function definitionOf(type: string): OpDef | null {
  return Object.hasOwn(definitions, type) ? (definitions[type] as OpDef) : null;
}

function checkedInputMap(inputMap: unknown): Readonly<Record<string, TensorLike>> {
  if (isPlainObject(inputMap)) return inputMap as Readonly<Record<string, TensorLike>>;
  throw new ArgumentTypeError(
    `Argument \`input_map\` must be a dictionary. Obtained ${pythonTypeName(inputMap)}\n  in TypeScript  { "node:0": tensor }`,
    { inputMap },
  );
}

function checkedElements(elements: unknown): readonly string[] | null {
  if (elements === null) return null;
  if (Array.isArray(elements) && elements.every((one) => typeof one === "string")) return elements as readonly string[];
  throw new ArgumentTypeError(
    `Argument \`return_elements\` must be a list of strings. Obtained ${pythonText(elements)}.`,
    { returnElements: elements },
  );
}

/** The values of the input map as tensors. Runs in the import's name scope. */
function mappedTensors(
  name: string | null,
  inputMap: Readonly<Record<string, TensorLike>>,
): readonly (readonly [key: string, tensor: Tensor])[] {
  const entries = Object.entries(inputMap);
  if (entries.every(([, value]) => value instanceof Tensor)) return entries as [string, Tensor][];
  if (name === "")
    throw new ArgumentError(
      "tf.import_graph_def() requires a non-empty `name` if `input_map` contains non-Tensor values. Try calling tf.convert_to_tensor() on `input_map` values before calling tf.import_graph_def().",
      { inputMap },
    );
  return runInScope(makeNameScope("_inputs"), () =>
    entries.map(([key, value]) => [key, convertToTensor(value)] as const),
  );
}

/** The input map by source. */
function mappingOf(values: readonly (readonly [key: string, tensor: Tensor])[]): Map<string, Tensor | Operation> {
  return new Map<string, Tensor | Operation>(
    values.map(([key, tensor]): [string, Tensor | Operation] =>
      key.startsWith("^")
        ? [sourceText({ node: key.slice(1), index: CONTROL_INDEX }), tensor.op]
        : [sourceText(parseTensorName(key)), tensor],
    ),
  );
}

/** @throws {ArgumentError} when something of another graph is to take a place. TensorFlow looks for it by its name. */
function checkOwn(graph: Graph, mapping: ReadonlyMap<string, Tensor | Operation>): void {
  for (const [key, element] of mapping) {
    if (element.graph === graph) continue;
    const op = element instanceof Tensor ? element.op : element;
    throw new ArgumentError(
      `node '${op.name}' in input_map does not exist in graph (input_map entry: ${key}->${element instanceof Tensor ? element.name : `^${op.name}`})\n  it is in another graph, made at ${op.site}`,
      { key, element },
    );
  }
}

/** Reads `node` or `node:k`, as Python's `_ParseTensorName` does. */
function parseTensorName(name: string): Source {
  const [node = "", index, ...more] = name.split(":");
  if (more.length > 0)
    throw new ArgumentError(
      `Cannot convert '${name}' to a tensor name. Tensor names should not contain more than 1 \`:\`. Obtained ${more.length + 1}`,
      { elementName: name },
    );
  if (index === undefined) return { node, index: 0 };
  if (/^\d+$/.test(index)) return { node, index: Number(index) };
  throw new ArgumentError(
    `Cannot convert '${name}' to a tensor name. Second component of the name following the \`:\` should be an int. Got ${index}.`,
    { elementName: name },
  );
}

/** @throws {ArgumentError} when the graph says that TensorFlow 2.21 must not read it. Mirrors `CheckVersions`, core/framework/versions.cc. */
function checkVersions({ producer, minConsumer, badConsumers = [] }: VersionDefRecord): void {
  const fields = { producer, minConsumer, badConsumers };
  if (producer < 0)
    throw new ArgumentError(
      `GraphDef producer version ${producer} below min producer 0 supported by TensorFlow 2.21.0.  Please regenerate your graph.`,
      fields,
    );
  if (minConsumer > GRAPH_DEF_VERSION)
    throw new ArgumentError(
      `GraphDef min consumer version ${minConsumer} above current version ${GRAPH_DEF_VERSION} for TensorFlow 2.21.0.  Please upgrade TensorFlow.`,
      fields,
    );
  if (badConsumers.includes(GRAPH_DEF_VERSION))
    throw new ArgumentError(
      `GraphDef disallows consumer version ${GRAPH_DEF_VERSION}.  Please upgrade TensorFlow: this version is likely buggy.`,
      fields,
    );
}
