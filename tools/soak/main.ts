/**
 * `npm run soak`: many steps, sessions, failures and cancellations on ONNX Runtime, by each way of calling it, with the memory of the process
 * after each tenth. Fails when memory grows. What a session leaves behind shows here, and not in tests, which take seconds.
 *
 * `npm run soak -- [--ways native,inner,public] [--steps 100000] [--sessions 1000]`
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as tf from "namesake";
import { createOnnxRuntimeEngine, type OnnxRuntimeOptions } from "namesake/onnxruntime-node";

const ways: Readonly<Record<string, OnnxRuntimeOptions>> = {
  native: { isNative: true },
  inner: { isNative: false },
  public: { isPublicInterfaceOnly: true },
};

/** Memory may grow by as much from the second tenth to the last one, as pools fill and the heap moves. */
const MOST_GROWTH_MB = 24;

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

async function megabytes(): Promise<number> {
  for (let i = 0; i < 3; i += 1) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().rss / 1e6;
}

interface Program {
  readonly graph: tf.Graph;
  readonly init: tf.Operation;
  readonly train: tf.Operation;
  readonly loss: tf.Tensor;
  readonly x: tf.Tensor;
  readonly fails: tf.Operation;
  readonly index: tf.Tensor;
  readonly count: tf.Variable;
}

/** A small network with Adam: variables large and small, slots, a counter; and a step that fails after it has computed them all. */
function program(): Program {
  const graph = new tf.Graph();
  return graph.asDefault(() => {
    tf.setRandomSeed(1);
    const x = tf.placeholder("float32", [8, 64]);
    const index = tf.placeholder("int32", []);
    const w = tf.getVariable("w", [64, 32]) as tf.Variable;
    const b = tf.getVariable("b", [32], { initializer: tf.zerosInitializer() }) as tf.Variable;
    const count = tf.train.getOrCreateGlobalStep() as tf.Variable;
    const loss = tf.reduceMean(tf.square(tf.tanh(tf.add(tf.matmul(x, w), b))));
    const train = new tf.train.AdamOptimizer({ learningRate: 1e-4 }).minimize(loss, {
      globalStep: count,
    }) as tf.Operation;
    const row = tf.controlDependencies([train], () => tf.gather(w, index));
    return { graph, init: tf.globalVariablesInitializer(), train, loss, x, fails: row.op, index, count };
  });
}

/** Calls `body` in ten parts, and tells how memory went. */
async function watched(name: string, times: number, body: (count: number) => Promise<void>): Promise<boolean> {
  const begun = performance.now();
  const memory = [await megabytes()];
  for (let part = 0; part < 10; part += 1) {
    await body(Math.ceil(times / 10));
    memory.push(await megabytes());
  }
  const growth = (memory[10] as number) - (memory[2] as number);
  const isFlat = growth <= MOST_GROWTH_MB;
  const seconds = ((performance.now() - begun) / 1e3).toFixed(1);
  console.log(
    `${isFlat ? "flat" : "GROWS"}  ${name}, ${times} times, ${seconds} s; MB: ${memory.map((mb) => mb.toFixed(0)).join(" ")}`,
  );
  return isFlat;
}

async function soak(way: string, steps: number, sessions: number): Promise<boolean> {
  const engine = createOnnxRuntimeEngine(ways[way] as OnnxRuntimeOptions);
  const { graph, init, train, loss, x, fails, index, count } = program();
  const session = new tf.Session({ graph, engine });
  const value = new tf.NDArray(
    tf.float32,
    [8, 64],
    Float32Array.from({ length: 512 }, (_, i) => Math.sin(i)),
  );
  await session.run(init);
  let done = 0;
  const results: boolean[] = [];
  results.push(
    await watched(`${way}: steps that train`, steps, async (times) => {
      for (let i = 0; i < times; i += 1) await session.run([train, loss], [[x, value]]);
      done += times;
    }),
    await watched(`${way}: steps that are cancelled`, steps / 10, async (times) => {
      for (let i = 0; i < times; i += 1) {
        const controller = new AbortController();
        const run = session.run([train, loss], [[x, value]], { signal: controller.signal });
        controller.abort();
        await run.then(
          () => (done += 1),
          () => undefined,
        );
      }
    }),
    // ONNX Runtime itself keeps about 1.5 kB of each run that fails.
    await watched(`${way}: steps that fail`, steps / 100, async (times) => {
      for (let i = 0; i < times; i += 1)
        await session
          .run(fails, [
            [x, value],
            [index, 64],
          ])
          .catch(() => undefined);
    }),
    await watched(`${way}: sessions, opened and closed`, sessions, async (times) => {
      for (let i = 0; i < times; i += 1) {
        const one = new tf.Session({ graph, engine });
        await one.run(init);
        await one.run([train, loss], [[x, value]]);
        one.close();
      }
    }),
    await watched(`${way}: sessions that nobody closes`, sessions / 10, async (times) => {
      for (let i = 0; i < times; i += 1) {
        const one = new tf.Session({ graph, engine: createOnnxRuntimeEngine(ways[way] as OnnxRuntimeOptions) });
        await one.run(init);
        await one.run([train, loss], [[x, value]]);
      }
    }),
  );
  const counted = Number(((await session.run(count)) as tf.NDArray).item());
  if (counted !== done) console.log(`WRONG  ${way}: ${counted} steps were committed, of ${done} that succeeded`);
  session.close();
  engine.close();
  return results.every(Boolean) && counted === done;
}

function option(name: string, otherwise: string): string {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise);
}

let isFlat = true;
for (const way of option("ways", Object.keys(ways).join()).split(","))
  isFlat = (await soak(way, Number(option("steps", "100000")), Number(option("sessions", "1000")))) && isFlat;
process.exitCode = isFlat ? 0 : 1;
