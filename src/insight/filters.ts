/**
 * Filters of variables, as values: one language for summaries, optimizers, savers and what else works on some of the variables.
 * A filter is a function of a variable; any such function is a filter. TensorFlow has lists and regular expressions instead.
 */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { pythonTypeName } from "../base/text.ts";
import type { Graph } from "../graph/graph.ts";
import { asDType, type DTypeLike } from "../tensor/dtype.ts";
import type { BaseVariable } from "../variables/base-variable.ts";
import { VariableScope } from "../variables/scope-value.ts";

/** Whether a variable is meant. */
export interface VariableFilter {
  (variable: BaseVariable): boolean;
  /** @internal The same, for many variables in a row: what it looks things up in is made once. */
  prepare?(): (variable: BaseVariable) => boolean;
}

/** A filter whose text is the code that makes it. */
function filter(
  text: string,
  test: (variable: BaseVariable) => boolean,
  prepare?: () => (variable: BaseVariable) => boolean,
): VariableFilter {
  const made = (variable: BaseVariable): boolean => test(variable);
  return Object.assign(made, { toString: () => text, ...(prepare && { prepare }) });
}

/** The names of a variable: its op's, and for a slice also that of the whole. */
function namesOf(variable: BaseVariable): readonly string[] {
  const whole = variable.saveSliceInfo?.fullName;
  return whole === undefined ? [variable.op.name] : [variable.op.name, whole];
}

/**
 * Variables whose name, without `:0`, is matched by a pattern: `*` stands for anything but a slash, `**` for anything,
 * `?` for one character, `{a,b}` for either. A slice of a partitioned variable is matched by the whole's name, too.
 * @throws {ArgumentError} for a pattern with an open brace.
 * @example
 * const kernel = variableScope("tower/conv", () => getVariable("kernel", [3]));
 * byName("tower/**")(kernel); // true
 * byName("tower/*")(kernel); // false
 */
export function byName(pattern: string): VariableFilter {
  const expression = globExpression(pattern);
  return filter(`byName(${JSON.stringify(pattern)})`, (variable) =>
    namesOf(variable).some((name) => expression.test(name)),
  );
}

const globParts = /\*\*|[*?{},]|[^*?{},]+/g;

function globExpression(pattern: string): RegExp {
  let depth = 0;
  const part = (text: string): string => {
    if (text === "**") return ".*";
    if (text === "*") return "[^/]*";
    if (text === "?") return "[^/]";
    if (text === "," && depth > 0) return "|";
    if (text === "{") depth += 1;
    if (text === "}") depth -= 1;
    if (depth < 0) throw openBrace(pattern);
    return text === "{" ? "(?:" : text === "}" ? ")" : text.replace(/[.+^$()|[\]\\]/g, "\\$&");
  };
  const source = (pattern.match(globParts) ?? []).map(part).join("");
  if (depth !== 0) throw openBrace(pattern);
  return new RegExp(`^${source}$`);
}

function openBrace(pattern: string): ArgumentError {
  return new ArgumentError(
    `The name pattern '${pattern}' has a brace without its partner.\n  {a,b} stands for either a or b; names of variables have no braces`,
    { pattern },
  );
}

/**
 * Variables in whose name, without `:0`, a regular expression is found.
 * @example
 * byRegExp(/bias(es)?$/)(getVariable("biases", [1])); // true
 */
export function byRegExp(expression: RegExp): VariableFilter {
  // A global or sticky expression would remember where it was.
  const fresh = new RegExp(expression.source, expression.flags.replace(/[gy]/g, ""));
  return filter(`byRegExp(${String(expression)})`, (variable) => namesOf(variable).some((name) => fresh.test(name)));
}

/**
 * Variables in a collection of their graph.
 * @example
 * inCollection(GraphKeys.TRAINABLE_VARIABLES)(getVariable("w", [1])); // true
 */
export function inCollection(key: string): VariableFilter {
  const listed = (graph: Graph): readonly unknown[] => graph.collections.list(key);
  return filter(
    `inCollection(${JSON.stringify(key)})`,
    (variable) => listed(variable.graph).includes(variable),
    () => {
      const sets = new Map<Graph, ReadonlySet<unknown>>();
      return (variable) => {
        let set = sets.get(variable.graph);
        if (set === undefined) sets.set(variable.graph, (set = new Set(listed(variable.graph))));
        return set.has(variable);
      };
    },
  );
}

/**
 * Variables that optimizers change.
 * @example
 * trainable(getVariable("w", [1])); // true
 */
export const trainable: VariableFilter = /** @__PURE__ */ filter("trainable", (variable) => variable.trainable);

/**
 * Variables of one of these element types.
 * @example
 * byDtype("float32", "float64")(getVariable("w", [1])); // true
 */
export function byDtype(...dtypes: readonly DTypeLike[]): VariableFilter {
  const wanted = dtypes.map((dtype) => asDType(dtype).baseDtype);
  return filter(`byDtype(${wanted.map((dtype) => JSON.stringify(dtype.name)).join(", ")})`, (variable) =>
    wanted.includes(variable.dtype.baseDtype),
  );
}

/**
 * Variables whose names are in a variable scope, or in one inside of it. The root holds all.
 * @example
 * const w = variableScope("tower", () => getVariable("w", [1]));
 * inScope("tower")(w); // true
 */
export function inScope(scope: string | VariableScope): VariableFilter {
  const name = scope instanceof VariableScope ? scope.name : scope;
  return filter(
    `inScope(${JSON.stringify(name)})`,
    (variable) => name === "" || variable.op.name.startsWith(`${name}/`),
  );
}

/**
 * What all of the filters let pass.
 * @throws {ArgumentTypeError} for what is no filter.
 * @example
 * and(trainable, byName("tower/**"))(getVariable("w", [1])); // false
 */
export function and(...all: readonly VariableFilter[]): VariableFilter {
  return combine("and", all, (tests, variable) => tests.every((test) => test(variable)));
}

/**
 * What any of the filters lets pass.
 * @throws {ArgumentTypeError} for what is no filter.
 * @example
 * or(byName("w"), byName("b"))(getVariable("w", [1])); // true
 */
export function or(...any: readonly VariableFilter[]): VariableFilter {
  return combine("or", any, (tests, variable) => tests.some((test) => test(variable)));
}

/**
 * What a filter does not let pass.
 * @throws {ArgumentTypeError} for what is no filter.
 * @example
 * not(trainable)(getVariable("w", [1])); // false
 */
export function not(other: VariableFilter): VariableFilter {
  return combine("not", [other], (tests, variable) => !tests.some((test) => test(variable)));
}

type Test = (variable: BaseVariable) => boolean;

function combine(
  name: string,
  parts: readonly VariableFilter[],
  decide: (tests: readonly Test[], variable: BaseVariable) => boolean,
): VariableFilter {
  for (const part of parts) checkFilter(part, name);
  return filter(
    `${name}(${parts.map(filterText).join(", ")})`,
    (variable) => decide(parts, variable),
    () => {
      const prepared = parts.map(preparedTest);
      return (variable) => decide(prepared, variable);
    },
  );
}

function checkFilter(value: unknown, user: string): void {
  if (typeof value === "function") return;
  throw new ArgumentTypeError(
    `${user}() takes filters of variables, got ${pythonTypeName(value)}.\n  a filter is a function of a variable, such as trainable or byName("tower/**")\n  for tensors  logicalAnd, logicalOr, logicalNot`,
    { value },
  );
}

/** The code that makes a filter; the name of a function of the user. */
export function filterText(one: VariableFilter): string {
  return Object.hasOwn(one, "toString") ? one.toString() : one.name || "a function";
}

function preparedTest(one: VariableFilter): Test {
  return one.prepare?.() ?? one;
}

/**
 * The variables that a filter lets pass, in their order. Takes time in proportion to the list.
 * @throws {ArgumentTypeError} for what is no filter.
 * @example
 * getVariable("w", [1]);
 * getLocalVariable("counter", []);
 * select([...globalVariables(), ...localVariables()], trainable).length; // 1
 */
export function select<V extends BaseVariable>(variables: Iterable<V>, wanted: VariableFilter): V[] {
  checkFilter(wanted, "select");
  const test = preparedTest(wanted);
  return Array.from(variables).filter((variable) => test(variable));
}
