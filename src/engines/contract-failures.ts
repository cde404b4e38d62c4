/** The engine contract: a step that fails or is cancelled, wherever it is, changes nothing, and says what failed with TensorFlow's text. */
import { controlDependencies } from "../graph/scope-functions.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant, placeholder } from "../ops/array.ts";
import { floordiv } from "../ops/division.ts";
import { gather } from "../ops/gather.ts";
import { Assert } from "../ops/logging.ts";
import { add } from "../ops/math.ts";
import { matmul } from "../ops/matmul.ts";
import { reshape } from "../ops/shape.ts";
import type { Engine, EngineSlice, Executable } from "../session/engine.ts";
import { type Literal, ndarray } from "../tensor/ndarray.ts";
import { assignAdd } from "../variables/assign.ts";
import { Variable } from "../variables/variable.ts";
import {
  abortedSignal,
  type CaseContext,
  type ContractCase,
  failureOf,
  inNewGraph,
  valuesOf,
} from "./contract-case.ts";

interface Failing {
  readonly name: string;
  readonly op: (x: Tensor) => Tensor;
  readonly good: Literal;
  readonly bad: Literal;
  readonly message: string;
}

const int32 = (value: Literal) => ndarray(value, "int32");

const failing: readonly Failing[] = [
  {
    name: "gathering out of range",
    op: (x) => gather(constant([1, 2, 3]), x),
    good: int32([2]),
    bad: int32([0, 3]),
    message: "indices[1] = 3 is not in [0, 3)",
  },
  {
    name: "dividing an integer by zero",
    op: (x) => floordiv(constant(int32([1])), x),
    good: int32([1]),
    bad: int32([0]),
    message: "Integer division by zero",
  },
  {
    name: "reshaping to another size",
    op: (x) => reshape(constant([1, 2, 3, 4]), x),
    good: int32([2, 2]),
    bad: int32([3, 2]),
    message: "Input to reshape is a tensor with 4 values, but the requested shape has 6",
  },
  {
    name: "adding what does not fit",
    op: (x) => add(x, constant([1, 2, 3])),
    good: [1],
    bad: [1, 2],
    message: "Incompatible shapes: [2] vs. [3]",
  },
  {
    name: "multiplying matrices that do not fit",
    op: (x) => matmul(x, constant([[1], [2]])),
    good: [[1, 2]],
    bad: [[1, 2, 3]],
    message: "Matrix size-incompatible: In[0]: [1,3], In[1]: [2,1] 0 0",
  },
];

/** A step that first writes and then fails; and the same op before the write. */
function failsCleanly({ op, good, bad, message }: Failing, useResource: boolean) {
  return async ({ session, expect }: CaseContext): Promise<void> => {
    const { graph, v, x, late, early } = inNewGraph((made) => {
      const v = new Variable([1, 2], { useResource });
      const x = placeholder(ndarray(good).dtype);
      const write = assignAdd(v, [1, 1]);
      const late = controlDependencies([write], () => op(x));
      const early = controlDependencies([op(x)], () => assignAdd(v, [10, 10]));
      return { graph: made, v, x, late, early };
    });
    const one = session({ graph });
    await one.run(v.initializer);
    expect(await failureOf(one.run(late, [[x, bad]]))).toEqual(["InvalidArgumentError", message]);
    expect(await failureOf(one.run(early, [[x, bad]]))).toEqual(["InvalidArgumentError", message]);
    expect(await valuesOf(one, [v])).toEqual([[1, 2]]);
    expect(await failureOf(one.run([late, early], [[x, good]]))).toEqual(null);
    expect(await valuesOf(one, [v])).toEqual([[12, 13]]);
  };
}

async function namesTheOp({ session, expect }: CaseContext): Promise<void> {
  const { graph, x, y } = inNewGraph((made) => {
    const x = placeholder("int32");
    return { graph: made, x, y: add(gather(constant([1, 2]), x, { name: "inner" }), 1) };
  });
  const error = await session({ graph })
    .run(y, [[x, [5]]])
    .then(
      () => null,
      (reason: unknown) => reason,
    );
  const { node, op } = error as {
    readonly node?: string;
    readonly op?: { readonly name: string; readonly type: string };
  };
  expect([node, op?.name, op?.type]).toEqual(["inner", "inner", "GatherV2"]);
  expect((error as Error).message.split("\n")[1]).toEqual("\t [[{{node inner}}]]");
}

async function tellsTheFirst({ session, expect }: CaseContext): Promise<void> {
  const { graph, x, fetches } = inNewGraph((made) => {
    const x = placeholder("int32");
    const check = Assert(constant(false), [constant("first")]);
    const second = gather(constant([1, 2]), x, { name: "second" });
    return { graph: made, x, fetches: [second, check] };
  });
  expect((await failureOf(session({ graph }).run(fetches as never, [[x, [5]]])))?.[0]).toEqual("InvalidArgumentError");
}

/** An engine whose executables call `after` when they are done: the latest moment at which a step can still be given up. */
function observed(engine: Engine, after: () => void): Engine {
  const watch = (executable: Executable): Executable => ({
    run: async (inputs, options) => {
      const outputs = await executable.run(inputs, options);
      after();
      return outputs;
    },
    runSync: (inputs) => {
      const outputs = executable.runSync(inputs);
      after();
      return outputs;
    },
    release: () => executable.release(),
  });
  return {
    name: engine.name,
    canRunSync: engine.canRunSync,
    supports: (op) => engine.supports(op),
    compile: async (slice: EngineSlice) => watch(await engine.compile(slice)),
    compileSync: (slice: EngineSlice) => watch(engine.compileSync(slice)),
    fromHost: (array) => engine.fromHost(array),
    toHost: (value) => engine.toHost(value),
    shapeOf: (value) => engine.shapeOf(value),
    ...(engine.release && { release: (value) => engine.release?.(value) }),
    close: () => engine.close(),
  };
}

async function cancelsInTheLastOp({ newEngine, session, expect }: CaseContext): Promise<void> {
  let controller = new AbortController();
  let isArmed = false;
  const engine = observed(newEngine(), () => {
    if (isArmed) controller.abort();
  });
  const { graph, v, update } = inNewGraph((made) => {
    const v = new Variable([1, 2]);
    return { graph: made, v, update: add(assignAdd(v, [1, 1]), 1) };
  });
  const one = session({ graph, engine: () => engine });
  await one.run(v.initializer);
  isArmed = true;
  expect((await failureOf(one.run(update, [], { signal: controller.signal })))?.[0]).toEqual("CancelledError");
  if (engine.canRunSync) {
    controller = new AbortController();
    const cancelled = new Promise((_, reject) => {
      try {
        one.runSync(update, [], { signal: controller.signal });
      } catch (error) {
        reject(error as Error);
      }
    });
    expect((await failureOf(cancelled))?.[0]).toEqual("CancelledError");
  }
  isArmed = false;
  expect(await valuesOf(one, [v])).toEqual([[1, 2]]);
  expect(await valuesOf(one, [update, v])).toEqual([
    [3, 4],
    [2, 3],
  ]);
}

async function isCancelledBeforehand({ session, expect }: CaseContext): Promise<void> {
  const { graph, v, update } = inNewGraph((made) => {
    const v = new Variable(1);
    return { graph: made, v, update: assignAdd(v, 1) };
  });
  const one = session({ graph });
  await one.run(v.initializer);
  expect((await failureOf(one.run(update, [], { signal: abortedSignal() })))?.[0]).toEqual("CancelledError");
  expect((await failureOf(one.run(update, [], { timeoutMs: 0 })))?.[0]).toEqual("DeadlineExceededError");
  expect(await valuesOf(one, [v])).toEqual([1]);
}

async function knowsUnsetVariables({ session, expect }: CaseContext): Promise<void> {
  const { graph, v, w, both } = inNewGraph((made) => {
    const v = new Variable(1, { name: "v" });
    const w = new Variable(1, { name: "w" });
    return { graph: made, v, w, both: v.add(w) };
  });
  const one = session({ graph });
  await one.run(w.initializer);
  expect(await failureOf(one.run(both))).toEqual([
    "FailedPreconditionError",
    "Attempting to use uninitialized value v",
  ]);
  await one.run(v.initializer);
  expect(await valuesOf(one, [both])).toEqual([2]);
}

/** How steps fail. */
export const failureCases: readonly ContractCase[] = [
  ...failing.flatMap((one) => [
    { name: `is undone by ${one.name} (reference)`, run: failsCleanly(one, false) },
    { name: `is undone by ${one.name} (resource)`, run: failsCleanly(one, true) },
  ]),
  { name: "names the op that failed", run: namesTheOp },
  { name: "fails once when several ops would", run: tellsTheFirst },
  { name: "commits nothing when it is cancelled in its last op", run: cancelsInTheLastOp },
  { name: "commits nothing when it is cancelled, or late, before it begins", run: isCancelledBeforehand },
  { name: "knows which variables have no value", run: knowsUnsetVariables },
];
