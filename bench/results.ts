/** What was measured so far: for each figure the values of both sides, round by round. */
import { figures as known } from "./figures.ts";
import type { Figures } from "./timing.ts";

export type Side = "namesake" | "tensorflow";

export type Values = Readonly<Record<Side, readonly number[]>>;

export class Results {
  readonly #values = new Map<string, Record<Side, number[]>>();

  /** Adds the figures of one side in one round. A figure that `figures.ts` does not name is a mistake in the case. */
  add(side: Side, figures: Figures): void {
    for (const [name, value] of Object.entries(figures)) {
      if (!Object.hasOwn(known, name)) throw new Error(`figures.ts has no "${name}", which ${side} measured`);
      const values = this.#values.get(name) ?? { namesake: [], tensorflow: [] };
      values[side].push(value);
      this.#values.set(name, values);
    }
  }

  /** The values of a figure; none where it was not measured. */
  valuesOf(name: string): Values {
    return this.#values.get(name) ?? { namesake: [], tensorflow: [] };
  }

  /** The figures that were measured, in the order of `figures.ts`. */
  get names(): string[] {
    return Object.keys(known).filter((name) => this.#values.has(name));
  }

  toJSON(): Readonly<Record<string, Values & { readonly unit: string }>> {
    const entry = (name: string) => ({ unit: known[name]?.unit ?? "", ...this.valuesOf(name) });
    return Object.fromEntries(this.names.map((name) => [name, entry(name)]));
  }
}
