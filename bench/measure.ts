/** Measures one case and prints its figures as a line of JSON: `node --expose-gc tools/run-ts.mjs --built bench/measure.ts CASE`. */
import { cases } from "./cases.ts";

const name = process.argv[2] ?? "";
const found = cases[name];
if (found === undefined) {
  console.error(`There is no case "${name}". Cases: ${Object.keys(cases).join(", ")}.`);
  process.exitCode = 1;
} else {
  console.log(JSON.stringify(await found.measure()));
}
