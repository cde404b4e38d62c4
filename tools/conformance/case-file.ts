/** Reads files of cases: one JSON object per line. A first line without a program tells how the file was made. */
import { readFileSync } from "node:fs";
import { type GradientCase, isGradientCase } from "./gradient-case.ts";
import type { Case } from "./program.ts";

/** A file that cannot be used. */
export class CaseFileError extends Error {}

/** How a file was made, and what its cases are for. */
export interface CaseFileHeader {
  /** The program that made it. */
  readonly generator: string;
  readonly command: string;
  /** The version of TensorFlow that recorded it. */
  readonly tensorflow: string;
  readonly date: string;
  /** The engines that its cases run on. */
  readonly engines: readonly string[];
}

export interface CaseFile {
  /** Null in files that have none. */
  readonly header: CaseFileHeader | null;
  readonly cases: readonly Case[];
  /** Cases of one function each. A file has either these or programs. */
  readonly gradientCases: readonly GradientCase[];
}

/** @throws {CaseFileError} for a file that cannot be read, and for a line that is not a case. */
export function readCaseFile(path: string): CaseFile {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new CaseFileError(`${path}: ${(cause as Error).message}`);
  }
  let header: CaseFileHeader | null = null;
  const cases: Case[] = [];
  const gradientCases: GradientCase[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const value = parseLine(`${path}:${index + 1}`, line);
    if (index === 0 && "generator" in value) header = value as unknown as CaseFileHeader;
    else if (isGradientCase(value)) gradientCases.push(value);
    else cases.push(asCase(`${path}:${index + 1}`, value));
  }
  return { header, cases, gradientCases };
}

/** Python writes an infinite number as a word, and JSON has none for it: too large a number is infinite, too. */
function withoutInfinity(line: string): string {
  return line.replace(/"(?:[^"\\]|\\.)*"|\bInfinity\b/g, (part) => (part === "Infinity" ? "1e999" : part));
}

function parseLine(place: string, line: string): object {
  try {
    return JSON.parse(line.includes("Infinity") ? withoutInfinity(line) : line) as object;
  } catch (cause) {
    throw new CaseFileError(`${place}: ${(cause as Error).message}`);
  }
}

function asCase(place: string, value: Partial<Case>): Case {
  if (typeof value.name !== "string" || !Array.isArray(value.program) || value.expect === undefined) {
    throw new CaseFileError(`${place}: a case has a name, a program and what is expected of it`);
  }
  return value as Case;
}
