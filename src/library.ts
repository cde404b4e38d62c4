/** The composition root: gives the graph layer what it needs from the layers above. Called once, by the library's entry. */
import { createReferenceEngine } from "./engines/reference/engine.ts";
import { provideTables } from "./graph/tables.ts";
import { watch } from "./insight/lint.ts";
import { evaluate } from "./kernels/evaluate.ts";
import { operators } from "./ops/operators.ts";
import { provideDefaultEngine } from "./session/default-engine.ts";
import { getVariableOf } from "./variables/get-variable.ts";
import { provideScopeCalls } from "./variables/scope-calls.ts";
import { runScope } from "./variables/variable-scope.ts";

/** Composes the library. Idempotent. */
export function composeLibrary(): void {
  provideTables({ operators, evaluate, watch });
  provideScopeCalls({ getVariable: getVariableOf, run: runScope });
  provideDefaultEngine({
    reference: createReferenceEngine,
    load: async () => (await import("#default-engine")).createDefaultEngine,
  });
}
