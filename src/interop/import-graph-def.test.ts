/** Imports beside TensorFlow's: the same graphs in the same settings (tools/goldens/import_graph_def.py) give the same graph or the same error. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type AttrValueRecord,
  colocateWith,
  cond,
  constant,
  container,
  controlDependencies,
  createReferenceEngine,
  type DTypeName,
  device,
  Graph,
  type GraphDefRecord,
  getDefaultGraph,
  type Literal,
  NamesakeError,
  type NDArray,
  type NodeDefRecord,
  nameScope,
  ndarray,
  placeholder,
  Session,
} from "namesake";
import { decodeGraphDef, decodeOpList, importGraphDef } from "namesake/formats";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { describe, expect, it } from "vitest";

interface Case {
  readonly setting: keyof typeof settings;
  readonly graph: string;
  /** The names of tensors, or values. */
  readonly input_map?: Readonly<Record<string, string | readonly [number[], DTypeName]>>;
  readonly return_elements?: readonly string[];
  readonly name?: string;
  readonly producer_op_list?: string;
  readonly returned?: readonly (readonly string[] | null)[];
  /** The graph after it, with static shapes. */
  readonly after?: string;
  readonly error?: readonly [tensorflowClass: string, line: string];
  /** Steps of one session afterwards: fetches, feeds, values. */
  readonly runs?: readonly (readonly [string[], Readonly<Record<string, Literal>>, readonly Literal[]])[];
  /** The names of the operations that a failed import leaves. */
  readonly left?: readonly string[];
}

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../test/goldens/import_graph_def.json"), "utf8"),
) as { readonly imports: Readonly<Record<string, Case>> };

/** What surrounds the import, as in the generator. */
const settings = {
  plain: (go: () => void) => go(),
  with_placeholder(go: () => void) {
    placeholder("float32", [2], { name: "x" });
    go();
  },
  name_taken(go: () => void) {
    constant(1, { name: "import/a" });
    constant(1, { name: "a" });
    go();
  },
  in_name_scope: (go: () => void) => nameScope("outer", go),
  in_control_dependencies: (go: () => void) => controlDependencies([constant(1, { name: "first" })], go),
  in_device: (go: () => void) => device("/device:CPU:1", go),
  in_colocation(go: () => void) {
    const anchor = device("/device:CPU:2", () => constant(1, { name: "anchor" }));
    colocateWith(anchor, go);
  },
  in_container: (go: () => void) => container("box", go),
  in_branch(go: () => void) {
    const onTrue = () => {
      go();
      return constant(1);
    };
    cond(placeholder("bool", [], { name: "p" }), onTrue, () => constant(2));
  },
  twice(go: () => void) {
    go();
    go();
  },
  finalized(go: () => void) {
    getDefaultGraph().finalize();
    go();
  },
  afterwards(go: () => void) {
    go();
    constant(1, { name: "import" });
    constant(1, { name: "import/a" });
    nameScope("import", () => constant(1, { name: "a" }));
  },
};

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));

/** The nodes as text, so that differences are short. */
function nodesOf({ node, versions }: GraphDefRecord): string[] {
  return [JSON.stringify(versions), ...node.map(nodeText)];
}

function nodeText({ name, op, input, device: place, attr }: NodeDefRecord): string {
  const attrs = Object.keys(attr)
    .sort()
    .map((key) => `${key}=${valueText(attr[key] as AttrValueRecord, key)}`);
  return `${name} = ${op}(${input.join(", ")}) {${attrs.join("; ")}}${place === "" ? "" : ` @${place}`}`;
}

function valueText(value: AttrValueRecord, key: string): string {
  // TensorFlow keeps the groups of colocation in no order.
  if (key === "_class" && "list" in value)
    return (
      value.list.s
        ?.map((s) => Buffer.from(s).toString())
        .sort()
        .join() ?? ""
    );
  return JSON.stringify(value, (_, part: unknown) =>
    part instanceof Uint8Array
      ? Buffer.from(part).toString("latin1")
      : typeof part === "bigint" && !Number.isSafeInteger(Number(part))
        ? String(part)
        : typeof part === "bigint"
          ? Number(part)
          : part,
  );
}

interface Outcome extends Pick<Case, "returned" | "error" | "left"> {
  readonly nodes?: readonly string[];
  readonly graph?: Graph;
}

function outcomeOf(one: Case): Outcome {
  const graph = new Graph();
  const returned: (readonly string[] | null)[] = [];
  try {
    graph.asDefault(() =>
      settings[one.setting](() => {
        const inputMap = Object.fromEntries(
          Object.entries(one.input_map ?? {}).map(([key, value]) => [
            key,
            typeof value === "string" ? graph.getTensorByName(value) : ndarray(...value),
          ]),
        );
        const elements = importGraphDef(bytesOf(one.graph), {
          inputMap,
          returnElements: one.return_elements,
          name: one.name,
          producerOpList: one.producer_op_list === undefined ? null : decodeOpList(bytesOf(one.producer_op_list)),
        });
        returned.push(elements === null ? null : elements.map(({ name }) => name));
      }),
    );
    return { returned, nodes: nodesOf(graph.asGraphDef({ addShapes: true })), graph };
  } catch (error) {
    if (!(error instanceof NamesakeError)) throw error;
    return {
      error: [error.tensorflowClass, error.message.split("\n")[0] as string],
      left: graph.operations.map(({ name }) => name),
    };
  }
}

describe("importGraphDef as in TensorFlow", () => {
  it.each(Object.entries(golden.imports))("%s", (_, one) => {
    const expected =
      one.error === undefined
        ? { returned: one.returned, nodes: nodesOf(decodeGraphDef(bytesOf(one.after as string))) }
        : { error: one.error, left: one.left };
    const { graph, ...outcome } = outcomeOf(one);
    expect(outcome).toEqual(expected);
    if (one.runs === undefined || graph === undefined) return;
    for (const makeEngine of [createReferenceEngine, createOnnxRuntimeEngine]) {
      using session = new Session({ graph, engine: makeEngine() });
      for (const [fetches, feeds, values] of one.runs) {
        const found = session.runSync(fetches, Object.entries(feeds)) as readonly (NDArray | null)[];
        expect(found.map((value) => value?.toArray() ?? null)).toEqual(values);
      }
    }
  });
});
