/**
 * jax-js as a peer: the frozen program in its words, on its WebAssembly backend with a thread per core; as one jitted function or op by
 * op, whichever is faster. `jit` fuses an op into the product that reads it, which then computes it again for each of its own elements.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { countReaders } from "./fold-batch-norms.ts";
import { type Elements, type FrozenConstant, type FrozenProgram, feedElements } from "./frozen-program.ts";
import { type Jax, type JaxArray, jaxOps, type Use } from "./jax-js-ops.ts";
import { type BuildPeer, CannotRun, type PeerCall } from "./peer-program.ts";
import { installWebWorker } from "./web-worker.ts";

/** Constants of real numbers are arguments of the function. Those of whole numbers are axes and sizes, which are part of it. */
function weightsOf({ constants }: FrozenProgram): FrozenConstant[] {
  return [...constants.values()].filter(({ dtype }) => dtype === "float32");
}

/** What a name stands for while the program is built. Each is owned here until its last reader takes it. */
class Values {
  readonly #arrays = new Map<string, JaxArray>();
  readonly #readers: Map<string, number>;

  constructor({ nodes, fetch }: FrozenProgram) {
    this.#readers = countReaders(nodes);
    this.#readers.set(fetch, (this.#readers.get(fetch) ?? 0) + 1);
  }

  put(name: string, array: JaxArray): void {
    if (this.#readers.has(name)) this.#arrays.set(name, array);
    else array.dispose();
  }

  take(name: string): JaxArray {
    const array = this.#arrays.get(name);
    if (array === undefined) throw new Error(`nothing is known by the name ${name}`);
    const left = (this.#readers.get(name) ?? 0) - 1;
    this.#readers.set(name, left);
    return left > 0 ? array.ref : array;
  }
}

/** The program as a function of its feeds, then its weights. */
function bodyOf(jax: Jax, program: FrozenProgram): (args: readonly JaxArray[]) => JaxArray {
  const names = [...program.feeds, ...weightsOf(program)].map(({ name }) => name);
  return (args) => {
    const values = new Values(program);
    for (const [i, name] of names.entries()) values.put(name, args[i] as JaxArray);
    for (const node of program.nodes) {
      const input = (at: number): string => node.input[at] as string;
      const use: Use = {
        jax,
        node,
        array: (at) => values.take(input(at)),
        numbers: (at) => [...(program.constants.get(input(at))?.values ?? [])],
      };
      const made = jaxOps[node.op]?.(use);
      if (made === undefined) throw new CannotRun(`${node.op} is not written with its ops`);
      for (const [k, output] of [made].flat().entries()) values.put(k === 0 ? node.name : `${node.name}:${k}`, output);
    }
    return values.take(program.fetch);
  };
}

/** The fastest of several calls of a program, once each is compiled. */
async function faster(calls: readonly PeerCall[], { feeds }: FrozenProgram): Promise<PeerCall> {
  const fed = feeds.map((feed) => ({ feed, values: feedElements(feed.shape, feed.below) }));
  const times: number[] = [];
  for (const call of calls) {
    for (let i = 0; i < 2; i += 1) await call(fed);
    const begun = performance.now();
    await call(fed);
    times.push(performance.now() - begun);
  }
  return calls[times.indexOf(Math.min(...times))] as PeerCall;
}

/** The library on its WebAssembly backend; `folder` is where its package is. */
export async function startJaxJs(folder: string): Promise<Jax> {
  installWebWorker();
  const file = join(folder, "node_modules/@jax-js/jax/dist/index.js");
  const jax = (await import(pathToFileURL(file).href)) as Jax;
  await jax.init("wasm");
  jax.defaultDevice("wasm");
  return jax;
}

export const buildJaxJs: BuildPeer = async (folder, program) => {
  const jax = await startJaxJs(folder);
  const arrayOf = (values: Elements, shape: readonly number[]): JaxArray =>
    jax.numpy.array(values as Float32Array | Int32Array).reshape(shape);
  const weights = weightsOf(program).map(({ values, shape }) => arrayOf(values, shape));
  const callOf =
    (run: (args: readonly JaxArray[]) => JaxArray): PeerCall =>
    (fed) => {
      const fedArrays = fed.map(({ feed, values }) => arrayOf(values, feed.shape));
      return run([...fedArrays, ...weights.map((weight) => weight.ref)]).data();
    };
  const body = bodyOf(jax, program);
  const eager = callOf(body);
  // Jitted networks with pools take minutes for a call: a convolution computes the normalization before it for each of its products.
  return program.nodes.some(({ op }) => op === "MaxPool") ? eager : faster([callOf(jax.jit(body)), eager], program);
};
