/** Collections and savers of MetaGraphDefs, as the corpus writes them down. */
import { type CollectionDef, decodeMessage, type SaverDef, VariableDef } from "namesake/formats";

/** The collections whose bytes are variables. */
const ofVariables = ["variables", "trainable_variables", "local_variables", "model_variables", "global_step"];

/** A collection as `expected.json` has it: variables as records, other bytes as base64. */
export function collectionText(name: string, collection: CollectionDef): unknown {
  const [[kind, list] = ["", { value: [] }]] = Object.entries(collection) as [string, { value: unknown[] }][];
  const values = list.value.map((value) => {
    if (!(value instanceof Uint8Array)) return value;
    return ofVariables.includes(name) ? variableText(value) : Buffer.from(value).toString("base64");
  });
  return { kind: kind.replace("List", "_list"), values };
}

/** A serialized variable as `expected.json` has it. */
export function variableText(bytes: Uint8Array): unknown {
  const variable = decodeMessage(VariableDef, bytes);
  const slice = variable.saveSliceInfoDef;
  return {
    variable_name: variable.variableName,
    initializer_name: variable.initializerName,
    snapshot_name: variable.snapshotName,
    initial_value_name: variable.initialValueName,
    is_resource: variable.isResource,
    trainable: variable.trainable,
    ...(slice && {
      save_slice_info: {
        full_name: slice.fullName,
        full_shape: slice.fullShape,
        var_offset: slice.varOffset,
        var_shape: slice.varShape,
      },
    }),
  };
}

/** A saver as `expected.json` has it. */
export function saverText(saver: SaverDef | undefined): unknown {
  if (saver === undefined) return undefined;
  return {
    filename_tensor_name: saver.filenameTensorName,
    save_tensor_name: saver.saveTensorName,
    restore_op_name: saver.restoreOpName,
    max_to_keep: saver.maxToKeep,
    sharded: saver.sharded,
    keep_checkpoint_every_n_hours: saver.keepCheckpointEveryNHours,
    version: saver.version,
  };
}
