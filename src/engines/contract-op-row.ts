/** How the engine contract checks an op: a row of inputs and result, run for several types, as constants and as feeds. */
import type { Tensor } from "../graph/tensor.ts";
import { constant, placeholder } from "../ops/array.ts";
import type { Session } from "../session/session.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import { type Literal, type NDArray, type NestedArray, ndarray } from "../tensor/ndarray.ts";
import { type CaseContext, type ContractCase, inNewGraph } from "./contract-case.ts";

/** An op on inputs that are given in each of the types. */
export interface Row {
  readonly name: string;
  readonly types: readonly DTypeName[];
  /** Plain numbers, converted to the type; what is no plain list keeps its own. */
  readonly inputs: readonly Literal[];
  readonly op: (...inputs: Tensor[]) => Tensor;
  /** As `toArray()` gives it; integers of 64 bits count as numbers here. */
  readonly result: NestedArray;
}

/** Types that rows are checked for. */
export const allNumbers = ["float32", "float64", "float16", "int32", "int64", "int8", "uint8"] as const;
export const signed = ["float32", "float64", "int32", "int64"] as const;
export const floats = ["float32", "float64"] as const;

/** An input that stays int32, whatever the type of the case. */
export function int32(value: Literal): NDArray {
  return ndarray(value, "int32");
}

/** Two rows and three columns. */
export const table = [
  [1, 2, 3],
  [4, 5, 6],
];
/** No rows and three columns. */
export const noRows: Literal = ndarray([], "float32", [0, 3]);

/** How the inputs reach the op. */
type Delivery = "constants" | "fed, shapes known" | "fed, shapes unknown";

const deliveries: readonly Delivery[] = ["constants", "fed, shapes known", "fed, shapes unknown"];

async function check(row: Row, type: DTypeName, context: CaseContext): Promise<void> {
  const values = row.inputs.map((input) => asTyped(input, type));
  for (const delivery of deliveries) {
    const [graph, inputs, result] = inNewGraph((made) => {
      const tensors = values.map((value) => deliver(value, delivery));
      return [made, tensors, row.op(...tensors)] as const;
    });
    const one = context.session({ graph });
    const feeds = delivery === "constants" ? [] : inputs.map((input, i) => [input, values[i] as NDArray] as const);
    const computed = plain(await one.run(result, feeds));
    context.expect(computed).toEqual(close(row.result, computed));
    checkSync(one, result, feeds, row, context);
  }
}

function checkSync(
  session: Session,
  result: Tensor,
  feeds: ReadonlyArray<readonly [Tensor, NDArray]>,
  row: Row,
  context: CaseContext,
): void {
  if (!context.newEngine().canRunSync) return;
  const values = plain(session.runSync(result, feeds));
  context.expect(values).toEqual(close(row.result, values));
}

/** Numbers and lists of numbers take the type of the case. */
function asTyped(input: Literal, type: DTypeName): NDArray {
  if (typeof input === "object" && "dtype" in input) return input;
  return type === "bool" ? ndarray(ndarray(input), "bool") : ndarray(input, type);
}

function deliver(value: NDArray, delivery: Delivery): Tensor {
  if (delivery === "constants") return constant(value);
  return placeholder(value.dtype, delivery === "fed, shapes known" ? value.shape : null);
}

/** Nested lists of numbers and truth values. */
function plain(value: NDArray): NestedArray {
  const numbers = (item: NestedArray): NestedArray =>
    Array.isArray(item) ? item.map(numbers) : typeof item === "bigint" ? Number(item) : item;
  return numbers(value.toArray());
}

/** `actual` where it is as close to `expected` as rounding allows, else `expected`: so that a difference shows both numbers. */
function close(expected: NestedArray, actual: NestedArray | undefined): NestedArray {
  if (Array.isArray(expected))
    return expected.map((item, i) =>
      close(item as NestedArray, Array.isArray(actual) ? (actual[i] as NestedArray) : undefined),
    );
  if (typeof expected !== "number" || typeof actual !== "number") return expected;
  return Math.abs(expected - actual) <= 1e-5 * Math.max(1, Math.abs(expected)) ? actual : expected;
}

/** One case for each type of each row. */
export function casesOf(rows: readonly Row[]): ContractCase[] {
  return rows.flatMap((row) =>
    row.types.map((type) => ({
      name: `${row.name} (${type})`,
      run: (context: CaseContext) => check(row, type, context),
    })),
  );
}
