/** Checkpoints of both versions: tensors, slices, object graphs, and indexes that are written again byte for byte. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { NDArray } from "namesake";
import { type CheckpointReader, openCheckpointSync } from "namesake/formats";
import type { CorpusCase } from "../corpus-case.ts";
import { differences } from "../differences.ts";
import { type BadOutcome, type Kind, noSuchCases, outcomeOf } from "../kind.ts";
import { rewriteIndex } from "../rewrite-index.ts";
import { bytesOf, type ExpectedTensor, hexOf, type ReadTensor, sha256Of, tensorsProblems } from "../tensors.ts";

type Slices = readonly (readonly (readonly [number, number] | null)[])[];

interface ExpectedError {
  readonly code: string;
  readonly names: readonly string[];
}

interface ExpectedBundle {
  readonly prefix: string;
  readonly crafted?: boolean;
  readonly tensors: Readonly<Record<string, ExpectedTensor & { readonly slices?: Slices }>>;
  readonly errors?: Readonly<Record<string, ExpectedError>>;
  readonly object_graph?: unknown;
  readonly slices_readable?: Readonly<Record<string, Slices>>;
}

interface ExpectedMany {
  readonly prefix: string;
  readonly count: number;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha256_names: string;
  readonly sha256_values: string;
  readonly first: string;
  readonly last: string;
}

interface WantedBad {
  readonly prefix: string;
  readonly at: "open" | "read";
  readonly tensor: string;
  readonly still_readable: Readonly<Record<string, string>>;
}

export const bundle: Kind = {
  good(one) {
    const wanted = one.text as unknown as ExpectedBundle;
    return withReader(one, wanted.prefix, (reader) => [
      ...tensorProblems(reader, wanted),
      ...Object.entries(wanted.errors ?? {}).flatMap(([name, error]) => errorProblems(reader, name, error)),
      ...regionProblems(reader, wanted),
      ...graphProblems(reader, wanted.object_graph),
      ...(wanted.crafted === true ? [] : rewriteProblems(one, wanted.prefix)),
    ]);
  },
  bad: (one) => damagedOutcome(one),
};

export const bundleV1: Kind = {
  good(one) {
    const wanted = one.text as unknown as ExpectedBundle;
    return withReader(one, wanted.prefix, (reader) => [
      ...(reader.version === "V1" ? [] : [`the version is ${reader.version}, wanted V1`]),
      ...tensorProblems(reader, wanted),
    ]);
  },
  bad: noSuchCases,
};

export const bundleMany: Kind = {
  good(one) {
    const wanted = one.text as unknown as ExpectedMany;
    return withReader(one, wanted.prefix, (reader) => [
      ...manyProblems(reader, wanted),
      ...rewriteProblems(one, wanted.prefix),
    ]);
  },
  bad: noSuchCases,
};

function withReader<T>(one: CorpusCase, prefix: string, body: (reader: CheckpointReader) => T): T {
  const reader = openCheckpointSync(join(one.folder, prefix));
  try {
    return body(reader);
  } finally {
    reader.closeSync();
  }
}

function readAny(reader: CheckpointReader, name: string): ReadTensor {
  if (reader.findSync(name)?.dtype !== "string") return reader.getBytesSync(name);
  const value = reader.getTensorSync(name);
  return { dtype: "string", shape: value.shape, bytes: bytesOf(value) };
}

function tensorProblems(reader: CheckpointReader, wanted: ExpectedBundle): string[] {
  const names = reader.namesSync().filter((name) => !Object.hasOwn(wanted.errors ?? {}, name));
  const read = new Map(names.map((name) => [name, readAny(reader, name)]));
  const slices = Object.entries(wanted.tensors).flatMap(([name, tensor]) =>
    tensor.slices === undefined ? [] : differences(reader.findSync(name)?.slices, tensor.slices, `slices of '${name}'`),
  );
  return [...tensorsProblems(read, wanted.tensors), ...slices];
}

function errorProblems(reader: CheckpointReader, name: string, wanted: ExpectedError): string[] {
  try {
    reader.getTensorSync(name);
  } catch (error) {
    const { message, tensorflowClass } = error as Error & { readonly tensorflowClass: string };
    const code = tensorflowClass
      .replace(/Error$/, "")
      .replace(/(?<=.)[A-Z]/g, "_$&")
      .toUpperCase();
    return [
      ...(code === wanted.code ? [] : [`reading '${name}' gives ${code}, wanted ${wanted.code}`]),
      ...wanted.names.filter((one) => !message.includes(one)).map((one) => `the error does not name '${one}'`),
    ];
  }
  return [`'${name}' was read without an error`];
}

/** Parts of all tensors: each stored slice, and the middle of each tensor, by both ways of reading them. */
function regionProblems(
  reader: CheckpointReader,
  { tensors, slices_readable: readable = {} }: ExpectedBundle,
): string[] {
  const problems = Object.entries(readable).flatMap(([name, slices]) =>
    slices.flatMap((region) => (reader.getTensorSync(name, { region }).size > 0 ? [] : [`no elements of '${name}'`])),
  );
  for (const [name, { dtype, shape }] of Object.entries(tensors)) {
    if (dtype === "string" || shape.length === 0) continue;
    const region = shape.map((size): readonly [number, number] => [size >> 2, size - 2 * (size >> 2)]);
    const [checked, unchecked] = [true, false].map((verify) =>
      hexOf(reader.getBytesSync(name, { region, verify }).bytes),
    );
    if (checked !== unchecked) problems.push(`a part of '${name}' differs by how it is read`);
    const whole = reader.findSync(name);
    if (whole !== undefined && checked !== partOf(readAny(reader, name), region)) {
      problems.push(`a part of '${name}' is not that of the whole`);
    }
  }
  return problems;
}

/** The bytes of a part of a tensor, taken element by element. */
function partOf({ bytes, shape }: ReadTensor, region: readonly (readonly [number, number])[]): string {
  const count = shape.reduce((product, size) => product * size, 1);
  const size = count === 0 ? 0 : bytes.length / count;
  const parts: Uint8Array[] = [];
  for (let at = 0; at < count; at += 1) {
    let rest = at;
    const position = [...shape].reverse().map((length) => {
      const index = rest % length;
      rest = (rest - index) / length;
      return index;
    });
    const isInside = position
      .reverse()
      .every(
        (index, axis) =>
          index >= (region[axis]?.[0] ?? 0) && index < (region[axis]?.[0] ?? 0) + (region[axis]?.[1] ?? 0),
      );
    if (isInside) parts.push(bytes.subarray(at * size, (at + 1) * size));
  }
  return hexOf(Buffer.concat(parts));
}

function graphProblems(reader: CheckpointReader, wanted: unknown): string[] {
  if (wanted === undefined) return [];
  const nodes = reader.objectGraphSync()?.nodes.map(({ children, attributes }) => ({
    children: Object.fromEntries(children.map(({ nodeId, localName }) => [localName, nodeId])),
    attributes: attributes.map(({ name, fullName, checkpointKey }) => ({
      name,
      full_name: fullName,
      checkpoint_key: checkpointKey,
    })),
  }));
  return differences(nodes, wanted, "object graph");
}

function rewriteProblems(one: CorpusCase, prefix: string): string[] {
  const bytes = new Uint8Array(readFileSync(join(one.folder, `${prefix}.index`)));
  return hexOf(rewriteIndex(bytes)) === hexOf(bytes) ? [] : ["the index, written again, has other bytes"];
}

function manyProblems(reader: CheckpointReader, wanted: ExpectedMany): string[] {
  const names = reader.namesSync();
  const values = new Map<string, NDArray>(reader.tensorsSync());
  const bytes = Buffer.concat(names.map((name) => bytesOf(values.get(name) as NDArray)));
  const got = {
    count: names.length,
    first: names[0],
    last: names.at(-1),
    sha256_names: sha256Of(names.join("\n")),
    sha256_values: sha256Of(bytes),
    shapes: [...new Set(reader.listSync().map(({ dtype, shape }) => `${dtype} ${JSON.stringify(shape)}`))].join(),
  };
  const { count, first, last, sha256_names, sha256_values, dtype, shape } = wanted;
  const all = { count, first, last, sha256_names, sha256_values, shapes: `${dtype} ${JSON.stringify(shape)}` };
  return differences(got, all, "checkpoint");
}

/** Reads what is damaged, then what should still be readable. */
async function damagedOutcome(one: CorpusCase): Promise<BadOutcome> {
  const { prefix, at, tensor, still_readable: readable } = one.text as unknown as WantedBad;
  const path = join(one.folder, prefix);
  if (at === "open") return outcomeOf(() => openCheckpointSync(path).closeSync());
  const reader = openCheckpointSync(path);
  const { error } = await outcomeOf(() => reader.getTensorSync(tensor));
  const problems = Object.entries(readable).flatMap(([name, hex]) => {
    const got = hexOf(reader.getBytesSync(name).bytes);
    return got === hex ? [] : [`'${name}' is ${got}, wanted ${hex}`];
  });
  reader.closeSync();
  return { error, problems };
}
