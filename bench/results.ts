/** What was measured so far: for each figure the values of all sides, round by round. */
import { figures as known } from "./figures.ts";
import { type PeerName, peerNames } from "./peer-names.ts";
import type { PeerFigures } from "./timing.ts";

export type Side = "namesake" | PeerName;

const sides: readonly Side[] = ["namesake", ...peerNames];

export type Values = Readonly<Record<Side, readonly number[]>>;

function noValues(): Record<Side, number[]> {
  return Object.fromEntries(sides.map((side) => [side, []])) as unknown as Record<Side, number[]>;
}

export class Results {
  readonly #values = new Map<string, Record<Side, number[]>>();
  /** By figure, then by side: what the side lacks. */
  readonly #refusals = new Map<string, Map<Side, string>>();
  readonly #refused = new Set<string>();

  /**
   * Adds the figures of one side in one round, of the case `name` where that is known. A figure that `figures.ts` does not name is a
   * mistake in the case.
   */
  add(side: Side, figures: PeerFigures, name = ""): void {
    for (const [figure, value] of Object.entries(figures)) {
      if (!Object.hasOwn(known, figure)) throw new Error(`figures.ts has no "${figure}", which ${side} measured`);
      const values = this.#values.get(figure) ?? noValues();
      this.#values.set(figure, values);
      if (typeof value === "number") {
        values[side].push(value);
        continue;
      }
      const refusals = this.#refusals.get(figure) ?? new Map<Side, string>();
      this.#refusals.set(figure, refusals.set(side, value.cannot));
      this.#refused.add(`${side} ${name}`);
    }
  }

  /** Whether a side could not run a case. */
  isRefused(side: Side, name: string): boolean {
    return this.#refused.has(`${side} ${name}`);
  }

  /** The values of a figure; none where it was not measured. */
  valuesOf(figure: string): Values {
    return this.#values.get(figure) ?? noValues();
  }

  /** What a side lacks to have a figure; `null` where it has it, or was not asked. */
  refusalOf(side: Side, figure: string): string | null {
    return this.#refusals.get(figure)?.get(side) ?? null;
  }

  /** The figures that were measured, in the order of `figures.ts`. */
  get names(): string[] {
    return Object.keys(known).filter((name) => this.#values.has(name));
  }

  /** The peers that have a figure, or said that they cannot. */
  get peers(): PeerName[] {
    const took = (peer: PeerName, name: string): boolean =>
      this.valuesOf(name)[peer].length > 0 || this.refusalOf(peer, name) !== null;
    return peerNames.filter((peer) => this.names.some((name) => took(peer, name)));
  }

  toJSON(): Readonly<Record<string, Partial<Values> & { readonly unit: string }>> {
    const shown: Side[] = ["namesake", ...this.peers];
    const entry = (name: string) => {
      const values = this.valuesOf(name);
      const refusals = this.#refusals.get(name);
      return {
        unit: known[name]?.unit ?? "",
        ...Object.fromEntries(shown.map((side) => [side, values[side]])),
        ...(refusals !== undefined && { cannot: Object.fromEntries(refusals) }),
      };
    };
    return Object.fromEntries(this.names.map((name) => [name, entry(name)]));
  }
}
