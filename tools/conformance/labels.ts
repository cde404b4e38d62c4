/** Names for functions and other objects that have none, so that a log can tell which of them TensorFlow passed on. */
import * as tf from "namesake";

/** Objects with the kind under which the program made them. */
export class Labels {
  readonly #labels = new Map<unknown, string>();

  /** Gives the object back. The first label of an object stays. */
  set<T>(object: T, label: string): T {
    if (!this.#labels.has(object)) this.#labels.set(object, label);
    return object;
  }

  of(object: unknown): string | null {
    if (object === null || object === undefined) return null;
    if (isLiteral(object)) return "literal";
    if (object instanceof tf.Tensor || object instanceof tf.Operation) return object.name;
    const label = this.#labels.get(object);
    if (label !== undefined) return label;
    return object instanceof tf.Variable ? object.name : "other";
  }

  /** A device: a string is its own label. */
  ofDevice(object: unknown): string | null {
    return typeof object === "string" ? object : this.of(object);
  }
}

function isLiteral(value: unknown): boolean {
  if (typeof value !== "object") return typeof value !== "function";
  return value instanceof tf.NDArray || Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
