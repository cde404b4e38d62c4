/** The errors of programs themselves, and how any error is recorded. */
import * as tf from "namesake";
import { HostError } from "./host-language.ts";

/** Raised by the `raise` statement and by functions that a program passes. */
export class ProgramError extends Error {}

/** A statement refers to a handle that is not bound. */
export class SkipStatement extends Error {}

/** A program that does not follow the format. */
export class BadProgram extends Error {}

/** What is recorded of an error. */
export interface ErrorRecord {
  readonly class: string;
  readonly message?: string;
}

/** Where a message stops: what follows tells of places and patterns. */
const cut = / Originally defined at:| \(graphs are | Accepted names conform to | for '\{\{node /;

/** Parts of messages that are accidents of Python or of addresses: such a message is not recorded. */
const unstable = new RegExp(
  [
    " at 0x[0-9a-f]+|<function|<lambda|<class|<module|<bound|<tensorflow\\.|object at|TypeSpec|tf\\.Tensor|numpy|unhashable",
    "unexpected keyword|positional argument|Failed to convert|Cannot convert|Expected .* but got|Node '|NodeDef|Op<",
    "object is not callable|binary or unicode string|Detected at node|unsupported operand|must have the same type",
    "could not be (?:cast|converted)|Tensor conversion requested|Could not find variable|Error while reading",
    "Incompatible type|has no attribute",
  ].join("|"),
);

/** What follows these words in a message is Python's way of printing objects. */
const printed =
  / between variables \[|: \["?<|, expected: \[|:? ?<dtype: |:? ?Tensor\("|<(?:tf\.)?Variable|<tf_keras|<tensorflow/;

const stepPrefix = "Graph execution error:";

/** The class and, where it is the same everywhere, the first line of the message: up to the first printed object, where it stops at these. */
export function errorRecord(error: unknown, stopsAtObjects = false): ErrorRecord {
  const text = error instanceof Error ? error.message : String(error);
  const message = text.startsWith(stepPrefix) ? text.slice(stepPrefix.length).trimStart() : text;
  const firstLine = (message.split("\n")[0] as string).split(cut)[0] as string;
  const line = stopsAtObjects ? (firstLine.split(printed)[0] as string) : firstLine;
  const record = { class: errorClass(error) };
  const trimmed = line.trimEnd();
  return trimmed === "" || unstable.test(trimmed) ? record : { ...record, message: trimmed };
}

/** The name of the class in Python. An error that the library did not mean to throw shows as what it is. */
function errorClass(error: unknown): string {
  if (error instanceof tf.NamesakeError) return error.tensorflowClass;
  if (error instanceof ProgramError) return "ProgramError";
  if (error instanceof HostError) return error.pythonClass;
  return error instanceof Error ? `JavaScript's ${error.constructor.name}` : "JavaScript's thrown value";
}
