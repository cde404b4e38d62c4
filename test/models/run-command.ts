/** Runs an example as `npm run example` does, and keeps what it says. */
import { runExample } from "../../examples/run-example.ts";

/** What an example said. */
export interface Outcome {
  readonly code: number;
  readonly text: string;
  readonly errors: readonly string[];
}

/** Runs the example of a line of words. */
export async function run(line: string): Promise<Outcome> {
  let text = "";
  const errors: string[] = [];
  const code = await runExample(line === "" ? [] : line.split(" "), {
    write: (part) => {
      text += part;
    },
    error: (message) => errors.push(message),
  });
  return { code, text, errors };
}
