/** MetaGraphDefs, binary and as text: nodes, saver, collections. */
import {
  decodeMetaGraphDef,
  encodeMetaGraphDef,
  type MetaGraphDef,
  parseMetaGraphDef,
  printMetaGraphDef,
} from "namesake/formats";
import { collectionText, saverText } from "../collections.ts";
import { type CorpusCase, fileOf } from "../corpus-case.ts";
import { differences } from "../differences.ts";
import { type Kind, noSuchCases } from "../kind.ts";
import { type ExpectedNode, nodesOf } from "./graph.ts";

interface ExpectedFile {
  readonly nodes: readonly ExpectedNode[];
  readonly collections: Readonly<Record<string, unknown>>;
  readonly ops?: readonly string[];
  readonly producer?: number;
  readonly saver_def?: unknown;
  readonly stripped_default_attrs?: boolean;
}

export const metaGraph: Kind = {
  good(one) {
    const { files } = one.text as unknown as { readonly files: Readonly<Record<string, ExpectedFile>> };
    return Object.entries(files).flatMap(([file, wanted]) => {
      const read = decodeMetaGraphDef(fileOf(one, file), { file });
      return [
        ...differences(metaGraphText(read, wanted), wanted, file),
        ...rewriteProblems(file, read),
        ...(file === "m.meta" ? textProblems(one, "m.pbtxt", wanted) : []),
      ];
    });
  },
  bad: noSuchCases,
};

/** The same as text. TensorFlow wrote it in another moment, when there was one more collection. */
function textProblems(one: CorpusCase, file: string, { nodes, ops, producer }: ExpectedFile): string[] {
  const wanted = { nodes, ops, producer };
  const read = parseMetaGraphDef(fileOf(one, file), { file });
  return [...differences(metaGraphText(read, wanted), wanted, file), ...rewriteProblems(file, read)];
}

/** A MetaGraphDef as `expected.json` has it, as far as that goes. */
function metaGraphText(read: MetaGraphDef, wanted: object): unknown {
  const { metaInfoDef: info, graphDef, saverDef, collectionDef } = read;
  const all = {
    nodes: graphDef && nodesOf(graphDef),
    collections: Object.fromEntries(
      Object.entries(collectionDef).map(([name, collection]) => [name, collectionText(name, collection)]),
    ),
    ops: info?.strippedOpList?.op.map(({ name }) => name),
    producer: graphDef?.versions.producer,
    saver_def: saverText(saverDef),
    stripped_default_attrs: info?.strippedDefaultAttrs,
  };
  return Object.fromEntries(Object.entries(all).filter(([key]) => key in wanted));
}

/** Written and read again, in both forms, the record is the same. */
export function rewriteProblems(file: string, read: MetaGraphDef): string[] {
  return [
    ...differences(decodeMetaGraphDef(encodeMetaGraphDef(read)), read, `${file}, written again,`),
    ...differences(parseMetaGraphDef(printMetaGraphDef(read)), read, `${file}, printed and parsed,`),
  ];
}
