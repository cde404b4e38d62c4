/**
 * What a variable scope does by itself: asking the store, and being entered. Both are made of scopes, so that the class cannot import
 * them. The class only declares what it needs; the library's entry composes it once.
 */
import { invariant } from "../base/assert.ts";
import type { BaseVariable } from "./base-variable.ts";
import type { VariableScope } from "./scope-value.ts";

/** The methods of a scope that are functions of other files. */
export interface ScopeCalls {
  /** `rest` is `(shape, options)` or `(options)`. */
  getVariable(scope: VariableScope, name: string, rest: readonly unknown[]): BaseVariable;
  run<R>(scope: VariableScope, body: (scope: VariableScope) => R): R;
}

let calls: ScopeCalls | undefined;

/** Called once, by the library's entry. */
export function provideScopeCalls(provided: ScopeCalls): void {
  calls = provided;
}

export function scopeCalls(): ScopeCalls {
  invariant(calls, "the library was not composed: import it through its entry");
  return calls;
}
