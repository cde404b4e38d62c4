/**
 * Device strings and device functions, merged as TensorFlow does: inner fields win. Nothing is placed here.
 * Mirrors python/framework/device_spec.py and device.py.
 */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { notPromised } from "../base/promise.ts";

/** A partial device: each part may be left open. */
export interface DeviceSpec {
  readonly job?: string;
  readonly replica?: number;
  readonly task?: number;
  readonly deviceType?: string;
  readonly deviceIndex?: number;
}

/** The parts of an operation that a device function may look at. */
export interface DeviceFunctionInput {
  readonly name: string;
  readonly type: string;
  readonly device: string;
}

/** Chooses a device from what is known of an operation. A string is taken as it is. */
export type DeviceFunction = (op: DeviceFunctionInput) => string | DeviceSpec;

/** What `device()` accepts. `null` ignores all outer devices. */
export type DeviceLike = string | DeviceSpec | DeviceFunction | null;

const deviceTypes: ReadonlySet<string> = new Set(["CPU", "GPU", "TPU", "CUSTOM"]);
const parsed = new Map<string, DeviceSpec>();

/**
 * Reads `/job:ps/replica:0/task:1/device:GPU:0`, `/gpu:0`, `/cpu:*` and the like.
 * @throws {ArgumentError} for anything else.
 */
export function parseDevice(text: string): DeviceSpec {
  const known = parsed.get(text);
  if (known) return known;
  const spec: { -readonly [K in keyof DeviceSpec]: DeviceSpec[K] } = {};
  for (const part of text.split("/")) readPart(part.split(":"), spec, text);
  parsed.set(text, spec);
  return spec;
}

function readPart(
  words: readonly string[],
  spec: { -readonly [K in keyof DeviceSpec]: DeviceSpec[K] },
  text: string,
): void {
  const [key = "", value = "*", index = ""] = words;
  if (key === "") return;
  // A part is told by its first word and the number of words: `job:ps`, `gpu`, `gpu:0`, `device:GPU:0`.
  const kind = words.length <= 2 && deviceTypes.has(key.toUpperCase()) ? "short" : `${key}/${words.length}`;
  if (kind === "job/2") spec.job = value;
  else if (kind === "replica/2") spec.replica = deviceNumber(value, text);
  else if (kind === "task/2") spec.task = deviceNumber(value, text);
  else if (kind === "short") setDevice(spec, key.toUpperCase(), value, text);
  else if (kind === "device/3") setDevice(spec, value, index, text);
  else
    throw new ArgumentError(
      `Unknown attribute '${key}' is encountered while parsing the device spec: '${text}'.\n  a device looks like /job:worker/replica:0/task:0/device:GPU:0, each part optional`,
      { device: text },
    );
}

function setDevice(
  spec: { -readonly [K in keyof DeviceSpec]: DeviceSpec[K] },
  type: string,
  index: string,
  text: string,
): void {
  if (spec.deviceType !== undefined) {
    throw new ArgumentError(`Multiple device types are not allowed while parsing the device spec: ${text}.`, {
      device: text,
    });
  }
  spec.deviceType = /^(cpu|gpu)$/.test(type) ? type.toUpperCase() : type;
  if (index !== "*") spec.deviceIndex = deviceNumber(index, text);
}

function deviceNumber(digits: string, text: string): number {
  if (!/^\d+$/.test(digits))
    throw new ArgumentError(`invalid literal for int() with base 10: '${digits}'\n  in the device '${text}'`, {
      device: text,
    });
  return Number(digits);
}

/** The canonical text: `/job:ps/task:1/device:GPU:0`; empty when nothing is set. */
export function deviceText(spec: DeviceSpec): string {
  let text = "";
  if (spec.job !== undefined) text += `/job:${spec.job}`;
  if (spec.replica !== undefined) text += `/replica:${spec.replica}`;
  if (spec.task !== undefined) text += `/task:${spec.task}`;
  if (spec.deviceType !== undefined) text += `/device:${spec.deviceType}:${spec.deviceIndex ?? "*"}`;
  return text;
}

/** `outer` with every part that `inner` sets replaced. */
export function mergeDevices(outer: DeviceSpec, inner: DeviceSpec): DeviceSpec {
  return { ...outer, ...inner };
}

/** One entry of the device stack, innermost first. */
export interface DeviceFrame {
  readonly device: DeviceLike;
  readonly spec: DeviceSpec | null;
  readonly outer: DeviceFrame | null;
}

/** Puts a device on the stack. A string is parsed at once, so that a wrong one fails where it stands. */
export function pushDevice(outer: DeviceFrame | null, device: DeviceLike): DeviceFrame {
  const spec = typeof device === "string" ? parseDevice(device) : typeof device === "object" ? device : null;
  return { device, spec, outer };
}

/**
 * The device of a new operation: each frame, innermost first, fills what is still open; `null` ends the walk.
 * @throws {ArgumentTypeError} when a device function gives nothing.
 */
export function resolveDevice(
  stack: DeviceFrame | null,
  op: { readonly name: string; readonly type: string; device: string },
): string {
  for (let frame = stack; frame !== null; frame = frame.outer) {
    if (frame.device === null) break;
    if (typeof frame.device === "function") {
      const chosen: string | DeviceSpec | null | undefined = notPromised("A device function", frame.device(op));
      if (chosen === null || chosen === undefined) {
        throw new ArgumentTypeError(
          `Expected binary or unicode string, got None\n  a device function gave nothing for '${op.name}'; it gives op.device to leave the device as it is, or "" for none`,
          { op },
        );
      }
      op.device = typeof chosen === "string" ? chosen : deviceText(chosen);
    } else if (frame.spec !== null && Object.keys(frame.spec).length > 0) {
      op.device = deviceText(mergeDevices(frame.spec, parseDevice(op.device)));
    }
  }
  return op.device;
}
