/**
 * Random programs of writes and reads against a naive model of a step: the rules of docs/decisions/0004 taken literally, one op at a time.
 * The planner, the interpreter and the model must agree. `STEP_SEED` and `STEP_PROGRAMS` choose other programs.
 */

import * as tf from "namesake";
import { expect, it } from "vitest";
import { compileStepSync } from "../src/session/compiled-step.ts";
import { planDataflow } from "../src/session/dataflow.ts";
import { EffectStore } from "../src/session/effects.ts";
import { FlowStep } from "../src/session/flow/flow-step.ts";
import { pruneStep } from "../src/session/prune.ts";
import type { SessionState } from "../src/session/session-state.ts";
import { VariableStore } from "../src/session/variable-store.ts";

const firstSeed = Number(process.env["STEP_SEED"] ?? 1);
const programCount = Number(process.env["STEP_PROGRAMS"] ?? 150);

/** Numbers from 0 to 1: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Store = Map<string, number>;
type Outcome = readonly (number | null)[] | string;

// ---- the model

interface Held {
  readonly variable: string;
}

class Failure {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

function isWrite(op: tf.Operation): boolean {
  return op.type.startsWith("Assign");
}

/** One step: what is ready and no write runs, else the write that was created first; a waiting read is not ready. */
function modelStep(
  fetches: readonly (tf.Tensor | tf.Operation)[],
  feeds: ReadonlyMap<tf.Tensor, number>,
  store: Store,
): Outcome {
  const state = new Map(store);
  const needed = new Set<tf.Operation>();
  const visit = (op: tf.Operation): void => {
    if (needed.has(op)) return;
    needed.add(op);
    for (const input of op.inputs) if (!feeds.has(input)) visit(input.op);
    for (const control of op.controlInputs) visit(control);
  };
  for (const fetch of fetches)
    if (fetch instanceof tf.Operation || !feeds.has(fetch)) visit(fetch instanceof tf.Operation ? fetch : fetch.op);
  const todo = [...needed].sort((a, b) => a.id - b.id);
  const done = new Map<tf.Operation, readonly (number | Held)[]>();
  const held = (tensor: tf.Tensor): number | Held =>
    feeds.get(tensor) ?? ((done.get(tensor.op) as readonly (number | Held)[])[tensor.index] as number | Held);
  const read = (value: number | Held): number => {
    if (typeof value === "number") return value;
    const current = state.get(value.variable);
    if (current === undefined) throw new Failure("FailedPreconditionError");
    return current;
  };
  const isReady = (op: tf.Operation): boolean =>
    op.inputs.every((input) => feeds.has(input) || done.has(input.op)) &&
    op.controlInputs.every((control) => done.has(control));
  const waits = (op: tf.Operation): boolean => {
    if (op.type !== "Identity" || op.inputs[0]?.dtype.isRef !== true) return false;
    const value = held(op.inputs[0]);
    return typeof value !== "number" && !state.has(value.variable);
  };
  try {
    // In the order in which they became ready; at the same time, in the order of creation.
    const ready: tf.Operation[] = [];
    while (done.size < todo.length) {
      for (const op of todo) if (!done.has(op) && !ready.includes(op) && isReady(op)) ready.push(op);
      const write = todo.find((op) => ready.includes(op) && isWrite(op));
      const next = ready.find((op) => !isWrite(op) && !waits(op)) ?? write;
      if (next === undefined) throw new Failure("FailedPreconditionError");
      ready.splice(ready.indexOf(next), 1);
      done.set(next, execute(next, next.inputs.map(held), read, state));
    }
    const results = fetches.map((fetch) => (fetch instanceof tf.Operation ? null : read(held(fetch))));
    for (const [name, value] of state) store.set(name, value);
    return results;
  } catch (error) {
    if (error instanceof Failure) return error.name;
    throw error;
  }
}

function execute(
  op: tf.Operation,
  inputs: readonly (number | Held)[],
  read: (value: number | Held) => number,
  state: Store,
): readonly (number | Held)[] {
  const [first, second] = inputs as [number | Held, number | Held];
  switch (op.type) {
    case "VariableV2":
    case "VarHandleOp":
      return [{ variable: op.name }];
    case "Const":
      return [(op.attrs["value"] as tf.NDArray).item() as number];
    case "NoOp":
      return [];
    case "Identity":
      return [op.inputs[0]?.dtype.isRef ? first : read(first)];
    case "ReadVariableOp":
      return [read(first)];
    case "AddV2":
      return [read(first) + read(second)];
    case "FloorDiv":
      if (read(second) === 0) throw new Failure("InvalidArgumentError");
      return [Math.floor(read(first) / read(second))];
    default:
      return write(op, first as Held, read(second), state);
  }
}

function write(op: tf.Operation, { variable }: Held, value: number, state: Store): readonly (number | Held)[] {
  const old = state.get(variable);
  const isResource = /Variable/.test(op.type);
  if (/^Assign(?:VariableOp)?$/.test(op.type)) {
    state.set(variable, value);
  } else {
    if (old === undefined) throw new Failure(isResource ? "NotFoundError" : "FailedPreconditionError");
    state.set(variable, /Add/.test(op.type) ? old + value : old - value);
  }
  return isResource ? [] : [{ variable }];
}

// ---- programs

interface Program {
  readonly variables: readonly tf.BaseVariable[];
  readonly steps: readonly {
    readonly fetches: readonly (tf.Tensor | tf.Operation)[];
    readonly feeds: ReadonlyMap<tf.Tensor, number>;
  }[];
}

function randomProgram(random: () => number): Program {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const number = (): tf.NDArray => tf.ndarray(Math.floor(random() * 5), "int32");
  const variables = ["u", "v", "w"].map((name) => new tf.Variable(number(), { name, useResource: random() < 0.5 }));
  type Value = tf.Tensor | tf.BaseVariable;
  const values: Value[] = [...variables];
  const made: (tf.Tensor | tf.Operation)[] = variables.map((variable) => variable.initializer);
  const keep = (value: Value | tf.Operation): void => {
    if (!(value instanceof tf.Operation)) values.push(value);
    if (value instanceof tf.Tensor || value instanceof tf.Operation) made.push(value);
    else made.push(value.value());
  };
  const makeOne = (): void => {
    const variable = pick(variables);
    const operand = random() < 0.5 ? number() : pick(values);
    const choice = Math.floor(random() * 8);
    if (choice === 0) keep(variable.assign(operand));
    else if (choice === 1) keep(variable.assignAdd(operand));
    else if (choice === 2) keep(variable.assignSub(operand, { readValue: random() < 0.5 }));
    else if (choice === 3) keep(tf.identity(pick(values)));
    else if (choice === 4) keep(variable.readValue());
    else if (choice === 5) keep(tf.add(pick(values), number()));
    else if (choice === 6) keep(tf.add(pick(values), pick(values)));
    else keep(random() < 0.2 ? tf.floordiv(pick(values), operand) : variable.value());
  };
  for (let i = 0; i < 12; i += 1) {
    if (random() < 0.5) makeOne();
    else
      tf.controlDependencies(
        Array.from({ length: 1 + Math.floor(random() * 2) }, () => pick([...made, ...values])),
        makeOne,
      );
  }
  const tensors = made.filter((one) => one instanceof tf.Tensor);
  const fetchable = [...made, ...variables.map((variable) => variable.asGraphElement())];
  const steps = Array.from({ length: 5 }, (_, i) => ({
    fetches:
      i === 1
        ? variables.filter(() => random() < 0.8).map((variable) => variable.initializer)
        : [...new Set(Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(fetchable)))],
    feeds: new Map(
      tensors.length > 0 && random() < 0.2
        ? [[pick(tensors.filter((one) => !one.dtype.isRef)), 3] as const].filter(([key]) => key !== undefined)
        : [],
    ),
  }));
  return { variables, steps };
}

// ---- what is compared

/** A session without its face: plans each step, or interprets it. */
function runner(graph: tf.Graph, isInterpreted: boolean) {
  const engine = tf.createReferenceEngine();
  const state: SessionState = {
    engine,
    variables: new VariableStore(engine),
    effects: new EffectStore(() => undefined),
    background: null,
    isClosed: false,
  };
  const values = (variables: readonly tf.BaseVariable[]) =>
    variables.map(({ op }) => {
      const { value } = state.variables.slot(op);
      return value === null ? undefined : engine.toHost(value).item();
    });
  const step = (fetches: readonly (tf.Tensor | tf.Operation)[], feeds: ReadonlyMap<tf.Tensor, number>): Outcome => {
    try {
      const slice = pruneStep(graph, { fetches, feeds: [...feeds.keys()] });
      const plan = isInterpreted
        ? new FlowStep(slice, state)
        : compileStepSync(planDataflow(slice, state.variables), state);
      const results = plan.runSync(
        [...feeds.values()].map((value) => tf.ndarray(value, "int32")),
        null,
        null,
      );
      return results.map((result) => (result === null ? null : (result.item() as number)));
    } catch (error) {
      if (error instanceof tf.NamesakeError) return error.name;
      throw error;
    }
  };
  return { step, values };
}

it(`agree on ${programCount} programs from seed ${firstSeed} on`, () => {
  let succeeded = 0;
  for (let seed = firstSeed; seed < firstSeed + programCount; seed += 1) {
    const graph = new tf.Graph();
    const { variables, steps } = graph.asDefault(() => randomProgram(randomFrom(seed)));
    const store: Store = new Map();
    const [planned, interpreted] = [runner(graph, false), runner(graph, true)];
    for (const [i, { fetches, feeds }] of steps.entries()) {
      const expected = modelStep(fetches, feeds, store);
      const what = `seed ${seed}, step ${i}: ${fetches.map((one) => one.name).join(" ")}`;
      expect(planned.step(fetches, feeds), `${what}, planned`).toEqual(expected);
      expect(interpreted.step(fetches, feeds), `${what}, interpreted`).toEqual(expected);
      const after = variables.map(({ op }) => store.get(op.name));
      expect([planned.values(variables), interpreted.values(variables)], what).toEqual([after, after]);
      if (typeof expected !== "string") succeeded += 1;
    }
  }
  // The programs must not be so hostile that nothing is compared.
  expect(succeeded).toBeGreaterThan(2 * programCount);
});
