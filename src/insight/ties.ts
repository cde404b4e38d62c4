/** `ties`: the variables that several calls share, each with its readers and with the calls. */
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { Graph } from "../graph/graph.ts";
import type { BaseVariable } from "../variables/base-variable.ts";
import { journalOf, type VariableEntry } from "../variables/journal.ts";
import { shapeText } from "../variables/report-text.ts";
import { allCallSites, type CallSite, callSiteLines } from "./call-sites.ts";
import { groupLines, groupRecords } from "./explain-variable.ts";
import { groupByScope, type OpGroup, variableTraffic } from "./readers.ts";
import { counted } from "./size.ts";

/** A variable that more than one call of `getVariable` gave out. */
export interface Tie {
  readonly variable: BaseVariable;
  /** How many calls gave it out, the one that made it included. */
  readonly calls: number;
  /** The places of the calls, the one that made it first. */
  readonly callSites: readonly CallSite[];
  /** The ops that read it, by name scope. */
  readonly readers: readonly OpGroup[];
}

/** The ties of a graph: a list that prints itself. */
export interface Ties extends Iterable<Tie> {
  readonly length: number;
  readonly list: readonly Tie[];
  /** The tie of a variable; `undefined` when nobody shares it. */
  of(variable: BaseVariable): Tie | undefined;
  toString(): string;
  toJSON(): unknown;
}

/**
 * The variables of a graph that are shared: given out by more than one call of `getVariable`, in the order of their creation.
 * Takes time in proportion to the graph.
 * @see TensorFlow has no such function: there, sharing leaves no trace.
 * @example
 * const build = () => variableScope("layer", { reuse: AUTO_REUSE }, () => identity(getVariable("w", [1])));
 * build();
 * build();
 * ties().list.map((tie) => tie.variable.name); // ["layer/w:0"]
 */
export function ties(graph: Graph = getDefaultGraph()): Ties {
  const shared = Array.from(journalOf(graph).entries).filter(({ sharedCount }) => sharedCount > 0);
  const traffic = shared.length === 0 ? null : variableTraffic(graph);
  const list = shared.map(
    (entry): Tie => ({
      variable: entry.variable,
      calls: 1 + entry.sharedCount,
      callSites: allCallSites(entry),
      readers: groupByScope(traffic?.get(entry.variable.op)?.readers ?? []),
    }),
  );
  return {
    length: list.length,
    list,
    of: (variable) => list.find((tie) => tie.variable === variable),
    [Symbol.iterator]: () => list[Symbol.iterator](),
    toString: () => tiesText(list, shared),
    toJSON: () => list.map(tieRecord),
  };
}

function tiesText(list: readonly Tie[], entries: readonly VariableEntry[]): string {
  if (list.length === 0) return "no variable is shared";
  const blocks = list.map((tie, i) => tieLines(tie, entries[i] as VariableEntry).join("\n"));
  return `${counted(list.length, "shared variable")}\n${blocks.join("\n")}`;
}

function tieLines({ variable, calls, callSites, readers }: Tie, entry: VariableEntry): string[] {
  const unlisted = entry.sharedCount - entry.shared.length;
  return [
    `'${variable.op.name}' ${shapeText(variable.shape)} ${variable.dtype.baseDtype.name}, shared by ${counted(calls, "call")}`,
    ...indented("read by", groupLines(readers)),
    ...indented("calls", callSiteLines(callSites, unlisted)),
  ];
}

const LABEL_WIDTH = 7;

function indented(label: string, lines: readonly string[]): string[] {
  const shown = lines.length === 0 ? ["nothing"] : lines;
  return shown.map((line, i) => `  ${(i === 0 ? label : "").padEnd(LABEL_WIDTH)}  ${line}`);
}

function tieRecord({ variable, calls, callSites, readers }: Tie): unknown {
  return {
    variable: variable.op.name,
    shape: variable.shape.dims,
    dtype: variable.dtype.baseDtype.name,
    calls,
    callSites,
    readers: groupRecords(readers),
  };
}
