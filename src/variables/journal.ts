/**
 * What is known of a graph's variables beyond the variables themselves: how each was asked for, and who shared it. Kept with the graph,
 * written while it is built, read by errors and by `insight/`. Small: there is an entry for each variable.
 */
import type { CreationSite } from "../graph/creation-site.ts";
import type { Graph } from "../graph/graph.ts";
import type { Operation } from "../graph/operation.ts";
import { creationSite } from "../graph/public-call.ts";
import { libraryTables } from "../graph/tables.ts";
import { isTensorConvertible, Tensor } from "../graph/tensor.ts";
import { BaseVariable } from "./base-variable.ts";
import { currentVariableScope } from "./current-scope.ts";
import type { VariableScope } from "./scope-value.ts";

/** A call that gave out a variable, and the variable scope in which it was made. */
export interface VariableUse {
  readonly site: CreationSite;
  readonly scope: VariableScope;
}

/** How many calls that shared a variable are kept with their places; more are counted only. */
const KEPT_USES = 64;
/** The same for all variables of a graph: a place takes about a kilobyte. */
const KEPT_USES_IN_ALL = 100_000;

/** What is known of one variable. */
export class VariableEntry {
  readonly variable: BaseVariable;
  /** The name that was asked for, without the scope around it; `null` for none. */
  readonly requestedName: string | null;
  /** Where it was made. */
  readonly scope: VariableScope;
  /** What its initial value was given as: an initializer, a function, a tensor, a single value; `undefined` for arrays, which are not kept alive. */
  initialValue: unknown;
  /** Its full name in the store; `null` for what `new Variable` made, which nobody can share by name. */
  storeName: string | null = null;
  #shared: VariableUse[] | null = null;
  #sharedCount = 0;

  constructor(variable: BaseVariable, requestedName: string | null, initialValue: unknown) {
    this.variable = variable;
    this.requestedName = requestedName;
    this.initialValue = withoutArrays(initialValue);
    this.scope = currentVariableScope(variable.graph);
  }

  /** The calls of `getVariable` that shared it, in their order; the first 64, and none after the first 100,000 of the graph. */
  get shared(): readonly VariableUse[] {
    return this.#shared ?? [];
  }
  /** How many calls shared it. */
  get sharedCount(): number {
    return this.#sharedCount;
  }
  /** The call that made it. */
  get definition(): VariableUse {
    return { site: this.variable.site, scope: this.scope };
  }

  /** @internal */
  share(journal: VariableJournal): void {
    this.#sharedCount += 1;
    if (this.#sharedCount > KEPT_USES || !journal.keepsUse()) return;
    const use = { site: creationSite(), scope: currentVariableScope(this.variable.graph) };
    if (this.#shared === null) this.#shared = [use];
    else this.#shared.push(use);
  }
}

function withoutArrays(value: unknown): unknown {
  return typeof value !== "object" || value === null || isTensorConvertible(value) || value instanceof Tensor
    ? value
    : undefined;
}

/** The entries of a graph. */
export class VariableJournal {
  readonly #byOp = new Map<Operation, VariableEntry>();
  /** The first variables of each full name that `new Variable` made. */
  readonly #unshared = new Map<string, VariableEntry>();
  #keptUses = 0;

  /** All variables in the order of their creation. */
  get entries(): Iterable<VariableEntry> {
    return this.#byOp.values();
  }
  /** The number of variables. */
  get size(): number {
    return this.#byOp.size;
  }
  /** The variable that an op holds. */
  ofOp(op: Operation): VariableEntry | undefined {
    return this.#byOp.get(op);
  }
  /** The variable that an op of this name holds. */
  ofName(graph: Graph, opName: string): VariableEntry | undefined {
    const op = graph.findOperation(opName);
    return op && this.#byOp.get(op);
  }
  /** What `new Variable` made first, with a name that `getVariable` would give it in the same scope. */
  unshared(fullName: string): VariableEntry | undefined {
    return this.#unshared.get(fullName);
  }

  /** @internal Whether the place of one more call is kept. */
  keepsUse(): boolean {
    this.#keptUses += 1;
    return this.#keptUses <= KEPT_USES_IN_ALL;
  }
  /** @internal */
  add(entry: VariableEntry): void {
    this.#byOp.set(entry.variable.op, entry);
  }
  /** @internal */
  addUnshared(entry: VariableEntry): void {
    const name = fullNameOf(entry);
    if (name !== null && !this.#unshared.has(name)) this.#unshared.set(name, entry);
  }
}

/** The name that `getVariable` would give a variable that was asked for like this one; `null` for variables without a name. */
export function fullNameOf({ requestedName, scope, storeName }: VariableEntry): string | null {
  if (storeName !== null || requestedName === null) return storeName;
  return scope.name === "" ? requestedName : `${scope.name}/${requestedName}`;
}

export function journalOf(graph: Graph): VariableJournal {
  return graph.slot("variableJournal", () => new VariableJournal());
}

/** @internal A variable was made, by whatever means. */
export function noteNewVariable(variable: BaseVariable, name: string | null, initialValue: unknown): void {
  const entry = new VariableEntry(variable, name, initialValue);
  journalOf(variable.graph).add(entry);
  variable.journalEntry = entry;
}

/** @internal A new variable can be shared from now on. */
export function noteStoredVariable(variable: BaseVariable, name: string, initializer: unknown): void {
  const entry = entryOf(variable);
  if (entry === undefined) return;
  entry.storeName = name;
  entry.initialValue = withoutArrays(initializer);
  tell(variable.op);
}

/** @internal A variable was made by `new Variable`. */
export function noteUnsharedVariable(variable: BaseVariable): void {
  const entry = entryOf(variable);
  if (entry === undefined) return;
  journalOf(variable.graph).addUnshared(entry);
  tell(variable.op);
}

/** The entry of a variable; `undefined` for what a variable creator has put in its place. */
function entryOf(variable: unknown): VariableEntry | undefined {
  return variable instanceof BaseVariable ? ((variable.journalEntry as VariableEntry | null) ?? undefined) : undefined;
}

function tell(op: Operation): void {
  libraryTables().watch?.variableMade(op);
}

/** @internal An existing variable was given out once more. */
export function noteSharedVariable(variable: BaseVariable): void {
  entryOf(variable)?.share(journalOf(variable.graph));
}
