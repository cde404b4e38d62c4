/**
 * What every engine must do, as tests: results by type and shape, state that commits whole or not at all, cancellation, random streams.
 * Runs under any test runner that has `describe`, `it` and `expect`. Exceptions are declared, never silent.
 */
import { ArgumentError } from "../base/errors.ts";
import type { Engine } from "../session/engine.ts";
import { Session, type SessionOptions } from "../session/session.ts";
import { arithmeticCases } from "./contract-arithmetic.ts";
import type { ContractCase, TestRunner } from "./contract-case.ts";
import { effectCases } from "./contract-effects.ts";
import { engineCases } from "./contract-engine.ts";
import { failureCases } from "./contract-failures.ts";
import { shapeCases } from "./contract-shapes.ts";
import { stateCases } from "./contract-state.ts";

export type { TestRunner };

/** Cases that an engine cannot meet, and why. */
export interface Skip {
  readonly reason: string;
  /** Names of cases. */
  readonly cases: readonly string[];
}

/** What the contract is run on. */
export interface ContractOptions {
  readonly newEngine: () => Engine;
  readonly skip?: readonly Skip[];
  readonly test: TestRunner;
}

const groups: Readonly<Record<string, readonly ContractCase[]>> = {
  values: [...arithmeticCases, ...shapeCases],
  state: stateCases,
  failures: failureCases,
  effects: effectCases,
  engine: engineCases,
};

/**
 * Defines the tests of an engine.
 * @throws {ArgumentError} when a skip names a case that does not exist.
 */
export function runEngineContract({ newEngine, skip = [], test }: ContractOptions): void {
  const skipped = new Map(skip.flatMap(({ reason, cases }) => cases.map((name) => [name, reason] as const)));
  const names = new Set(Object.values(groups).flatMap((cases) => cases.map(({ name }) => name)));
  const unknown = [...skipped.keys()].filter((name) => !names.has(name));
  if (unknown.length > 0)
    throw new ArgumentError(`the contract has no case named '${unknown.join("', '")}'`, { unknown });
  for (const [group, cases] of Object.entries(groups)) {
    test.describe(group, () => {
      for (const one of cases) {
        const reason = skipped.get(one.name);
        if (reason === undefined) test.it(one.name, () => runCase(one, newEngine, test));
        else test.it(`${one.name} (not met: ${reason})`, () => undefined);
      }
    });
  }
}

async function runCase(one: ContractCase, newEngine: () => Engine, test: TestRunner): Promise<void> {
  const sessions: Session[] = [];
  const session = (options: SessionOptions = {}): Session => {
    const made = new Session({ engine: newEngine, ...options });
    sessions.push(made);
    return made;
  };
  try {
    await one.run({ newEngine, session, expect: (actual) => test.expect(actual) });
  } finally {
    for (const made of sessions) made.close();
  }
}
