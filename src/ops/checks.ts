/** Builders of checks of values that run in a step: each is an `Assert` with a condition and a message. Mirrors python/ops/check_ops.py. */
import { ArgumentError, ArgumentTypeError, InvalidArgumentError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { constantValue } from "../graph/infer.ts";
import type { Operation } from "../graph/operation.ts";
import { Tensor } from "../graph/tensor.ts";
import { asDType, type DTypeLike, int32 } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { equal, greater, greaterEqual, less, lessEqual, logicalOr, notEqual } from "./compare.ts";
import { noOp, withDependencies } from "./control-flow.ts";
import { Assert } from "./logging.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { reduceAll } from "./reduce.ts";
import { rank as rankOf, shape } from "./shape.ts";

/** Options of every check. */
export interface CheckOptions extends NameOption {
  /** Shown when the check fails; default: the condition and the values. */
  readonly data?: readonly TensorLike[] | null | undefined;
  /** How many elements of each tensor are shown. */
  readonly summarize?: number | null | undefined;
  /** Stands before the data. */
  readonly message?: string | null | undefined;
}

type Comparison = (x: TensorLike, y: TensorLike, options?: NameOption) => Tensor;

/** Compares now where both values are known, and in every step. */
function binaryCheck(
  sign: string,
  opName: string,
  compare: Comparison,
  x: TensorLike,
  y: TensorLike,
  options: CheckOptions,
): Operation {
  return inOpScope(options.name, opName, [x, y, options.data], () => {
    const left = convertToTensor(x, { name: "x" });
    const right = convertToTensor(y, { name: "y" });
    const data = options.data ?? [
      `Condition x ${sign} y did not hold element-wise:`,
      `x (${left.name}) = `,
      left,
      `y (${right.name}) = `,
      right,
    ];
    const message = options.message ?? null;
    const shown = message === null ? data : [message, ...data];
    const condition = reduceAll(compare(left, right));
    if (constantValue(left) !== null && constantValue(right) !== null) checkNow(condition, shown);
    return Assert(condition, shown, { summarize: options.summarize });
  });
}

/** Fails while the graph is built when the condition is known to be false. */
function checkNow(condition: Tensor, data: readonly TensorLike[]): void {
  if (constantValue(condition)?.at(0) !== false) return;
  throw new InvalidArgumentError(data.map(staticText).join("\n"), { data });
}

function staticText(value: TensorLike): string {
  if (value instanceof Tensor) return String(constantValue(value) ?? value);
  return pythonText(value);
}

/**
 * Fails the step unless x equals y, element by element.
 *
 * Shapes: x and y broadcast. Dtypes: any, both alike.
 *
 * @throws {InvalidArgumentError} when both are constants and differ.
 * @see TensorFlow `assert_equal`, python/ops/check_ops.py
 * @example
 * assertEqual(constant([1, 2]), constant([1, 2])).type; // "Merge"
 */
export function assertEqual(x: TensorLike, y: TensorLike, options: CheckOptions = {}): Operation {
  const same = inOpScope(options.name, "assert_equal", [x, y, options.data], () => (x === y ? noOp() : null));
  return same ?? binaryCheck("==", "assert_equal", equal, x, y, options);
}

/**
 * Fails the step unless x differs from y in every element.
 *
 * Shapes: x and y broadcast. Dtypes: any, both alike.
 *
 * @throws {InvalidArgumentError} when both are constants and it does not hold.
 * @see TensorFlow `assert_none_equal`, python/ops/check_ops.py
 * @example
 * assertNoneEqual(constant([1, 2]), constant([3, 4])).type; // "Merge"
 */
export function assertNoneEqual(x: TensorLike, y: TensorLike, options: CheckOptions = {}): Operation {
  return binaryCheck("!=", "assert_none_equal", notEqual, x, y, options);
}

/**
 * Fails the step unless x < y, element by element.
 *
 * Shapes: x and y broadcast. Dtypes: real numbers, both alike.
 *
 * @throws {InvalidArgumentError} when both are constants and it does not hold.
 * @see TensorFlow `assert_less`, python/ops/check_ops.py
 * @example
 * assertLess(constant([1, 2]), constant([3, 4])).type; // "Merge"
 */
export function assertLess(x: TensorLike, y: TensorLike, options: CheckOptions = {}): Operation {
  return binaryCheck("<", "assert_less", less, x, y, options);
}

/**
 * Fails the step unless x ≤ y, element by element.
 *
 * Shapes: x and y broadcast. Dtypes: real numbers, both alike.
 *
 * @throws {InvalidArgumentError} when both are constants and it does not hold.
 * @see TensorFlow `assert_less_equal`, python/ops/check_ops.py
 * @example
 * assertLessEqual(constant([1, 2]), constant([1, 4])).type; // "Merge"
 */
export function assertLessEqual(x: TensorLike, y: TensorLike, options: CheckOptions = {}): Operation {
  return binaryCheck("<=", "assert_less_equal", lessEqual, x, y, options);
}

/**
 * Fails the step unless x > y, element by element.
 *
 * Shapes: x and y broadcast. Dtypes: real numbers, both alike.
 *
 * @throws {InvalidArgumentError} when both are constants and it does not hold.
 * @see TensorFlow `assert_greater`, python/ops/check_ops.py
 * @example
 * assertGreater(constant([3, 4]), constant([1, 2])).type; // "Merge"
 */
export function assertGreater(x: TensorLike, y: TensorLike, options: CheckOptions = {}): Operation {
  return binaryCheck(">", "assert_greater", greater, x, y, options);
}

/**
 * Fails the step unless x ≥ y, element by element.
 *
 * Shapes: x and y broadcast. Dtypes: real numbers, both alike.
 *
 * @throws {InvalidArgumentError} when both are constants and it does not hold.
 * @see TensorFlow `assert_greater_equal`, python/ops/check_ops.py
 * @example
 * assertGreaterEqual(constant([3, 4]), constant([3, 2])).type; // "Merge"
 */
export function assertGreaterEqual(x: TensorLike, y: TensorLike, options: CheckOptions = {}): Operation {
  return binaryCheck(">=", "assert_greater_equal", greaterEqual, x, y, options);
}

type Check = (x: TensorLike, y: TensorLike, options?: CheckOptions) => Operation;

/** A comparison of x with 0. `zeroFirst`: TensorFlow writes it as 0 `check` x. */
function signCheck(
  opName: string,
  sign: string,
  check: Check,
  zeroFirst: boolean,
  x: TensorLike,
  options: CheckOptions,
): Operation {
  return inOpScope(options.name, opName, [x, options.data], () => {
    const value = convertToTensor(x, { name: "x" });
    const texts = [`Condition x ${sign} 0 did not hold element-wise:`, `x (${value.name}) = `];
    // In TensorFlow, too, this one has its texts in one.
    const shownTexts = opName === "assert_non_positive" ? [texts.join("")] : texts;
    const data = options.data ?? [prefix(options.message), ...shownTexts, value];
    const zero = convertToTensor(0, { dtype: value.dtype });
    const shown = { data, summarize: options.summarize };
    return zeroFirst ? check(zero, value, shown) : check(value, zero, shown);
  });
}

function prefix(message: string | null | undefined): string {
  return (message ?? "") === "" ? "" : `${message}.  `;
}

/**
 * Fails the step unless every element is greater than 0.
 *
 * Shapes: any. Dtypes: real numbers.
 *
 * @throws {InvalidArgumentError} when x is a constant and it does not hold.
 * @see TensorFlow `assert_positive`, python/ops/check_ops.py
 * @example
 * assertPositive(constant([1, 2])).type; // "Merge"
 */
export function assertPositive(x: TensorLike, options: CheckOptions = {}): Operation {
  return signCheck("assert_positive", ">", assertLess, true, x, options);
}

/**
 * Fails the step unless every element is less than 0.
 *
 * Shapes: any. Dtypes: real numbers.
 *
 * @throws {InvalidArgumentError} when x is a constant and it does not hold.
 * @see TensorFlow `assert_negative`, python/ops/check_ops.py
 * @example
 * assertNegative(constant([-1, -2])).type; // "Merge"
 */
export function assertNegative(x: TensorLike, options: CheckOptions = {}): Operation {
  return signCheck("assert_negative", "<", assertLess, false, x, options);
}

/**
 * Fails the step unless every element is 0 or more.
 *
 * Shapes: any. Dtypes: real numbers.
 *
 * @throws {InvalidArgumentError} when x is a constant and it does not hold.
 * @see TensorFlow `assert_non_negative`, python/ops/check_ops.py
 * @example
 * assertNonNegative(constant([0, 2])).type; // "Merge"
 */
export function assertNonNegative(x: TensorLike, options: CheckOptions = {}): Operation {
  return signCheck("assert_non_negative", ">=", assertLessEqual, true, x, options);
}

/**
 * Fails the step unless every element is 0 or less.
 *
 * Shapes: any. Dtypes: real numbers.
 *
 * @throws {InvalidArgumentError} when x is a constant and it does not hold.
 * @see TensorFlow `assert_non_positive`, python/ops/check_ops.py
 * @example
 * assertNonPositive(constant([0, -2])).type; // "Merge"
 */
export function assertNonPositive(x: TensorLike, options: CheckOptions = {}): Operation {
  return signCheck("assert_non_positive", "<=", assertLessEqual, false, x, options);
}

interface RankRule {
  readonly opName: string;
  readonly text: string;
  readonly isMet: (actual: number, wanted: number) => boolean;
  readonly compare: Comparison;
}

const rankIs: RankRule = { opName: "assert_rank", text: "must have rank", isMet: (a, b) => a === b, compare: equal };
const rankIsAtLeast: RankRule = {
  opName: "assert_rank_at_least",
  text: "must have rank at least",
  isMet: (a, b) => a >= b,
  compare: greaterEqual,
};

function rankCheck(rule: RankRule, x: TensorLike, rank: TensorLike, options: CheckOptions): Operation {
  return inOpScope(options.name, rule.opName, [x, rank, ...(options.data ?? [])], () => {
    const value = convertToTensor(x, { name: "x" });
    const wanted = convertToTensor(rank, { preferredDtype: int32, name: "rank" });
    const start = prefix(options.message);
    const data = options.data ?? [start, `Tensor ${value.name} ${rule.text}`, wanted, "Received shape: ", shape(value)];
    assertType(wanted, int32);
    const known = constantValue(wanted);
    if (known !== null && known.rank !== 0) throw new ArgumentError("Rank must be a scalar.", { rank: known });
    const actual = value.shape.rank;
    if (known !== null && actual !== null) {
      if (rule.isMet(actual, Number(known.at(0)))) return noOp({ name: "static_checks_determined_all_ok" });
      const text = `Tensor ${value.name} ${rule.text} ${known.at(0)}.  Received rank ${actual}, shape ${value.shape}`;
      throw new ArgumentError(start + text, { tensor: value, rank: known });
    }
    const condition = rule.compare(rankOf(value), wanted);
    return Assert(known === null ? checkedRank(wanted, condition) : condition, data, { summarize: options.summarize });
  });
}

/** The condition, which waits until the wanted rank itself is known to be a scalar. */
function checkedRank(wanted: Tensor, condition: Tensor): Tensor {
  const check = rankCheck(rankIs, wanted, 0, { data: ["Rank must be a scalar. Received rank: ", wanted] });
  return withDependencies([check], condition);
}

/** Whether a rank is one of others. */
function isAnyOf(actual: Tensor, wanted: readonly Tensor[]): Tensor {
  const [first, ...others] = wanted;
  if (first === undefined) return convertToTensor(false);
  return others.reduce((any, rank) => logicalOr(any, equal(rank, actual)), equal(first, actual));
}

/**
 * Fails unless x has one of these ranks: at once when all are known, otherwise the step.
 *
 * Shapes: each rank `[]`. Dtypes: x any; ranks int32.
 *
 * @throws {ArgumentError} when the ranks are known and none of them is that of x.
 * @see TensorFlow `assert_rank_in`, python/ops/check_ops.py
 * @example
 * assertRankIn(constant([1, 2]), [0, 1]).type; // "NoOp"
 */
export function assertRankIn(x: TensorLike, ranks: readonly TensorLike[], options: CheckOptions = {}): Operation {
  return inOpScope(options.name, "assert_rank_in", [x, ...ranks, ...(options.data ?? [])], () => {
    const value = convertToTensor(x, { name: "x" });
    const wanted = ranks.map((rank) => convertToTensor(rank, { preferredDtype: int32, name: "rank" }));
    const start = prefix(options.message);
    const text = `Tensor ${value.name} must have rank in`;
    const data = options.data ?? [start, text, ...wanted, "Received shape: ", shape(value)];
    for (const rank of wanted) assertType(rank, int32);
    const known = wanted.map((rank) => constantValue(rank));
    const actual = value.shape.rank;
    if (!known.includes(null)) {
      const scalars = known as readonly NDArray[];
      for (const rank of scalars) if (rank.rank !== 0) throw new ArgumentError("Rank must be a scalar.", { rank });
      const list = scalars.map((rank) => Number(rank.at(0)));
      if (actual !== null && list.includes(actual)) return noOp({ name: "static_checks_determined_all_ok" });
      if (actual !== null) {
        const tuple = `(${list.join(", ")}${list.length === 1 ? "," : ""})`;
        const received = `Received rank ${actual}, shape ${value.shape}`;
        throw new ArgumentError(`${start}${text} ${tuple}.  ${received}`, { tensor: value, ranks: list });
      }
    }
    const rankOfValue = rankOf(value);
    const isOne = isAnyOf(rankOfValue, wanted);
    const checked = wanted.reduce(
      (condition, rank, i) => (known[i] === null ? checkedRank(rank, condition) : condition),
      isOne,
    );
    return Assert(checked, data, { summarize: options.summarize });
  });
}

/**
 * Fails at once unless a tensor has this dtype.
 *
 * @throws {ArgumentTypeError} when it has another one.
 * @see TensorFlow `assert_type`, python/ops/check_ops.py
 * @example
 * assertType(constant([1, 2]), "float32").type; // "NoOp"
 */
export function assertType(
  tensor: TensorLike,
  dtype: DTypeLike,
  options: NameOption & { readonly message?: string | null } = {},
): Operation {
  return inOpScope(options.name, "assert_type", [tensor], () => {
    const value = convertToTensor(tensor, { name: "tensor" });
    const wanted = asDType(dtype);
    if (value.dtype !== wanted) {
      throw new ArgumentTypeError(
        `${prefix(options.message)}${value.name} must be of type tf.${wanted.name}; got tf.${value.dtype.name}`,
        { tensor: value, dtype: wanted },
      );
    }
    return noOp({ name: "statically_determined_correct_type" });
  });
}

/**
 * Fails unless x has this rank: at once when both are known, otherwise the step.
 *
 * Shapes: rank `[]`. Dtypes: x any; rank int32.
 *
 * @throws {ArgumentError} when the rank is known and another one.
 * @see TensorFlow `assert_rank`, python/ops/check_ops.py
 * @example
 * assertRank(constant([1, 2]), 1).type; // "NoOp"
 */
export function assertRank(x: TensorLike, rank: TensorLike, options: CheckOptions = {}): Operation {
  return rankCheck(rankIs, x, rank, options);
}

/**
 * Fails unless x has this rank or more: at once when both are known, otherwise the step.
 *
 * Shapes: rank `[]`. Dtypes: x any; rank int32.
 *
 * @throws {ArgumentError} when the rank is known and smaller.
 * @see TensorFlow `assert_rank_at_least`, python/ops/check_ops.py
 * @example
 * assertRankAtLeast(constant([1, 2]), 1).type; // "NoOp"
 */
export function assertRankAtLeast(x: TensorLike, rank: TensorLike, options: CheckOptions = {}): Operation {
  return rankCheck(rankIsAtLeast, x, rank, options);
}
