/**
 * TensorFlow.js as a peer: the frozen program as one of its graph models, on its WebAssembly backend with SIMD.
 * In Node the backend has one thread: it asks for no others there, and with its flag overridden it does not start.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import type { ElementType, FrozenAttr, FrozenNode, FrozenProgram } from "./frozen-program.ts";
import { type BuildPeer, CannotRun } from "./peer-program.ts";
import { fuseLayers, transposeWeights } from "./tfjs-fusing.ts";

/** What this file uses of `@tensorflow/tfjs-core`: the package is installed by the benchmark only, and its types with it. */
interface TfTensor {
  readonly shape: number[];
  dataSync(): ArrayLike<number>;
  dispose(): void;
}

interface TfCore {
  enableProdMode(): void;
  setBackend(name: string): Promise<boolean>;
  env(): { getAsync(flag: string): Promise<unknown> };
  tensor(values: Float32Array | Int32Array, shape: readonly number[], dtype: ElementType): TfTensor;
  tidy<T>(body: () => T): T;
  range(start: number, end: number, step: number, dtype: ElementType): TfTensor;
  stack(tensors: readonly TfTensor[], axis: number): TfTensor;
  gatherND(x: TfTensor, indices: TfTensor): TfTensor;
  logSumExp(x: TfTensor, axis: number): TfTensor;
  sub(a: TfTensor, b: TfTensor): TfTensor;
  readonly io: { fromMemory(artifacts: object): unknown };
}

interface TfConverter {
  loadGraphModel(handler: unknown): Promise<{
    execute(inputs: Readonly<Record<string, TfTensor>>, output: string): TfTensor;
  }>;
  registerOp(name: string, body: (node: { readonly inputs: readonly TfTensor[] }) => TfTensor[]): void;
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** An attr as in `model.json`, where texts are bytes in Base64. */
function modelAttr({ s, list, ...rest }: FrozenAttr): object {
  if (s !== undefined) return { s: base64(s) };
  return list === undefined ? rest : { list: { ...list, ...(list.s && { s: list.s.map(base64) }) } };
}

function modelNode({ name, op, input, attr }: FrozenNode): object {
  const attrs = Object.entries(attr).map(([key, value]) => [key, modelAttr(value)]);
  return { name, op, input, attr: Object.fromEntries(attrs) };
}

const dataTypes: Readonly<Record<ElementType, string>> = { float32: "DT_FLOAT", int32: "DT_INT32", bool: "DT_BOOL" };

function shapeAttr(shape: readonly number[]): object {
  return { shape: { dim: shape.map((size) => ({ size: String(size) })) } };
}

/** A name that a tensor with an index would not be confused with. */
const constantName = (name: string): string => name.replaceAll(":", "_output_");

/** The program as the artifacts of a graph model. */
function artifactsOf(frozen: FrozenProgram): object {
  const program = transposeWeights(frozen);
  const constants = [...program.constants.values()];
  const rename = (input: string): string => (program.constants.has(input) ? constantName(input) : input);
  const nodes = fuseLayers(program).map((node) => modelNode({ ...node, input: node.input.map(rename) }));
  const fed = program.feeds.map(({ name, dtype, shape }) => ({
    name,
    op: "Placeholder",
    attr: { dtype: { type: dataTypes[dtype] }, shape: shapeAttr(shape) },
  }));
  const kept = constants.map(({ name, dtype }) => ({
    name: constantName(name),
    op: "Const",
    attr: { dtype: { type: dataTypes[dtype] } },
  }));
  const bytes = constants.map(({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return {
    modelTopology: { node: [...fed, ...kept, ...nodes], versions: { producer: 1 } },
    weightSpecs: constants.map(({ name, dtype, shape }) => ({ name: constantName(name), dtype, shape })),
    weightData: new Blob(bytes as Uint8Array<ArrayBuffer>[]).arrayBuffer(),
  };
}

/** The op that the case of PTB has and TensorFlow.js has not, of its own ops; its gradient, the second output, is not read. */
function registerMissingOps(tf: TfCore, converter: TfConverter): void {
  converter.registerOp("SparseSoftmaxCrossEntropyWithLogits", ({ inputs }) => {
    const [logits, labels] = inputs as readonly [TfTensor, TfTensor];
    const rows = tf.range(0, logits.shape[0] as number, 1, "int32");
    return [tf.sub(tf.logSumExp(logits, -1), tf.gatherND(logits, tf.stack([rows, labels], 1)))];
  });
}

/** The library on its WebAssembly backend; `folder` is where its packages are. */
export async function startTfjs(folder: string): Promise<TfCore> {
  const load = createRequire(join(folder, "package.json"));
  const tf = load("@tensorflow/tfjs-core") as TfCore;
  load("@tensorflow/tfjs-backend-wasm");
  tf.enableProdMode();
  if (!(await tf.setBackend("wasm"))) throw new CannotRun("its WebAssembly backend does not start here");
  if ((await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) !== true) throw new CannotRun("this Node has no SIMD");
  return tf;
}

export const buildTfjs: BuildPeer = async (folder, program) => {
  const tf = await startTfjs(folder);
  const converter = createRequire(join(folder, "package.json"))("@tensorflow/tfjs-converter") as TfConverter;
  registerMissingOps(tf, converter);
  const { weightData, ...artifacts } = artifactsOf(program) as { readonly weightData: Promise<ArrayBuffer> };
  const model = await converter.loadGraphModel(tf.io.fromMemory({ ...artifacts, weightData: await weightData }));
  return (fed) =>
    tf.tidy(() => {
      const inputs = fed.map(({ feed, values }) => [feed.name, tf.tensor(values, feed.shape, feed.dtype)] as const);
      return model.execute(Object.fromEntries(inputs), program.fetch).dataSync();
    });
};
