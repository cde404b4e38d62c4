/**
 * Executes the statements of a program: handles, paths, the log, and which statement catches an error.
 * What each kind of statement does is in `statements/`; what is written into the log is in `records.ts`.
 */
import type * as tf from "namesake";
import { Labels } from "./labels.ts";
import type { LogEntry, Statement } from "./program.ts";
import { BadProgram, errorRecord, SkipStatement } from "./program-errors.ts";
import { recordOf } from "./records.ts";
import { nothing, type StatementKinds } from "./statement-kind.ts";

/** Makes the session of a graph. */
export type MakeSession = (graph: tf.Graph) => tf.Session;

/** How a program is executed. See the fields of `Interpreter`. */
export interface ExecuteOptions {
  readonly keepsFailedWrites?: boolean;
  readonly stopsAtObjects?: boolean;
}

/** The state of one execution. */
export class Interpreter {
  readonly log: LogEntry[] = [];
  readonly handles = new Map<string, unknown>();
  readonly labels = new Labels();
  readonly graphs: tf.Graph[] = [];
  readonly sessions = new Map<tf.Graph, tf.Session>();
  /**
   * Whether the record is TensorFlow's, which keeps what a failed step has written. Namesake promises otherwise, so after a failed
   * run of initializers the runner itself brings the variables to where TensorFlow left them; everything after it is then compared.
   */
  readonly keepsFailedWrites: boolean;
  /** Whether recorded messages end where an object is printed: those of programs that train do. */
  readonly stopsAtObjects: boolean;
  readonly #statementKinds: StatementKinds;
  readonly #makeSession: MakeSession;
  readonly #path: (number | string)[] = [];
  /** Objects recorded so far, with the index of the entry that shows them first. */
  readonly #seen = new Map<unknown, number>();
  /** The innermost statement that each error went through. */
  readonly #origins = new WeakMap<object, string>();

  constructor(
    statementKinds: StatementKinds,
    makeSession: MakeSession,
    { keepsFailedWrites = false, stopsAtObjects = false }: ExecuteOptions,
  ) {
    this.keepsFailedWrites = keepsFailedWrites;
    this.stopsAtObjects = stopsAtObjects;
    this.#statementKinds = statementKinds;
    this.#makeSession = makeSession;
  }

  /** The path of the statement that is being executed. */
  at(): string {
    return this.#path.join("/");
  }

  /** @throws {SkipStatement} when the handle is not bound. */
  handle(name: string): unknown {
    if (!this.handles.has(name)) throw new SkipStatement(name);
    return this.handles.get(name);
  }

  /** What a function of the program returns: the handle, or the list of handles, as they are bound when it ends. */
  returned(names: string | readonly string[] | null | undefined): unknown {
    if (names === null || names === undefined) return null;
    const value = (name: string): unknown => this.handles.get(name) ?? null;
    return typeof names === "string" ? value(names) : names.map(value);
  }

  /** Logs an entry of the current statement. */
  emit(entry: Readonly<Record<string, unknown>>): void {
    this.log.push({ at: this.at(), ...entry });
  }

  /** The index of the entry that recorded this very object first; undefined when this is the first time. */
  earlierEntry(object: unknown): number | undefined {
    const found = this.#seen.get(object);
    if (found === undefined) this.#seen.set(object, this.log.length);
    return found;
  }

  sessionOf(graph: tf.Graph): tf.Session {
    let session = this.sessions.get(graph);
    if (session === undefined) this.sessions.set(graph, (session = this.#makeSession(graph)));
    return session;
  }

  block(body: readonly Statement[]): void {
    for (const [i, statement] of body.entries()) {
      this.#path.push(i);
      try {
        this.#statement(statement);
      } finally {
        this.#path.pop();
      }
    }
  }

  /** The path as it is now, to be returned to by `blockAt`. */
  path(): readonly (number | string)[] {
    return [...this.#path];
  }

  /** Runs something elsewhere in the program: the body of a function, wherever it is called from. */
  runAt<T>(path: readonly (number | string)[], body: () => T): T {
    const caller = [...this.#path];
    this.#path.splice(0, Infinity, ...path);
    try {
      return body();
    } finally {
      this.#path.splice(0, Infinity, ...caller);
    }
  }

  /** Binds and logs what a statement gave or what its scope yielded. */
  bindAndRecord(statement: Statement, value: unknown): void {
    if (statement.as !== undefined) this.handles.set(statement.as, value);
    const record = recordOf(this, value);
    this.emit({ ...(statement.as !== undefined && { as: statement.as }), ...record });
  }

  #statement(statement: Statement): void {
    const depth = this.#path.length;
    try {
      const kind = this.#statementKinds[statement.do];
      if (kind === undefined) throw new BadProgram(`no statement is called '${statement.do}'`);
      const result = kind(this, statement);
      if (result !== nothing) this.bindAndRecord(statement, result);
    } catch (error) {
      if (error instanceof BadProgram) throw error;
      if (error instanceof SkipStatement) this.emit({ skip: true });
      else this.#catch(statement, depth, error);
    }
  }

  #catch(statement: Statement, depth: number, error: unknown): void {
    const key = error as object;
    if (!this.#origins.has(key)) this.#origins.set(key, this.at());
    if (statement.try !== true && depth !== 1) throw error;
    this.#path.length = depth;
    this.emit({ from: this.#origins.get(key), error: errorRecord(error, this.stopsAtObjects) });
  }
}
