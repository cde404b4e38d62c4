/** Graphs as text: one line per node, and the names in each collection. */
import * as tf from "namesake";
import { findAttribute } from "./host-language.ts";
import type { GraphRecord } from "./program.ts";

/** The most elements of a constant that are written out. */
const mostElements = 16;

type Attrs = tf.Operation["attrs"];

/** The nodes and collections of a graph. Collections without items, or with internal keys, are left out. */
export function graphRecord(graph: tf.Graph): GraphRecord {
  const collections: Record<string, (string | null)[]> = {};
  for (const key of [...graph.getAllCollectionKeys()].sort()) {
    const list = graph.getCollection(key);
    if (key.startsWith("__") || list.length === 0) continue;
    collections[key] = list.map((item) => (findAttribute(item, "name") as string | undefined) ?? null);
  }
  return { nodes: graph.getOperations().map(nodeText), collections };
}

/** `NAME = TYPE(INPUTS)[ @DEVICE][ {ATTRS}]`. */
function nodeText(op: tf.Operation): string {
  const data = op.inputs.map((tensor) => (tensor.index === 0 ? tensor.op.name : tensor.name));
  const controls = op.controlInputs.map((control) => `^${control.name}`).sort();
  const device = op.device === "" ? "" : ` @${op.device}`;
  const attrs = attrTexts(op).sort();
  const attrText = attrs.length === 0 ? "" : ` {${attrs.join("; ")}}`;
  return `${op.name} = ${op.type}(${[...data, ...controls].join(", ")})${device}${attrText}`;
}

function attrTexts(op: tf.Operation): string[] {
  const { attrs } = op;
  const texts = [...classTexts(attrs), ...stringTexts(attrs), ...typeTexts(attrs), ...frameTexts(attrs)];
  for (const key of ["seed", "seed2"]) if (attrs[key] !== undefined) texts.push(`${key}=${String(attrs[key])}`);
  if (attrs["shape"] instanceof tf.TensorShape) texts.push(`shape=${shapeText(attrs["shape"])}`);
  if (op.type === "Assign" && attrs["validate_shape"] === false) texts.push("validate_shape=false");
  if (op.type === "Const") texts.push(valueText(attrs["value"] as tf.NDArray));
  return texts;
}

function classTexts(attrs: Attrs): string[] {
  const classes = attrs["_class"] as readonly string[] | undefined;
  return classes === undefined ? [] : [`_class=${[...classes].sort().join(",")}`];
}

function stringTexts(attrs: Attrs): string[] {
  return ["container", "shared_name"].flatMap((key) => (attrs[key] ? [`${key}=${String(attrs[key])}`] : []));
}

function typeTexts(attrs: Attrs): string[] {
  const { dtype, T } = attrs;
  if (dtype !== undefined) return [`dtype=${(dtype as tf.DType).name}`];
  if (T === undefined) return [];
  if (T instanceof tf.DType) return [`T=${T.name}`];
  return [`T=[${(T as readonly tf.DType[]).map(({ name }) => name).join(",")}]`];
}

function frameTexts(attrs: Attrs): string[] {
  if (attrs["frame_name"] === undefined) return [];
  const frame = `frame_name=${String(attrs["frame_name"])}`;
  return attrs["is_constant"] === true ? [frame, "is_constant=true"] : [frame];
}

function shapeText(shape: tf.TensorShape): string {
  return shape.dims === null ? "?" : `[${shape.dims.map((d) => d ?? "?").join(",")}]`;
}

function valueText(value: tf.NDArray): string {
  const dims = `value=[${value.shape.join(",")}]`;
  if (value.size > mostElements) return dims;
  return `${dims}(${Array.from({ length: value.size }, (_, i) => elementText(value, i)).join(",")})`;
}

function elementText(value: tf.NDArray, index: number): string {
  const element = value.at(index);
  if (value.dtype.isFloating) return bitsText(value, index);
  return typeof element === "string" ? asciiJson(element) : String(element);
}

/** The bits of a floating element, most significant digit first. */
function bitsText(value: tf.NDArray, index: number): string {
  const { buffer, byteOffset } = value.data as Float32Array;
  const { size } = value.dtype;
  const bytes = new Uint8Array(buffer, byteOffset + index * size, size);
  return `0x${[...bytes]
    .reverse()
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("")}`;
}

/** A JSON string without other characters than ASCII's. */
function asciiJson(text: string): string {
  const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, escape);
}
