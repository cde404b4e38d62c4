/** Templates: functions that share the variables they made on the first call. */
import * as tf from "namesake";
import { optionsOf } from "../arguments.ts";
import { makeGetter } from "../getters.ts";
import { invoke } from "../host-language.ts";
import type { Interpreter } from "../interpreter.ts";
import type { Statement, Value } from "../program.ts";
import { templateRecord } from "../records.ts";
import type { StatementKinds } from "../statement-kind.ts";
import { nothing } from "../statement-kind.ts";
import { valueOf } from "../values.ts";
import { bodyOf } from "./scopes.ts";

type Named = Readonly<Record<string, unknown>>;

function namedValues(run: Interpreter, values: { readonly [name: string]: Value } | undefined): Named {
  return Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, valueOf(run, value)]));
}

/** The template's function: each argument becomes a handle, then the body runs at its own place in the program. */
function templateFunction(run: Interpreter, statement: Statement): unknown {
  const path = run.path();
  return (given: Named = {}) => {
    run.runAt(path, () => {
      for (const [name, value] of Object.entries(given)) run.handles.set(name, value);
      run.block(bodyOf(statement));
    });
    return run.returned(statement.return);
  };
}

function makeTemplate(run: Interpreter, statement: Statement): symbol {
  const options = {
    ...optionsOf(run, statement, ["create_scope_now", "unique_name"]),
    ...(statement.custom_getter !== undefined && { customGetter: makeGetter(run, statement.custom_getter) }),
    ...(statement.bind !== undefined && { bind: namedValues(run, statement.bind) }),
  };
  const template = invoke(tf.makeTemplate, statement.name, templateFunction(run, statement), options) as tf.Template;
  run.handles.set(statement.as as string, template);
  run.emit({ as: statement.as, template: templateRecord(template) });
  return nothing;
}

export const templateStatements: StatementKinds = {
  template: makeTemplate,
  call: (run, statement) => {
    const template = valueOf(run, statement.template);
    return invoke(template, namedValues(run, statement.args as { readonly [name: string]: Value } | undefined));
  },
};
