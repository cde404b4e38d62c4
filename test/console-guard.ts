/**
 * Makes an undeclared `console.warn` or `console.error` fail the test that caused it. Loaded before every test file.
 *
 * A test that provokes a message says so with `expectConsole`, which also fails when the message does not come.
 */
import { afterEach, beforeEach } from "vitest";

type GuardedMethod = "warn" | "error";

interface Expectation {
  readonly method: GuardedMethod;
  readonly pattern: RegExp;
  isMet: boolean;
}

interface GuardState {
  readonly expectations: Expectation[];
  readonly undeclared: string[];
}

// One record per worker: the set-up file and a test file that imports this module must see the same lists.
const stateKey = Symbol.for("namesake.test.console-guard");
const holder = globalThis as { [stateKey]?: GuardState };
const state: GuardState = (holder[stateKey] ??= { expectations: [], undeclared: [] });

/** Declares that this test makes a console message that matches `pattern`, once or more often. */
export function expectConsole(method: GuardedMethod, pattern: RegExp): void {
  state.expectations.push({ method, pattern, isMet: false });
}

function guard(method: GuardedMethod): void {
  console[method] = (...parts: readonly unknown[]) => {
    const message = parts.map(String).join(" ");
    const expectation = state.expectations.find((one) => one.method === method && one.pattern.test(message));
    if (expectation) expectation.isMet = true;
    else state.undeclared.push(`console.${method}: ${message}`);
  };
}

const originals = { warn: console.warn, error: console.error };

beforeEach(() => {
  state.expectations.length = 0;
  state.undeclared.length = 0;
  guard("warn");
  guard("error");
});

afterEach(() => {
  Object.assign(console, originals);
  const missing = state.expectations.filter((one) => !one.isMet).map((one) => `console.${one.method} ${one.pattern}`);
  const undeclared = [...state.undeclared];
  state.expectations.length = 0;
  state.undeclared.length = 0;
  if (undeclared.length > 0) {
    throw new Error(`undeclared console output (declare it with expectConsole):\n${undeclared.join("\n")}`);
  }
  if (missing.length > 0) throw new Error(`declared console output did not come:\n${missing.join("\n")}`);
});
