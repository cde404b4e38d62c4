/** Runs programs on every engine and compares what their steps give with what TensorFlow recorded in test/goldens/<family>.json (`step` of tools/goldens/op_cases.py). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  createReferenceEngine,
  type Fetch,
  Graph,
  globalVariablesInitializer,
  localVariablesInitializer,
  NamesakeError,
  NDArray,
  Session,
} from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { describe, expect, it } from "vitest";
import { type EncodedValue, expectValues } from "./op-golden.ts";

interface Step {
  readonly values?: readonly (EncodedValue | null)[];
  /** TensorFlow's class and first line. */
  readonly error?: readonly [string, string];
}

/** A program builds ops in the default graph and gives what is fetched: one thing or a list. */
export type StepPrograms = Readonly<Record<string, () => Fetch | readonly Fetch[]>>;

const engines = { reference: createReferenceEngine(), "ONNX Runtime": createOnnxRuntimeEngine() };

/** Makes a test of each program on each engine; `programs` are the twins of those of the generator. */
export function testSteps(family: string, programs: StepPrograms): void {
  const path = join(import.meta.dirname, `goldens/${family}.json`);
  const { steps } = JSON.parse(readFileSync(path, "utf8")) as { readonly steps: Readonly<Record<string, Step>> };
  it("has a twin for every recorded step", () => {
    expect(Object.keys(programs).sort()).toEqual(Object.keys(steps).sort());
  });
  describe.each(Object.entries(engines))("steps on %s", (_, engine) => {
    it.each(Object.entries(programs))("%s", (name, program) => {
      const { values, error } = steps[name] as Step;
      const outcome = new Graph().asDefault(() => attempt(program, engine));
      if (error !== undefined || !Array.isArray(outcome)) expect(outcome).toEqual({ error });
      else expectOutcome(outcome, values as readonly (EncodedValue | null)[]);
    });
  });
}

type Outcome = readonly (NDArray | null)[] | { readonly error: readonly [string, string] };

function attempt(program: () => unknown, engine: ReturnType<typeof createReferenceEngine>): Outcome {
  try {
    const made = program();
    const fetches = (Array.isArray(made) ? made : [made]) as readonly Fetch[];
    const session = new Session({ engine });
    session.runSync([globalVariablesInitializer(), localVariablesInitializer()]);
    return session.runSync(fetches) as readonly (NDArray | null)[];
  } catch (error) {
    if (!(error instanceof NamesakeError)) throw error;
    const [first = ""] = error.message.split("\n");
    return { error: [error.tensorflowClass, numbered(first.split(" for '{{node ")[0] as string)] };
  }
}

/** Names of tensor arrays end in a number that counts those of the process. */
function numbered(text: string): string {
  return text.replace(/(TensorArray \S+?)_\d+(?=[: ])/, "$1_N");
}

function expectOutcome(outcome: readonly (NDArray | null)[], values: readonly (EncodedValue | null)[]): void {
  expect(outcome.map((value) => value instanceof NDArray)).toEqual(values.map((value) => value !== null));
  const arrays = outcome.filter((value) => value !== null);
  expectValues(
    arrays,
    values.filter((value) => value !== null),
  );
}
