/**
 * Writes files of every format that TensorFlow and NumPy read, with what they hold in `expected.json`, for tools/check-files.py:
 * `node tools/run-ts.mjs tools/files-for-tensorflow.ts FOLDER [SEED]`. Checkpoints have a program of their own.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { constant, Graph, getVariable, matmul, NDArray, ndarray, onesInitializer, placeholder } from "namesake";
import {
  encodeEvents,
  encodeGraphDef,
  encodeMessage,
  encodeMetaGraphDef,
  encodeNpy,
  encodeNpz,
  encodeRecords,
  encodeSafetensors,
  encodeSavedModel,
  eventFileName,
  firstEvent,
  histogramValue,
  imageValue,
  type MetaGraphDef,
  printCheckpointState,
  printGraphDef,
  printMetaGraphDef,
  printSavedModel,
  RunMetadata,
  SessionStatus,
  scalarValue,
  textValue,
  VariableDef,
  writeRecords,
} from "namesake/formats";
import { PNG } from "pngjs";
import { allocate, asDType, type DType } from "../src/tensor/dtype.ts";

const [folder = ".", seed = "1"] = process.argv.slice(2);
let state = Number(seed) >>> 0;

/** A whole number below `limit`. */
function draw(limit: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

/** A number with all digits that a float32 has, of any size that is not extreme. */
function drawFloat(): number {
  return Math.fround((draw(2 ** 24) / 2 ** 23 - 1) * 10 ** (draw(20) - 10));
}

function drawBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => draw(256));
}

function write(name: string, content: Uint8Array | string): void {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

async function joined(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

// ---- records

async function writeRecordFiles(): Promise<unknown> {
  const records = Array.from({ length: 20 }, () => drawBytes(draw(3) === 0 ? draw(20_000) : draw(20)));
  write("records/plain", encodeRecords(records));
  write("records/GZIP", await joined(writeRecords(records, { compression: "GZIP" })));
  write("records/ZLIB", await joined(writeRecords(records, { compression: "ZLIB" })));
  return records.map(hexOf);
}

// ---- a graph with variables

/** `y = x w` with the variable `w` of ones, as a graph and all that belongs to it. */
function metaGraph(): MetaGraphDef {
  const graph = new Graph();
  graph.asDefault(() => {
    const x = placeholder("float32", [null, 3], { name: "x" });
    const w = getVariable("net/w", [3, 2], { initializer: onesInitializer(), useResource: false });
    matmul(x, w, { name: "y" });
    constant(["text", "é"], { name: "texts" });
    constant([1 / 3, 1e-30, 16777217, -0], { name: "floats" });
  });
  const variable = encodeMessage(VariableDef, {
    variableName: "net/w:0",
    initializerName: "net/w/Assign",
    snapshotName: "net/w/read:0",
    initialValueName: "net/w/Initializer/ones:0",
    isResource: false,
    trainable: true,
    synchronization: 0,
    aggregation: 0,
  });
  const shape = (sizes: readonly number[]) => ({ dim: sizes.map((size) => ({ size })), unknownRank: false });
  return {
    metaInfoDef: {
      metaGraphVersion: "",
      tags: ["serve"],
      tensorflowVersion: "",
      tensorflowGitVersion: "",
      strippedDefaultAttrs: false,
      functionAliases: {},
    },
    graphDef: graph.asGraphDef(),
    collectionDef: {
      variables: { bytesList: { value: [variable] } },
      trainable_variables: { bytesList: { value: [variable] } },
      nodes: { nodeList: { value: ["y:0"] } },
      ints: { int64List: { value: [3, -4, 2n ** 60n] } },
      floats: { floatList: { value: [1.5, Math.fround(0.1)] } },
      texts: { bytesList: { value: [new Uint8Array([0x61, 0xff])] } },
    },
    signatureDef: {
      serving_default: {
        inputs: { x: { name: "x:0", dtype: 1, tensorShape: shape([-1, 3]) } },
        outputs: { y: { name: "y:0", dtype: 1, tensorShape: shape([-1, 2]) } },
        methodName: "tensorflow/serving/predict",
        defaults: {},
      },
    },
    assetFileDef: [],
  };
}

function writeGraphs(): unknown {
  const meta = metaGraph();
  const { graphDef } = meta;
  if (graphDef === undefined) throw new Error("the graph is missing");
  write("graph/graph.pb", encodeGraphDef(graphDef));
  write("graph/graph.pbtxt", printGraphDef(graphDef));
  write("graph/model.meta", encodeMetaGraphDef(meta));
  write("graph/model.pbtxt", printMetaGraphDef(meta));
  // The loader of SavedModels reads the variables of models that have any; a model without them is whole.
  const { variables: _, trainable_variables: __, ...others } = meta.collectionDef;
  const model = { savedModelSchemaVersion: 1, metaGraphs: [{ ...meta, collectionDef: others }] };
  write("binary/saved_model.pb", encodeSavedModel(model));
  write("text/saved_model.pbtxt", printSavedModel(model));
  return graphDef.node.map(({ name }) => name);
}

function writeState(): unknown {
  const paths = ["m-3", 'odd "name" \\ é\n-10'];
  const state = { modelCheckpointPath: paths[1] ?? "", allModelCheckpointPaths: paths };
  const text = printCheckpointState({
    ...state,
    allModelCheckpointTimestamps: [1700000000.25, 0.1],
    lastPreservedTimestamp: 1.5,
  });
  write("state/checkpoint", text);
  return paths;
}

// ---- events

function writeEvents(): unknown {
  const losses = Array.from({ length: 5 }, drawFloat);
  const weights = Array.from({ length: 200 }, drawFloat);
  const image = new PNG({ width: 5, height: 4 });
  image.data = Buffer.from(drawBytes(80));
  const png = new Uint8Array(PNG.sync.write(image));
  const size = { height: 4, width: 5, colorspace: 4, encodedImageString: png };
  const meta = metaGraph();
  const graph = encodeGraphDef(meta.graphDef ?? { node: [], versions: { producer: 0, minConsumer: 0 } });
  const runMetadata = encodeMessage(RunMetadata, {
    stepStats: { devStats: [{ device: "/device:CPU:0", nodeStats: [], threadNames: { 3: "worker" } }] },
  });
  const wallTime = 1700000000;
  const bytes = encodeEvents([
    firstEvent(wallTime),
    { wallTime, step: 0, graphDef: graph },
    { wallTime, step: 0, sessionLog: { status: SessionStatus.START, checkpointPath: "", msg: "" } },
    ...losses.map((loss, step) => ({
      wallTime: wallTime + step,
      step,
      summary: { value: [scalarValue("loss", loss)] },
    })),
    {
      wallTime,
      step: 7,
      summary: {
        value: [
          histogramValue("weights", weights),
          imageValue("img/image/0", size, { displayName: "An image" }),
          textValue("note", "**naïve**"),
          textValue("table", ["a", "b"]),
        ],
      },
    },
    { wallTime, step: 8, taggedRunMetadata: { tag: "step8", runMetadata } },
  ]);
  write(`events/${eventFileName({ wallTime, host: "host" })}`, bytes);
  return { losses, weights, png: hexOf(png), nodes: meta.graphDef?.node.length };
}

// ---- arrays

const types =
  "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split(" ");

async function writeArrays(): Promise<unknown> {
  const arrays = new Map<string, NDArray>();
  for (const name of types) {
    const dtype = asDType(name);
    const shape = Array.from({ length: draw(4) }, () => draw(4));
    const count = shape.reduce((product, one) => product * one, 1);
    const bytes = drawBytes(count * dtype.size).map((byte) => (dtype.isBool ? byte & 1 : byte));
    // Any bytes are numbers; not-a-number included, which is compared as bytes.
    arrays.set(name, new NDArray(dtype, shape, dataOf(dtype, bytes)));
  }
  arrays.set("texts/é", ndarray(["a", "", "naïve"]));
  const expected = Array.from(arrays, ([name, { dtype, shape, data }]) =>
    Array.isArray(data)
      ? { name, dtype: "texts", shape, texts: data.map(hexOf) }
      : { name, dtype: dtype.name, shape, hex: hexOf(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) },
  );
  write("arrays/stored.npz", await encodeNpz(arrays));
  write("arrays/deflated.npz", await encodeNpz(arrays, { isCompressed: true }));
  for (const name of types) write(`arrays/${name}.npy`, encodeNpy(arrays.get(name) as NDArray));
  const carried = [...arrays].filter(([name]) => name !== "texts/é" && name !== "complex128");
  write("arrays/tensors.safetensors", encodeSafetensors(carried, { metadata: { by: "namesake" } }));
  return expected;
}

function dataOf(dtype: DType, bytes: Uint8Array): NDArray["data"] {
  const data = allocate(dtype, bytes.length / dtype.size) as Exclude<NDArray["data"], Uint8Array[]>;
  new Uint8Array(data.buffer).set(bytes);
  return data;
}

const expected = {
  records: await writeRecordFiles(),
  nodes: writeGraphs(),
  state: writeState(),
  events: writeEvents(),
  arrays: await writeArrays(),
};
write("expected.json", JSON.stringify(expected));
