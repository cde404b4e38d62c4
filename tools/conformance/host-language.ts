/**
 * What Python does by itself where TypeScript differs: attributes that do not exist, operators with a number on the left,
 * errors of a wrong call. Nothing of TensorFlow is imitated here.
 */
import * as tf from "namesake";

/** A mistake that Python finds by itself. */
export class HostError extends Error {
  readonly pythonClass: string;

  constructor(pythonClass: string, message: string) {
    super(message);
    this.pythonClass = pythonClass;
  }
}

/** Calls with arguments that the program chose, so of any type. */
export function invoke(callee: unknown, ...values: readonly unknown[]): unknown {
  return (callee as (...values: readonly unknown[]) => unknown)(...values);
}

/** `initial_value` → `initialValue`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Python's literals have none of the attributes that programs ask for. */
function hasAttributes(value: unknown): value is object {
  if (value instanceof tf.NDArray || Array.isArray(value)) return false;
  if (typeof value === "object") return value !== null;
  return value instanceof tf.Template || value instanceof tf.nn.rnnCell.RNNCell;
}

/** The attribute of an object, by its Python name; `undefined` when there is none. */
export function findAttribute(value: unknown, name: string): unknown {
  // A template is a function, whose own name is JavaScript's.
  if (value instanceof tf.Template && name === "name") return value.templateName;
  return hasAttributes(value) ? (value as Readonly<Record<string, unknown>>)[camelCase(name)] : undefined;
}

/** @throws {HostError} when the object has no such attribute. */
export function attribute(value: unknown, name: string): unknown {
  const found = findAttribute(value, name);
  if (found === undefined) throw new HostError("AttributeError", `object has no attribute '${name}'`);
  return found;
}

/** Calls a method by its Python name. */
export function callMethod(value: unknown, name: string, ...values: readonly unknown[]): unknown {
  const method = attribute(value, name);
  if (typeof method !== "function") throw new HostError("TypeError", `'${name}' object is not callable`);
  return Reflect.apply(method, value, values) as unknown;
}

/** The items of an iterable. */
export function items(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null || !(Symbol.iterator in value)) {
    const name = value === null ? "NoneType" : (value as object).constructor.name;
    throw new HostError("TypeError", `'${name}' object is not iterable`);
  }
  return [...(value as Iterable<unknown>)];
}

const operators = {
  add: { operator: "add", make: tf.add },
  sub: { operator: "sub", make: tf.subtract },
  mul: { operator: "mul", make: tf.multiply },
} as const;

/** `x + y`, `x - y` or `x * y`. */
export function operate(name: keyof typeof operators, x: unknown, y: unknown): unknown {
  if (findAttribute(x, operators[name].operator) !== undefined) return callMethod(x, operators[name].operator, y);
  if (!(y instanceof tf.Tensor || y instanceof tf.Variable)) {
    throw new HostError("TypeError", `unsupported operand type(s) for ${name}`);
  }
  return operateReflected(name, x, y);
}

/** Python asks the right side when the left side is a number: the number becomes `x` inside of the operator's name scope. */
function operateReflected(name: keyof typeof operators, x: unknown, right: tf.Tensor | tf.Variable): unknown {
  const y = right instanceof tf.Tensor ? right : right.value();
  return tf.nameScope(null, { defaultName: operators[name].operator, values: [x, y] }, (scope) => {
    const left = invoke(tf.convertToTensor, x, { dtype: y.dtype.baseDtype, name: "x" });
    return invoke(operators[name].make, left, y, { name: scope });
  });
}
