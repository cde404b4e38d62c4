/** What a body throws: the expected outcome of many tests. */
import * as tf from "namesake";

/** The error of the library that `body` throws. */
export function caught(body: () => unknown): tf.NamesakeError {
  try {
    body();
  } catch (error) {
    if (error instanceof tf.NamesakeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** The class that TensorFlow raises for what `body` throws, and the first line of its text. */
export function failureOf(body: () => unknown): readonly [tensorflowClass: string, firstLine: string] {
  const error = caught(body);
  return [error.tensorflowClass, error.message.split("\n")[0] ?? ""];
}
