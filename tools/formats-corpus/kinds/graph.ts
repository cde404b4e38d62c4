/** Graphs, binary and as text: their nodes, their constants, and what they compute. */
import { type AttrValueRecord, Graph, type GraphDefRecord, ndarray, Session } from "namesake";
import {
  decodeGraphDef,
  decodeTensor,
  encodeGraphDef,
  importGraphDef,
  parseGraphDef,
  printGraphDef,
} from "namesake/formats";
import { type CorpusCase, fileOf } from "../corpus-case.ts";
import { differences } from "../differences.ts";
import { type Kind, noSuchCases, outcomeOf } from "../kind.ts";
import { type ExpectedTensor, readTensor, tensorProblems } from "../tensors.ts";

/** What the corpus says of a node. */
export interface ExpectedNode {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly device: string;
  /** The sorted names of its attrs. */
  readonly attr: readonly string[];
}

interface Expected {
  readonly files: Readonly<Record<string, readonly ExpectedNode[]>>;
  readonly constants?: Readonly<Record<string, ExpectedTensor>>;
  /** The file that is run with `feed`. */
  readonly run?: string;
  readonly feed?: Readonly<Record<string, ExpectedTensor & { readonly values: readonly number[] }>>;
  readonly fetch?: Readonly<Record<string, ExpectedTensor>>;
}

export const graph: Kind = {
  async good(one) {
    const expected = one.text as unknown as Expected;
    const problems: string[] = [];
    for (const [file, nodes] of Object.entries(expected.files)) {
      const read = readGraph(one, file);
      problems.push(...differences(nodesOf(read), nodes, file), ...constantProblems(file, read, expected.constants));
      problems.push(...rewriteProblems(file, read));
    }
    return [...problems, ...(await runProblems(one, expected))];
  },
  bad(one) {
    const { file } = one.text as unknown as { readonly file: string };
    const bytes = fileOf(one, file);
    return outcomeOf(() => decodeGraphDef(bytes, { file }));
  },
};

export const graphConstant: Kind = {
  good: noSuchCases,
  bad(one) {
    const { file, node } = one.text as unknown as { readonly file: string; readonly node: string };
    const { node: nodes } = decodeGraphDef(fileOf(one, file), { file });
    const constant = nodes.find(({ name }) => name === node);
    return outcomeOf(() => decodeTensor(tensorOf(constant?.attr["value"]), { tensorName: node, file }));
  },
};

function readGraph(one: CorpusCase, file: string): GraphDefRecord {
  const bytes = fileOf(one, file);
  return file.endsWith(".pbtxt") ? parseGraphDef(bytes, { file }) : decodeGraphDef(bytes, { file });
}

/** The nodes of a graph as the corpus lists them. */
export function nodesOf({ node }: GraphDefRecord): ExpectedNode[] {
  return node.map(({ name, op, input, device, attr }) => ({ name, op, input, device, attr: Object.keys(attr).sort() }));
}

function tensorOf(attr: AttrValueRecord | undefined) {
  if (attr !== undefined && "tensor" in attr) return attr.tensor;
  throw new Error("the node has no tensor as its value");
}

function constantProblems(file: string, read: GraphDefRecord, constants: Expected["constants"] = {}): string[] {
  return Object.entries(constants).flatMap(([name, wanted]) => {
    const node = read.node.find((one) => one.name === name);
    const value = decodeTensor(tensorOf(node?.attr["value"]), { tensorName: name });
    return tensorProblems(`${file} ${name}`, value === null ? undefined : readTensor(value), wanted);
  });
}

/** Written and read again, the graph is the same record. */
function rewriteProblems(file: string, read: GraphDefRecord): string[] {
  return [
    ...differences(decodeGraphDef(encodeGraphDef(read)), read, `${file}, written again,`),
    ...differences(parseGraphDef(printGraphDef(read)), read, `${file}, printed and parsed,`),
  ];
}

async function runProblems(one: CorpusCase, { run, feed = {}, fetch = {} }: Expected): Promise<string[]> {
  if (run === undefined) return [];
  const inner = new Graph();
  inner.asDefault(() => importGraphDef(readGraph(one, run), { name: "" }));
  await using session = new Session({ graph: inner });
  const fed = Object.entries(feed).map(
    ([name, { values, dtype, shape }]) =>
      [inner.getTensorByName(name), ndarray(values, dtype as "float32", shape)] as const,
  );
  const got = await session.run(inner.getTensorByName(Object.keys(fetch)[0] ?? ""), new Map(fed));
  return Object.entries(fetch).flatMap(([name, wanted]) => tensorProblems(name, readTensor(got), wanted));
}
