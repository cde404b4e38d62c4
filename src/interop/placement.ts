/** The devices of imported operations: their own, within those in force, or that of an operation with which they are colocated. Mirrors `_ProcessNewOps`, python/framework/importer.py. */
import { ArgumentError } from "../base/errors.ts";
import { type DeviceFrame, deviceText, parseDevice, pushDevice, resolveDevice } from "../graph/devices.ts";
import type { Operation } from "../graph/operation.ts";

const PREFIX = "loc:@";

/** @throws {ArgumentError} when an operation is colocated with one that does not exist. */
export function placeImported(ops: readonly Operation[], devices: DeviceFrame | null): void {
  const colocated: (readonly [op: Operation, names: readonly string[]])[] = [];
  for (const op of ops) {
    const own = op.device;
    op.device = "";
    const names = colocationNames(op);
    if (names.length > 0) colocated.push([op, names]);
    else op.device = resolveDevice(own === "" ? devices : pushDevice(devices, own), op);
  }
  for (const [op, names] of colocated) {
    for (const name of names) {
      const other = op.graph.findOperation(name);
      if (other === undefined)
        throw new ArgumentError(
          `Specified colocation to an op: ${name} that does not exist during import for op: ${op.name}`,
          { op, colocatedWith: name },
        );
      if (other.device === "") continue;
      op.device = deviceText(parseDevice(other.device));
      break;
    }
  }
}

/** The operations with which one is to be, without itself. */
function colocationNames(op: Operation): readonly string[] {
  const groups = op.attrs["_class"];
  if (!Array.isArray(groups)) return [];
  return (groups as readonly string[])
    .filter((group) => group.startsWith(PREFIX))
    .map((group) => group.slice(PREFIX.length))
    .filter((name) => name !== op.name);
}
