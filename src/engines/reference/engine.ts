/** The reference engine: every op by its kernel, in plain TypeScript. The default where nothing faster is installed, and what other engines are compared with. */
import { kernelOf } from "../../kernels/kernels.ts";
import { byExecutor } from "../../kernels/rule.ts";
import type { Engine, EngineSlice, EngineValue, Executable } from "../../session/engine.ts";
import { KernelProgram } from "../../session/kernel-program.ts";
import type { NDArray } from "../../tensor/ndarray.ts";

/** An array as the engine's value: it is one. */
type Value = NDArray & EngineValue;

/**
 * Makes a reference engine.
 * @example
 * const session = new Session({ engine: createReferenceEngine() });
 * session.runSync(constant([1, 2]).add(1)).toString(); // "[2. 3.]"
 */
export function createReferenceEngine(): Engine {
  return {
    name: "reference",
    canRunSync: true,
    supports: (op) => {
      const kernel = kernelOf(op.type);
      return kernel === undefined || kernel === byExecutor ? `there is no kernel for ${op.type}` : true;
    },
    compile: async (slice) => compile(slice),
    compileSync: compile,
    fromHost: (array) => array as Value,
    toHost: (value) => value as Value,
    shapeOf: (value) => (value as Value).shape,
    close: () => undefined,
  };
}

function compile(slice: EngineSlice): Executable {
  const program = new KernelProgram(slice.nodes, slice.inputs, slice.outputs);
  return {
    run: (inputs, { signal }) => program.run(inputs as readonly Value[], signal) as Promise<readonly Value[]>,
    runSync: (inputs) => program.runSync(inputs as readonly Value[]) as readonly Value[],
    release: () => undefined,
  };
}
