/** What executes a statement. The kinds themselves are in `statements/`. */
import type { Interpreter } from "./interpreter.ts";
import type { Statement } from "./program.ts";

/** What a statement gives that has logged all there is to log. */
export const nothing: unique symbol = Symbol("nothing");

/** Executes a statement; gives what is to be bound and recorded, or `nothing`. */
export type StatementKind = (run: Interpreter, statement: Statement) => unknown;

export type StatementKinds = Readonly<Record<string, StatementKind>>;
