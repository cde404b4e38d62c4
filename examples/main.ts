/** The examples by name: `npm run example NAME -- [options]`. Without a name it lists them. */
import { runExample } from "./run-example.ts";

process.exitCode = await runExample(process.argv.slice(2), {
  write: (text) => process.stdout.write(text),
  error: (line) => console.error(line),
});
