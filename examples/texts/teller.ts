/** A model that continues a prompt on a terminal. */
import type { Session } from "namesake";
import { type Terminal, UsageError } from "../commands/command.ts";
import type { Gpt2Config } from "../models/gpt2.ts";
import type { Vocabulary } from "./vocabulary.ts";
import { type Writer, write } from "./writer.ts";

/** What is continued, and by how much. */
export interface Prompt {
  readonly text: string;
  readonly tokens: readonly number[];
  /** How many tokens follow. */
  readonly length: number;
}

/** The prompt as tokens; a text that begins with nothing begins with the end of a line. @throws {UsageError} when it is too long. */
export function promptOf(
  text: string,
  length: number,
  { tokensOf, unit }: Vocabulary,
  { context }: Gpt2Config,
): Prompt {
  const tokens = tokensOf(text || "\n");
  if (tokens.length + length <= context) return { text, tokens, length };
  throw new UsageError(
    `The prompt's ${tokens.length} ${unit} and the ${length} to write are more than the ${context} that the model can read.`,
  );
}

/** What continues: the two graphs, where they run, and for how many tokens they can tell places apart. */
export interface Teller {
  readonly session: Session;
  readonly writer: Writer;
  readonly vocabulary: Vocabulary;
  readonly most: number;
}

/** Writes the prompt and what follows it, as it comes, and how long that took. */
export async function tell({ session, writer, vocabulary, most }: Teller, prompt: Prompt, terminal: Terminal) {
  terminal.write(`\n${prompt.text}`);
  const begun = performance.now();
  const decoder = new TextDecoder();
  for await (const token of write(session, writer, prompt.tokens, prompt.length, most))
    terminal.write(decoder.decode(vocabulary.bytesOf(token), { stream: true }));
  const seconds = (performance.now() - begun) / 1e3;
  terminal.write(`\n\n${prompt.length} ${vocabulary.unit} in ${seconds.toFixed(2)} s on ${session.engineName}.\n`);
}
