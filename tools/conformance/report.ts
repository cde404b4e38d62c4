/** Shows the differences of a case readably: which statement, what TensorFlow had, what Namesake has. */
import { type Difference, findDifferences, type Tolerances } from "./compare.ts";
import type { Case, LogEntry, Part, Result, Statement } from "./program.ts";

const mostDifferences = 5;
const mostText = 400;
/** How many nodes are shown before the first one that differs, and from it on. */
const nodesBefore = 2;
const nodesAfter = 3;

/** Why a case failed: at most five differences, each of some lines. Empty when it passed. */
export function explainFailure(one: Case, got: Result, tolerances?: Tolerances): string[] {
  const differences = findDifferences(one.expect, got, tolerances);
  const shown: string[] = [];
  const graphsShown = new Set<unknown>();
  for (const difference of differences) {
    const [part, index, list] = difference.path;
    if (shown.length === mostDifferences) break;
    if (part === "graphs" && list === "nodes") {
      if (!graphsShown.has(index)) shown.push(explainNodes(one, got, Number(index)));
      graphsShown.add(index);
    } else {
      shown.push(explainOne(one, difference));
    }
  }
  const rest = differences.length - mostDifferences;
  return rest > 0 && shown.length === mostDifferences ? [...shown, `… ${rest} more`] : shown;
}

function explainOne(one: Case, { path, wanted, got }: Difference): string {
  const place = path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .slice(1);
  const entry = path[0] === "log" && typeof path[1] === "number" ? one.expect.log[path[1]] : undefined;
  const statement = entry === undefined ? "" : `  ${statementText(one, entry)}`;
  const expected = one.promise === undefined ? "TensorFlow" : "promised  ";
  return `${place}${statement}\n    ${expected}  ${shorten(wanted)}\n    Namesake    ${shorten(got)}`;
}

function shorten(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > mostText ? `${text.slice(0, mostText)}…` : text;
}

/** The statement that an entry of the log belongs to, without the statements inside. */
function statementText(one: Case, { at }: LogEntry): string {
  const statement = findStatement(one.program, at.split("/"));
  if (statement === undefined) return `at ${at}`;
  const isInside = (key: string): boolean => ["body", "true", "false", "cond"].includes(key);
  const shown = Object.fromEntries(Object.entries(statement).filter(([key]) => !isInside(key)));
  return `at ${at}: ${shorten(shown)}`;
}

function findStatement(body: readonly Statement[], steps: readonly string[]): Statement | undefined {
  const [step = "", ...rest] = steps;
  const statement = body[Number(step)];
  if (rest.length === 0 || statement === undefined) return statement;
  const [next = ""] = rest;
  // Inside of a function among the arguments, the statement that has the arguments is shown.
  if (/^\d+$/.test(next))
    return Array.isArray(statement.body) ? findStatement(statement.body as readonly Statement[], rest) : statement;
  const part = statement[next as "true" | "false" | "cond" | "body"] as Part | undefined;
  return findStatement(part?.body ?? [], rest.slice(1));
}

function explainNodes(one: Case, got: Result, graph: number): string {
  const wantedNodes = one.expect.graphs[graph]?.nodes ?? [];
  const gotNodes = got.graphs[graph]?.nodes ?? [];
  const length = Math.max(wantedNodes.length, gotNodes.length);
  let first = 0;
  while (first < length && wantedNodes[first] === gotNodes[first]) first += 1;
  const before = wantedNodes.slice(Math.max(0, first - nodesBefore), first).map((node) => `      ${node}`);
  const list = (title: string, nodes: readonly string[]): string[] => [
    `    ${title}`,
    ...nodes.slice(first, first + nodesAfter).map((node) => `      ${node}`),
  ];
  const counts = `${wantedNodes.length} nodes wanted, ${gotNodes.length} made`;
  return [
    `graphs[${graph}].nodes differ from node ${first} on (${counts})`,
    ...before,
    ...list("TensorFlow", wantedNodes),
    ...list("Namesake", gotNodes),
  ].join("\n");
}
