/** The examples by name: `npm run example NAME -- [options]`. Without a name it lists them. */
import { runExample } from "./run-example.ts";

// Whoever reads the output may have seen enough: `npm run example gpt2 | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

process.exitCode = await runExample(process.argv.slice(2), {
  write: (text) => process.stdout.write(text),
  error: (line) => console.error(line),
  columns: process.stdout.isTTY ? process.stdout.columns : undefined,
});
