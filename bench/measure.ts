/** One round of one case: prints its figures as a line of JSON. Usage: measure.ts CASE [--quick] [--frozen]; `rounds.ts` calls it. */
import { cases } from "./cases.ts";

const [name = "", ...flags] = process.argv.slice(2);
const found = cases[name];
if (found === undefined) throw new Error(`there is no case "${name}"`);
console.log(
  JSON.stringify(await found.measure({ isQuick: flags.includes("--quick"), isFrozen: flags.includes("--frozen") })),
);
