/** All kinds of statements, by the name under which programs use them. */
import type { StatementKinds } from "../statement-kind.ts";
import { collectionStatements } from "./collections.ts";
import { flowStatements } from "./flow.ts";
import { opStatements } from "./ops.ts";
import { scopeStatements } from "./scopes.ts";
import { stepStatements } from "./steps.ts";
import { templateStatements } from "./templates.ts";
import { variableScopeStatements } from "./variable-scopes.ts";
import { variableStatements } from "./variables.ts";

export const statementKinds: StatementKinds = {
  ...scopeStatements,
  ...variableScopeStatements,
  ...variableStatements,
  ...collectionStatements,
  ...templateStatements,
  ...flowStatements,
  ...stepStatements,
  ...opStatements,
};
