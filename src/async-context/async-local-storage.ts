/**
 * Scopes that survive an `await`: the ambient record kept in Node's `AsyncLocalStorage`, so that each asynchronous flow has its own.
 * Not the default: browsers have none, and names must not depend on the platform.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { isPromise } from "../base/promise.ts";
import { refusePromise } from "../graph/ambient-scope.ts";
import { type Context, contextStorage, getContext, useContextStorage } from "../graph/context.ts";

/**
 * Lets scopes follow asynchronous code, from now on: the body of any scope may be asynchronous, and a scope opened with `using`
 * may stay open across an `await`. Flows that run at the same time do not see each other's scopes. Gives what undoes it.
 *
 * What is unique in a whole graph stays so: flows that make ops in one name scope get names by turns. Give each flow a scope, or a
 * graph. Scopes that are open in flows when it is undone are forgotten.
 *
 * @see `docs/decisions` for why this is not the default
 * @example
 * const undo = useAsyncLocalStorage();
 * const build = (name: string) => variableScope(name, async () => {
 *   await Promise.resolve();
 *   return getVariable("w", [1]).name;
 * });
 * const names = await Promise.all([build("a"), build("b")]);
 * names; // ["a/w:0", "b/w:0"]
 * undo();
 */
export function useAsyncLocalStorage(): () => void {
  const root = getContext();
  const flows = new AsyncLocalStorage<Context>();
  return useContextStorage({
    get: () => flows.getStore() ?? root,
    set: (context) => flows.enterWith(context),
    // A copy: when the very same record is current, `run` puts nothing back afterwards.
    run: (context, body) => flows.run({ ...context }, body),
    followsAsync: true,
  });
}

/**
 * Runs an asynchronous function as a flow of its own: it begins inside the scopes that are open here, and what it opens with `using` or
 * `enter()` is not seen by its caller. The bodies of scopes are flows already.
 *
 * @throws {AsyncScopeError} when the body returns a promise while `useAsyncLocalStorage` is not in force.
 * @example
 * const undo = useAsyncLocalStorage();
 * const build = (name: string) => runAsFlow(async () => {
 *   const scope = openVariableScope(name);
 *   await Promise.resolve();
 *   const variable = getVariable("w", [1]);
 *   scope.close();
 *   return variable.name;
 * });
 * const names = await Promise.all([build("a"), build("b")]);
 * names; // ["a/w:0", "b/w:0"]
 * undo();
 */
export function runAsFlow<R>(body: () => R): R {
  const result = contextStorage().run(getContext(), body);
  if (isPromise(result) && !contextStorage().followsAsync) throw refusePromise("runAsFlow()", result);
  return result;
}
