/** The namespace `filters`: filters of variables. */
export {
  and,
  byDtype,
  byName,
  byRegExp,
  inCollection,
  inScope,
  not,
  or,
  select,
  trainable,
  type VariableFilter,
} from "../insight/filters.ts";
