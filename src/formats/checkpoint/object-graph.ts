/**
 * The objects of TensorFlow 2's checkpoints, whose keys are paths through objects: which object has which tensors, and what they were
 * called as variables. Not the tensors.
 *
 * Upstream: tensorflow/core/protobuf/trackable_object_graph.proto; python/checkpoint/trackable_view.py.
 */
import { FormatError } from "../../base/errors.ts";
import { damaged, inPlace, type Place } from "../source/byte-source.ts";
import { decodeMessage, implicit, type MessageOf, message, repeated } from "../wire/protobuf.ts";

/** The tensor that holds the objects (`OBJECT_GRAPH_PROTO_KEY`): one string. */
export const OBJECT_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH";

const TrackableObjectGraph = message("tensorflow.TrackableObjectGraph", {
  nodes: repeated(
    1,
    message("tensorflow.TrackableObjectGraph.TrackableObject", {
      children: repeated(
        1,
        message("tensorflow.TrackableObjectGraph.TrackableObject.ObjectReference", {
          nodeId: implicit(1, "int32"),
          localName: implicit(2, "string"),
        }),
      ),
      attributes: repeated(
        2,
        message("tensorflow.TrackableObjectGraph.TrackableObject.SerializedTensor", {
          name: implicit(1, "string"),
          fullName: implicit(2, "string"),
          checkpointKey: implicit(3, "string"),
        }),
      ),
      slotVariables: repeated(
        3,
        message("tensorflow.TrackableObjectGraph.TrackableObject.SlotVariableReference", {
          originalVariableNodeId: implicit(1, "int32"),
          slotName: implicit(2, "string"),
          slotVariableNodeId: implicit(3, "int32"),
        }),
      ),
    }),
  ),
});

/** The objects of a checkpoint; the first is the root, and numbers are places in the list. */
export type ObjectGraph = MessageOf<typeof TrackableObjectGraph>;

/**
 * Decodes the objects.
 * @throws {FormatError} when the bytes are none, or refer to objects that do not exist.
 */
export function decodeObjectGraph(bytes: Uint8Array | undefined, place: Place): ObjectGraph {
  const first = "The objects of the checkpoint cannot be read.";
  if (bytes === undefined) throw damaged(first, place, "no string");
  return inPlace(first, place, () => {
    const graph = decodeMessage(TrackableObjectGraph, bytes);
    for (const { children, slotVariables } of graph.nodes) {
      const ids = [
        ...children.map(({ nodeId }) => nodeId),
        ...slotVariables.flatMap((slot) => [slot.originalVariableNodeId, slot.slotVariableNodeId]),
      ];
      const wrong = ids.find((id) => !(id >= 0 && id < graph.nodes.length));
      if (wrong !== undefined) throw new FormatError(`object ${wrong} of ${graph.nodes.length}`);
    }
    return graph;
  });
}

/**
 * The keys under which the tensors of an object-based checkpoint stand, by the names that the variables had: what a saver that goes by
 * names needs. Of several variables of one name, the last. Twin: `object_graph_key_mapping` of python/training/saver.py.
 *
 * @example
 * const graph = {
 *   nodes: [{ children: [], slotVariables: [], attributes: [{ name: "VARIABLE_VALUE", fullName: "dense/kernel", checkpointKey: "net/w/.ATTRIBUTES/VARIABLE_VALUE" }] }],
 * };
 * objectGraphKeys(graph).get("dense/kernel"); // "net/w/.ATTRIBUTES/VARIABLE_VALUE"
 */
export function objectGraphKeys(graph: ObjectGraph): Map<string, string> {
  const keys = new Map<string, string>();
  for (const { attributes } of graph.nodes) {
    for (const { fullName, checkpointKey } of attributes) if (fullName !== "") keys.set(fullName, checkpointKey);
  }
  return keys;
}
