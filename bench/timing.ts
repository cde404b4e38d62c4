/** How long something takes. */
import { median } from "./statistics.ts";

/** Figures of one measurement, by name. */
export type Figures = Readonly<Record<string, number>>;

/** Figures of a peer, by name: a number, or what the peer lacks to have one. */
export type PeerFigures = Readonly<Record<string, number | { readonly cannot: string }>>;

/** Microseconds of one call. */
export function microseconds(body: () => void): number {
  const begun = performance.now();
  body();
  return (performance.now() - begun) * 1e3;
}

const BATCHES = 15;

/** Microseconds per call, warmed up: the median of batches, so that a pause of the machine does not count. */
export function perCall(body: () => void, calls = 2000): number {
  const batch = (): number =>
    microseconds(() => {
      for (let i = 0; i < calls; i += 1) body();
    });
  for (let i = 0; i < 3; i += 1) batch();
  return median(Array.from({ length: BATCHES }, batch)) / calls;
}

/** As `perCall`, one call after the other. */
export async function perAsyncCall(body: () => Promise<unknown>, calls = 1000): Promise<number> {
  const batches: number[] = [];
  for (let round = 0; round < BATCHES + 3; round += 1) {
    const begun = performance.now();
    for (let i = 0; i < calls; i += 1) await body();
    batches.push((performance.now() - begun) * 1e3);
  }
  return median(batches.slice(3)) / calls;
}
