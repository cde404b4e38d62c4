/** The results as text for readers. */
import { type FigureInfo, figures } from "./figures.ts";
import type { Machine } from "./machine.ts";
import { type PeerName, peerNames, peerTitles } from "./peer-names.ts";
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
  const values = results.valuesOf(name);
  return {
    value: median(values.namesake),
    ratioTo: (peer) => {
      const quotients = ratios(values[peer], values.namesake);
      return quotients.length === 0 ? null : median(quotients);
    },
    valueOf: (other) => {
      const { namesake } = results.valuesOf(other);
      return namesake.length === 0 ? null : median(namesake);
    },
  };
}

/** A peer's figure and its ratio to ours; a peer that has none because it cannot says so. */
function peerCells(results: Results, name: string, peer: PeerName): string[] {
  const refusal = results.refusalOf(peer, name);
  if (refusal !== null) return [`cannot: ${refusal.replaceAll("|", "\\|")}`, ""];
  const values = results.valuesOf(name);
  return [spreadText(values[peer]), spreadText(ratios(values[peer], values.namesake), "×")];
}

function row(results: Results, name: string, { unit, targets = [] }: FigureInfo): string {
  const verdicts = targets.map((target) => judge(target, measuredOf(results, name)));
  const cells = [
    `${name} (${unit})`,
    spreadText(results.valuesOf(name).namesake),
    ...results.peers.flatMap((peer) => peerCells(results, name, peer)),
    verdicts.map(({ text }) => text).join("; "),
    verdicts.map(({ state }) => (state === "unknown" ? "—" : state)).join("; "),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** The measured figures as a Markdown table: all sides, the ratios round by round, and the targets. */
export function table(results: Results): string {
  const titles = results.peers.flatMap((peer) => [peerTitles[peer], `${peerTitles[peer]} ÷ Namesake`]);
  const heads = ["median (least to most)", "Namesake", ...titles, "target"];
  const rows = results.names.map((name) => row(results, name, figures[name] as FigureInfo));
  return [`| ${heads.join(" | ")} | |`, `|${" --- |".repeat(heads.length + 1)}`, ...rows, ""].join("\n");
}

/** The table, and under which circumstances it came about. */
export function report(results: Results, machine: Machine): string {
  const { cpu, cores, memoryGiB, node, peers, date } = machine;
  const theirs = peerNames.flatMap((peer) => (peers[peer] === undefined ? [] : [`${peerTitles[peer]} ${peers[peer]}`]));
  return [
    `${cpu}, ${cores} cores, ${memoryGiB} GiB; ${[`Node ${node}`, ...theirs].join(", ")}; ${date.slice(0, 10)}.`,
    "Each round is a process of its own; the ratio is taken round by round. — is what the run could not tell.",
    "",
    table(results),
  ].join("\n");
}
