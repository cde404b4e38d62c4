/** Event files: every event in order. Written again, they are the same bytes. */
import { type Event, encodeEvents, readEvents, type SummaryValue } from "namesake/formats";
import { fileOf } from "../corpus-case.ts";
import { differences } from "../differences.ts";
import { type Kind, outcomeOf } from "../kind.ts";
import { sha256Of } from "../tensors.ts";

interface Expected {
  readonly file: string;
  readonly events: readonly unknown[];
}

/** The fields of the oneof `what`, by their names upstream. */
const kindsOfEvents = {
  fileVersion: "file_version",
  graphDef: "graph_def",
  summary: "summary",
  logMessage: "log_message",
  sessionLog: "session_log",
  taggedRunMetadata: "tagged_run_metadata",
  metaGraphDef: "meta_graph_def",
} as const;

export const events: Kind = {
  good(one) {
    const { file, events: wanted } = one.text as unknown as Expected;
    const bytes = fileOf(one, file);
    const read = [...readEvents(bytes, { file, unknownFields: "keep" })];
    const isSame = Buffer.compare(encodeEvents(read), bytes) === 0;
    return [
      ...differences(read.map(eventText), wanted, "events"),
      ...(isSame ? [] : ["written again, the file has other bytes"]),
    ];
  },
  bad(one) {
    const { file } = one.text as unknown as { readonly file: string };
    const bytes = fileOf(one, file);
    return outcomeOf(() => [...readEvents(bytes, { file })]);
  },
};

function eventText(event: Event): unknown {
  const [, what] = Object.entries(kindsOfEvents).find(([field]) => field in event) ?? [];
  return {
    step: event.step,
    what,
    ...(event.fileVersion !== undefined && { file_version: event.fileVersion }),
    ...(event.summary && { values: event.summary.value.map(valueText) }),
    ...(event.taggedRunMetadata && { tag: event.taggedRunMetadata.tag }),
  };
}

function valueText(value: SummaryValue): unknown {
  const base = { tag: value.tag, plugin: value.metadata?.pluginData?.pluginName ?? "" };
  if (value.simpleValue !== undefined) return { ...base, kind: "simple_value", value: value.simpleValue };
  if (value.histo) {
    const { sumSquares, bucketLimit, ...rest } = value.histo;
    return { ...base, kind: "histo", ...rest, sum_squares: sumSquares, bucket_limit: bucketLimit };
  }
  if (value.image) {
    const { encodedImageString, ...size } = value.image;
    return { ...base, kind: "image", ...size, sha256: sha256Of(encodedImageString) };
  }
  return { ...base, kind: value.tensor ? "tensor" : "audio" };
}
