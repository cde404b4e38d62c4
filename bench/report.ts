/** The results as text for readers. */
import { type FigureInfo, figures } from "./figures.ts";
import type { Machine } from "./machine.ts";
import type { Results } from "./results.ts";
import { median, ratios, shortNumber, spreadOf } from "./statistics.ts";
import { judge, type Measured } from "./targets.ts";

/** Median, least and most; nothing of nothing. */
function spreadText(values: readonly number[], unit = ""): string {
  const spread = spreadOf(values);
  if (spread === null) return "";
  const [middle, least, most] = [spread.median, spread.min, spread.max].map((value) => shortNumber(value) + unit);
  return values.length === 1 ? `${middle}` : `${middle} (${least} to ${most})`;
}

function measuredOf(results: Results, name: string): Measured {
  const { namesake, tensorflow } = results.valuesOf(name);
  const quotients = ratios(tensorflow, namesake);
  return {
    value: median(namesake),
    ratio: quotients.length === 0 ? null : median(quotients),
    valueOf: (other) => {
      const values = results.valuesOf(other).namesake;
      return values.length === 0 ? null : median(values);
    },
  };
}

function row(results: Results, name: string, { unit, target }: FigureInfo): string {
  const { namesake, tensorflow } = results.valuesOf(name);
  const verdict = target === undefined ? null : judge(target, measuredOf(results, name));
  const state = verdict === null ? "" : verdict.state === "unknown" ? "—" : verdict.state;
  const cells = [
    `${name} (${unit})`,
    spreadText(namesake),
    spreadText(tensorflow),
    spreadText(ratios(tensorflow, namesake), "×"),
    verdict?.text ?? "",
    state,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** The measured figures as a Markdown table: both sides, their ratio round by round, and the targets. */
export function table(results: Results): string {
  const rows = results.names.map((name) => row(results, name, figures[name] as FigureInfo));
  return [
    "| median (least to most) | Namesake | TensorFlow | TensorFlow ÷ Namesake | target | |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

/** The table, and under which circumstances it came about. */
export function report(results: Results, machine: Machine): string {
  const { cpu, cores, memoryGiB, node, tensorflow, date } = machine;
  const versions = tensorflow === null ? `Node ${node}` : `Node ${node}, TensorFlow ${tensorflow}`;
  return [
    `${cpu}, ${cores} cores, ${memoryGiB} GiB; ${versions}; ${date.slice(0, 10)}.`,
    "Each round is a process of its own; the ratio is taken round by round. — is what the run could not tell.",
    "",
    table(results),
  ].join("\n");
}
