/**
 * Event files, which TensorBoard shows: bytes ⇄ events, and the summaries in them. Not the ops that make summaries, nor where files
 * are.
 *
 * Upstream: core/util/events_writer.cc; the tags and plugins are those of core/kernels/summary_*.cc and of TensorBoard.
 */
import { ArgumentError, FormatError } from "../../base/errors.ts";
import { encodeUtf8 } from "../../base/utf8.ts";
import { histogramOf } from "../../tensor/histogram.ts";
import { DataType } from "../graphdef.ts";
import { withFile } from "../naming-file.ts";
import { type DecodeOptions, decodeMessage, encodeMessage } from "../wire/protobuf.ts";
import type { Chunks } from "./compression.ts";
import { Event, type SummaryImage, type SummaryValue } from "./event-messages.ts";
import { encodeRecords, type ReadRecordStreamOptions, readRecordStream, readRecords } from "./records.ts";

/** What the first event of a file says (`EventsWriter::kVersionPrefix`). */
const FILE_VERSION = "brain.Event:2";
const NAME_MARK = "tfevents";

/** How events are read. */
export interface ReadEventsOptions extends ReadRecordStreamOptions, DecodeOptions {
  readonly file?: string | undefined;
}

/**
 * Reads the events of a file that is in memory, one when it is asked for. Graphs, images and tensors are views of `bytes`.
 *
 * A writer may still be at work: all whole events are given before the error that says where the rest is cut.
 *
 * @throws {FormatError} with the `offset` of the record that is cut (`isCut`) or damaged, or the `path` of the field that is no event's.
 * @see TensorFlow `tf.train.summary_iterator`
 * @example
 * const bytes = encodeEvents([firstEvent(1700000000), { wallTime: 1700000001, step: 1, summary: { value: [scalarValue("loss", 0.5)] } }]);
 * const [, event] = readEvents(bytes);
 * event.summary.value[0].simpleValue; // 0.5
 */
export function* readEvents(
  bytes: Uint8Array,
  options: Omit<ReadEventsOptions, "compression"> = {},
): Generator<Event, void, void> {
  let count = 0;
  for (const record of readRecords(bytes, options)) yield eventOf(record, (count += 1), options);
}

/**
 * Reads the events of a file that comes piece by piece, such as a stream of Node. Keeps one event in memory.
 *
 * @throws {FormatError} with the `offset` of the record that is cut (`isCut`) or damaged, or the `path` of the field that is no event's.
 * @see TensorFlow `tf.train.summary_iterator`
 * @example
 * const versions = [];
 * for await (const event of readEventStream(encodeEvents([firstEvent(1700000000)]))) versions.push(event.fileVersion);
 * versions; // ["brain.Event:2"]
 */
export async function* readEventStream(
  chunks: Chunks,
  options: ReadEventsOptions = {},
): AsyncGenerator<Event, void, void> {
  let count = 0;
  for await (const record of readRecordStream(chunks, options)) yield eventOf(record, (count += 1), options);
}

function eventOf(
  record: Uint8Array,
  count: number,
  { unknownFields = "skip", maxObjects, file }: ReadEventsOptions,
): Event {
  try {
    return decodeMessage(Event, record, { unknownFields, ...(maxObjects !== undefined && { maxObjects }) });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw withFile(
      file,
      new FormatError(`${error.message}\n  event  number ${count} of the file`, { ...error.fields, count }),
    );
  }
}

/**
 * A file of events. The first one should be `firstEvent`.
 *
 * @throws {ArgumentTypeError} and {@link ArgumentError} with the `path` of the field when a value does not fit it.
 * @see TensorFlow `tf.summary.FileWriter`
 * @example
 * const loss = (step) => ({ wallTime: 1700000000 + step, step, summary: { value: [scalarValue("loss", 1 / step)] } });
 * const bytes = encodeEvents([firstEvent(1700000000), loss(1), loss(2)]);
 * Array.from(readEvents(bytes), ({ step }) => step); // [0, 1, 2]
 */
export function encodeEvents(events: Iterable<Event>): Uint8Array<ArrayBuffer> {
  return encodeRecords(Array.from(events, encodeEvent));
}

/**
 * An event as a record's data, for files that are written one event at a time: `encodeRecord(encodeEvent(event))`.
 *
 * @throws {ArgumentTypeError} and {@link ArgumentError} with the `path` of the field when a value does not fit it.
 * @example
 * const appended = encodeRecord(encodeEvent(firstEvent(1700000000)));
 * [...readEvents(appended)].length; // 1
 */
export function encodeEvent(event: Event): Uint8Array<ArrayBuffer> {
  return encodeMessage(Event, event);
}

/**
 * The event that a file begins with: what kind of file it is. `wallTime` in seconds since 1970.
 * @example
 * firstEvent(1700000000).fileVersion; // "brain.Event:2"
 */
export function firstEvent(wallTime: number): Event {
  return { wallTime, step: 0, fileVersion: FILE_VERSION };
}

/**
 * The name of an event file. TensorBoard reads every file whose name has `tfevents` in it.
 * @throws {ArgumentError} for a host or suffix with a slash.
 * @example
 * eventFileName({ wallTime: 1700000000.25, host: "laptop", suffix: ".v2" }); // "events.out.tfevents.1700000000.laptop.v2"
 */
export function eventFileName({ wallTime, host, suffix = "" }: EventFileNameOptions): string {
  if (`${host}${suffix}`.includes("/"))
    throw new ArgumentError(`'${host}${suffix}' cannot be part of a file's name`, { host, suffix });
  return `events.out.${NAME_MARK}.${String(Math.trunc(wallTime)).padStart(10, "0")}.${host}${suffix}`;
}

/** What the name of an event file tells. */
export interface EventFileNameOptions {
  /** When the file is made, in seconds since 1970. */
  readonly wallTime: number;
  /** The name of the machine. */
  readonly host: string;
  /** What the name ends with. Default: nothing. */
  readonly suffix?: string;
}

/** Titles of a summary's value. */
export interface SummaryValueOptions {
  /** What TensorBoard calls the tag. */
  readonly displayName?: string;
  /** What TensorBoard says about it, in Markdown. */
  readonly description?: string;
}

/**
 * A number, as `tf.summary.scalar` has it.
 * @example
 * scalarValue("loss", 0.5).tag; // "loss"
 */
export function scalarValue(tag: string, value: number, options: SummaryValueOptions = {}): SummaryValue {
  return { tag, nodeName: "", simpleValue: value, ...metadataOf("scalars", options) };
}

/**
 * How values are distributed, as `tf.summary.histogram` has it.
 * @throws {ArgumentError} for not-a-number and infinities.
 * @example
 * histogramValue("weights", [0.1, 0.2, -1]).histo.num; // 3
 */
export function histogramValue(
  tag: string,
  values: Iterable<number>,
  options: SummaryValueOptions = {},
): SummaryValue & Required<Pick<SummaryValue, "histo">> {
  return { tag, nodeName: "", histo: histogramOf(values), ...metadataOf("histograms", options) };
}

/**
 * An image, as `tf.summary.image` has it: a PNG, JPEG or GIF file, its size and its number of channels (`colorspace`).
 * @example
 * const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);
 * imageValue("filters/image/0", { height: 5, width: 5, colorspace: 1, encodedImageString: png }).image.height; // 5
 */
export function imageValue(
  tag: string,
  image: SummaryImage,
  options: SummaryValueOptions = {},
): SummaryValue & Required<Pick<SummaryValue, "image">> {
  return { tag, nodeName: "", image, ...metadataOf("images", options) };
}

/**
 * Text in Markdown, as `tf.summary.text` has it; a list is shown as a table.
 * @example
 * textValue("note", "**bold**").metadata.pluginData.pluginName; // "text"
 */
export function textValue(
  tag: string,
  text: string | readonly string[],
  options: SummaryValueOptions = {},
): SummaryValue & Required<Pick<SummaryValue, "tensor" | "metadata">> {
  const lines = typeof text === "string" ? [text] : text;
  const dim = typeof text === "string" ? [] : [{ size: lines.length }];
  const tensor = {
    dtype: DataType.DT_STRING,
    tensorShape: { dim, unknownRank: false },
    stringVal: lines.map(encodeUtf8),
  };
  return { tag, nodeName: "", tensor, metadata: metadataRecord("text", options) };
}

/** Metadata where there is something to say: values of the old kinds are known by their kind. */
function metadataOf(plugin: string, options: SummaryValueOptions): Pick<SummaryValue, "metadata"> {
  const { displayName, description } = options;
  return displayName === undefined && description === undefined ? {} : { metadata: metadataRecord(plugin, options) };
}

function metadataRecord(pluginName: string, { displayName = "", description = "" }: SummaryValueOptions) {
  return {
    pluginData: { pluginName, content: new Uint8Array(0) },
    displayName,
    summaryDescription: description,
    dataClass: 0,
  };
}
