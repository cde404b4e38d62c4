/** All kinds of statements, by the name under which programs use them. */
import type { StatementKinds } from "../statement-kind.ts";
import { collectionStatements } from "./collections.ts";
import { flowStatements } from "./flow.ts";
import { opStatements } from "./ops.ts";
import { scopeStatements } from "./scopes.ts";
import { stepStatements } from "./steps.ts";
import { templateStatements } from "./templates.ts";
import { trainingStatements } from "./training.ts";
import { variableScopeStatements } from "./variable-scopes.ts";
import { variableStatements } from "./variables.ts";

/** The kinds that programs about graphs, scopes and variables use. */
export const basicStatementKinds: StatementKinds = {
  ...scopeStatements,
  ...variableScopeStatements,
  ...variableStatements,
  ...collectionStatements,
  ...templateStatements,
  ...flowStatements,
  ...stepStatements,
  ...opStatements,
};

/** With those of programs that train. */
export const statementKinds: StatementKinds = { ...basicStatementKinds, ...trainingStatements };
