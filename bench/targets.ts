/** What the project wants to reach, and whether it does. A target belongs to a figure, to its ratio to the peer's, or to its growth. */
import { type PeerName, peerTitles } from "./peer-names.ts";
import { shortNumber } from "./statistics.ts";

/** How a target is read. */
export type Target =
  /** The figure itself is at most this. */
  | { readonly kind: "most"; readonly limit: number }
  /** The peer, which is TensorFlow unless another is named, takes at least this many times as long. */
  | { readonly kind: "times"; readonly limit: number; readonly goal?: number; readonly peer?: PeerName }
  /** The figure is at most this many times another one. */
  | { readonly kind: "growth"; readonly limit: number; readonly from: string };

/** Whether a target is met; `unknown` where what it compares with was not measured. */
export interface Verdict {
  readonly text: string;
  readonly state: "met" | "missed" | "unknown";
}

/** What a verdict needs to know: medians. */
export interface Measured {
  readonly value: number;
  /** How many times as long a peer takes; `null` where it was not measured. */
  readonly ratioTo: (peer: PeerName) => number | null;
  readonly valueOf: (figure: string) => number | null;
}

/** Judges one figure. */
export function judge(target: Target, measured: Measured): Verdict {
  if (target.kind === "most") return verdict(`≤ ${target.limit}`, measured.value <= target.limit);
  if (target.kind === "times") {
    const goal = target.goal === undefined ? "" : ` (goal ${target.goal}×)`;
    const { peer = "tensorflow" } = target;
    const whose = peer === "tensorflow" ? "" : ` ${peerTitles[peer]}`;
    const ratio = measured.ratioTo(peer);
    return verdict(`≥ ${target.limit}×${whose}${goal}`, ratio === null ? null : ratio >= target.limit);
  }
  const before = measured.valueOf(target.from);
  const growth = before === null ? null : measured.value / before;
  const shown = growth === null ? "" : `, is ${shortNumber(growth)}×`;
  return verdict(`growth ≤ ${target.limit}×${shown}`, growth === null ? null : growth <= target.limit);
}

function verdict(text: string, isMet: boolean | null): Verdict {
  return { text, state: isMet === null ? "unknown" : isMet ? "met" : "missed" };
}
