/** SavedModels: their MetaGraphDefs with tags, signatures, assets and variables. The variables' values are checkpoints: kind `bundle`. */
import {
  AssetFileDef,
  decodeMessage,
  decodeSavedModel,
  encodeSavedModel,
  type MetaGraphDef,
  parseSavedModel,
  printSavedModel,
  type TensorInfo,
} from "namesake/formats";
import { saverText, variableText } from "../collections.ts";
import { fileOf } from "../corpus-case.ts";
import { differences } from "../differences.ts";
import { type Kind, noSuchCases } from "../kind.ts";

interface Expected {
  readonly dir: string;
  readonly schema_version: number;
  readonly meta_graphs: readonly unknown[];
}

export const savedModel: Kind = {
  good(one) {
    const { dir, schema_version, meta_graphs } = one.text as unknown as Expected;
    const file = `${dir}/saved_model.pb`;
    const read = decodeSavedModel(fileOf(one, file), { file });
    return [
      ...differences(read.savedModelSchemaVersion, schema_version, "schema_version"),
      ...differences(read.metaGraphs.map(metaGraphText), meta_graphs, "meta_graphs"),
      ...differences(decodeSavedModel(encodeSavedModel(read)), read, `${file}, written again,`),
      ...differences(parseSavedModel(printSavedModel(read)), read, `${file}, printed and parsed,`),
    ];
  },
  bad: noSuchCases,
};

function metaGraphText({ metaInfoDef, graphDef, saverDef, collectionDef, signatureDef }: MetaGraphDef): unknown {
  const assets = collectionDef["saved_model_assets"];
  const variables = collectionDef["variables"];
  return {
    tags: metaInfoDef?.tags,
    nodes: graphDef?.node.length,
    collections: Object.keys(collectionDef).sort(),
    saver_def: saverText(saverDef),
    signatures: Object.fromEntries(
      Object.entries(signatureDef).map(([name, { inputs, outputs, methodName }]) => [
        name,
        { inputs: namesOf(inputs), outputs: namesOf(outputs), method: methodName },
      ]),
    ),
    assets: assets && "anyList" in assets ? assets.anyList.value.map(({ value }) => assetText(value)) : [],
    variables: variables && "bytesList" in variables ? variables.bytesList.value.map(variableText) : [],
  };
}

function namesOf(tensors: Readonly<Record<string, TensorInfo>>): unknown {
  return Object.fromEntries(Object.entries(tensors).map(([key, { name }]) => [key, name]));
}

function assetText(bytes: Uint8Array): unknown {
  const { filename, tensorInfo } = decodeMessage(AssetFileDef, bytes);
  return { filename, tensor: tensorInfo?.name };
}
