/** `explainVariable`: what a variable is, who made it, who shares it, and which ops read and write it. */
import { ArgumentTypeError, UnknownNameError } from "../base/errors.ts";
import { pythonTypeName, teach } from "../base/text.ts";
import type { CreationSite } from "../graph/creation-site.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { Graph } from "../graph/graph.ts";
import type { Operation } from "../graph/operation.ts";
import type { DType } from "../tensor/dtype.ts";
import type { TensorShape } from "../tensor/shape.ts";
import { BaseVariable } from "../variables/base-variable.ts";
import { trailLines } from "../variables/call-trail.ts";
import { journalOf, type VariableEntry } from "../variables/journal.ts";
import { PartitionedVariable } from "../variables/partitioned-variable.ts";
import { scopeLabel, shapeText } from "../variables/report-text.ts";
import type { SaveSliceInfo } from "../variables/slice-info.ts";
import { nearestNames } from "../variables/store-errors.ts";
import { variableStore } from "../variables/variable-store.ts";
import { type CallSite, callSiteLines, callSites } from "./call-sites.ts";
import { initialText } from "./initial-text.ts";
import { groupByScope, type OpGroup, variableTraffic } from "./readers.ts";
import { counted, sizeOf } from "./size.ts";

/** What there is to know of a variable. Printed by its `toString`. */
export interface VariableExplanation {
  /** The variable; of a partitioned one, the whole. */
  readonly variable: BaseVariable | PartitionedVariable;
  /** The op name; of a partitioned variable, the name of the whole. */
  readonly name: string;
  /** The full name by which `getVariable` shares it; `null` for what `new Variable` made. */
  readonly storeName: string | null;
  readonly kind: "reference" | "resource" | "partitioned";
  readonly shape: TensorShape;
  readonly dtype: DType;
  readonly parameters: number | null;
  readonly bytes: number | null;
  readonly trainable: boolean;
  readonly device: string;
  /** The initializer in words. */
  readonly initializer: string;
  /** The ops that initialize it: one per slice. */
  readonly initializerOps: readonly Operation[];
  /** The collections that it is in. */
  readonly collections: readonly string[];
  /** Of a slice: which part of the whole it is. */
  readonly slice: SaveSliceInfo | null;
  /** Of a partitioned variable: its slices. */
  readonly slices: readonly BaseVariable[];
  /** Where it was made: the call, and the calls around it. */
  readonly definition: { readonly site: CreationSite; readonly trail: readonly string[]; readonly scope: string };
  /** The places that share it. */
  readonly sharedBy: readonly CallSite[];
  /** How many calls have shared it. */
  readonly sharedCount: number;
  /** The ops that read it, by name scope. */
  readonly readers: readonly OpGroup[];
  /** The ops that write it, but for the initializer. */
  readonly writers: readonly OpGroup[];
  toString(): string;
  toJSON(): unknown;
}

type Facts = Omit<VariableExplanation, "toString" | "toJSON">;

/**
 * Tells what is known of a variable, given itself or by name: the name in the store, or its op's, with or without `:0`.
 * @throws {UnknownNameError} when the graph has no variable of that name. @throws {ArgumentTypeError} for what is neither.
 * @see TensorFlow has no such function.
 * @example
 * const w = variableScope("layer", () => getVariable("w", [2, 3]));
 * explainVariable("layer/w").variable === w; // true
 * explainVariable(w).parameters; // 6
 */
export function explainVariable(
  variable: BaseVariable | PartitionedVariable | string,
  options: { readonly graph?: Graph } = {},
): VariableExplanation {
  const target = typeof variable === "string" ? findVariable(options.graph ?? getDefaultGraph(), variable) : variable;
  if (!(target instanceof BaseVariable || target instanceof PartitionedVariable)) {
    throw new ArgumentTypeError(
      `explainVariable() takes a variable or its name, got ${pythonTypeName(target)}.\n  of a tensor that was read of a variable, take the variable`,
      { variable },
    );
  }
  const facts = factsOf(target);
  return { ...facts, toString: () => variableText(facts), toJSON: () => variableRecord(facts) };
}

function findVariable(graph: Graph, name: string): BaseVariable | PartitionedVariable {
  const plain = name.replace(/:0$/, "");
  const store = variableStore(graph);
  const shared = store.partitioned.get(plain) ?? store.variables.get(plain);
  const found = shared ?? journalOf(graph).ofName(graph, plain)?.variable;
  if (found !== undefined) return found;
  const nearest = nearestNames(
    plain,
    Array.from(journalOf(graph).entries, ({ variable }) => variable.op.name),
  );
  const hint =
    nearest.length === 0
      ? `the graph has ${counted(journalOf(graph).size, "variable")}`
      : `nearest names: ${nearest.join(", ")}`;
  throw new UnknownNameError(`The graph has no variable named '${name}'.\n  ${hint}`, { variableName: name, nearest });
}

function factsOf(variable: BaseVariable | PartitionedVariable): Facts {
  const { graph } = variable;
  const slices = variable instanceof PartitionedVariable ? [...variable] : [variable];
  const first = slices[0] as BaseVariable;
  const entry = journalOf(graph).ofOp(first.op);
  const traffic = variableTraffic(graph);
  const ops = (kind: "readers" | "writers") =>
    groupByScope(new Set(slices.flatMap(({ op }) => [...(traffic.get(op)?.[kind] ?? [])])));
  const isPartitioned = variable instanceof PartitionedVariable;
  return {
    variable,
    name: isPartitioned ? variable.name : variable.op.name,
    storeName: isPartitioned ? variable.name : (entry?.storeName ?? null),
    kind: isPartitioned ? "partitioned" : variable.isResource ? "resource" : "reference",
    shape: variable.shape,
    dtype: variable.dtype,
    ...sizeOf(variable.shape, variable.dtype),
    trainable: first.trainable,
    device: first.device,
    initializer: initialText(entry?.initialValue),
    initializerOps: slices.map((slice) => slice.initializer),
    collections: graph.getAllCollectionKeys().filter((key) => graph.collections.list(key).includes(first)),
    slice: isPartitioned ? null : variable.saveSliceInfo,
    slices: isPartitioned ? slices : [],
    ...callsOf(first, entry),
    readers: ops("readers"),
    writers: ops("writers"),
  };
}

function callsOf(
  variable: BaseVariable,
  entry: VariableEntry | undefined,
): Pick<Facts, "definition" | "sharedBy" | "sharedCount"> {
  if (entry === undefined) {
    return {
      definition: { site: variable.site, trail: [String(variable.site)], scope: "" },
      sharedBy: [],
      sharedCount: 0,
    };
  }
  const definition = { site: variable.site, trail: trailLines(entry.definition), scope: entry.scope.name };
  return { definition, sharedBy: callSites(entry.shared), sharedCount: entry.sharedCount };
}

function variableText(facts: Facts): string {
  const { shape, dtype, definition, sharedBy, sharedCount, slice, slices } = facts;
  const sizes = [counted(facts.parameters, "parameter"), counted(facts.bytes, "byte")].join(", ");
  const maker = facts.storeName === null ? "new Variable()" : `getVariable() as '${facts.storeName}'`;
  const listed = sharedBy.reduce((sum, { count }) => sum + count, 0);
  return teach(`variable '${facts.name}'`, [
    ["value", `${dtype.baseDtype.name} ${shapeText(shape)}, ${sizes}`],
    [
      "kind",
      `${facts.kind} variable, ${facts.trainable ? "trainable" : "not trainable"}${facts.device === "" ? "" : `, on ${facts.device}`}`,
    ],
    [
      "slices",
      slices.length === 0 ? undefined : slices.map((one) => `'${one.op.name}' ${shapeText(one.shape)}`).join("\n"),
    ],
    [
      "slice",
      slice === null
        ? undefined
        : `of '${slice.fullName}' [${slice.fullShape.join(", ")}], from [${slice.varOffset.join(", ")}]`,
    ],
    ["initializer", `${facts.initializer}   stored by ${facts.initializerOps.map((op) => `'${op.name}'`).join(", ")}`],
    ["collections", facts.collections.length === 0 ? "none" : facts.collections.join(", ")],
    ["made by", `${maker} in scope ${scopeLabel(definition.scope)}\n${definition.trail.join("\n")}`],
    [
      "shared by",
      sharedCount === 0
        ? "nobody"
        : [`${counted(sharedCount, "more call")}`, ...callSiteLines(sharedBy, sharedCount - listed)].join("\n"),
    ],
    ["read by", groupLines(facts.readers).join("\n") || "nothing"],
    ["written by", facts.writers.length === 0 ? undefined : groupLines(facts.writers).join("\n")],
  ]);
}

/** How many ops of one name scope are listed. */
const SHOWN_OPS = 6;

/** One line for each name scope: `'tower/conv'  Conv2D, Relu`. */
export function groupLines(groups: readonly OpGroup[]): string[] {
  const labels = groups.map(({ scope }) => scopeLabel(scope));
  const width = Math.max(0, ...labels.map((label) => label.length));
  return groups.map(({ ops }, i) => {
    const names = ops.slice(0, SHOWN_OPS).map((op) => op.name.slice(op.name.lastIndexOf("/") + 1));
    const more = ops.length > SHOWN_OPS ? `, and ${ops.length - SHOWN_OPS} more` : "";
    return `${(labels[i] as string).padEnd(width)}  ${names.join(", ")}${more}`;
  });
}

/** Op groups as plain data. */
export function groupRecords(groups: readonly OpGroup[]): unknown {
  return groups.map(({ scope, ops }) => ({ scope, ops: ops.map((op) => op.name) }));
}

/** The explanation as plain data. */
function variableRecord(facts: Facts): unknown {
  const { definition, slice } = facts;
  return {
    name: facts.name,
    storeName: facts.storeName,
    kind: facts.kind,
    shape: facts.shape.dims,
    dtype: facts.dtype.baseDtype.name,
    parameters: facts.parameters,
    bytes: facts.bytes,
    trainable: facts.trainable,
    device: facts.device,
    initializer: facts.initializer,
    initializerOps: facts.initializerOps.map((op) => op.name),
    collections: facts.collections,
    slice: slice && { fullName: slice.fullName, fullShape: slice.fullShape, offset: slice.varOffset },
    slices: facts.slices.map((one) => one.op.name),
    madeAt: definition.trail,
    madeIn: definition.scope,
    sharedBy: facts.sharedBy,
    sharedCount: facts.sharedCount,
    readers: groupRecords(facts.readers),
    writers: groupRecords(facts.writers),
  };
}
