/** Builders that look up several rows for each row of a sparse tensor and combine them. Mirrors python/ops/embedding_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { pythonText, pythonTypeName } from "../base/text.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { handleOf } from "../graph/look-up.ts";
import { Tensor } from "../graph/tensor.ts";
import { float32, int32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { shapeOfRank, TensorShape } from "../tensor/shape.ts";
import { ones, onesLike, zerosLike } from "./array.ts";
import { cast } from "./cast.ts";
import { logicalAnd, where } from "./compare.ts";
import { concat, stack } from "./concat.ts";
import { divNoNan } from "./division.ts";
import { sqrt } from "./elementary.ts";
import { type EmbeddingOptions, embeddingLookup, tablesOf } from "./embedding.ts";
import { gather, unique } from "./gather.ts";
import { pow } from "./math.ts";
import { inOpScope } from "./op-scope.ts";
import { reduceProd } from "./reduce.ts";
import { segmentSum, sparseSegmentMean, sparseSegmentSqrtN, sparseSegmentSum } from "./segment.ts";
import { expandDims, rank, reshape, shape, size } from "./shape.ts";
import { slice } from "./slice.ts";
import { checkSparse, sparseFillEmptyRows, sparseReshape, sparseRetain } from "./sparse.ts";
import { SparseTensor } from "./sparse-tensor.ts";
import { tile } from "./transpose.ts";

/** How the rows become one. */
type Combiner = "mean" | "sqrtn" | "sum";

/** Options of `nn.embeddingLookupSparse`. */
export interface EmbeddingSparseOptions extends EmbeddingOptions {
  /** `sum`; `mean`: divided by the weights' sum (default); `sqrtn`: by the root of the sum of their squares. */
  readonly combiner?: Combiner | null | undefined;
}

/** Options of `nn.safeEmbeddingLookupSparse`. */
export interface SafeEmbeddingOptions extends EmbeddingSparseOptions {
  readonly sparseWeights?: SparseTensor | null | undefined;
  /** The id that rows without any take; default: none, they are zeros. */
  readonly defaultId?: number | null | undefined;
}

type Table = TensorLike;

const combined = { sum: sparseSegmentSum, mean: sparseSegmentMean, sqrtn: sparseSegmentSqrtN };

/**
 * Looks up rows of a table by the ids of each row of a sparse tensor, and combines those of one row.
 *
 * Shapes: params `[n, …r]` (or several of them), spIds `[batch, any]` → `[batch, …r]`. Dtypes: params floating; ids int32, int64.
 *
 * Every row of spIds must have an id; `nn.safeEmbeddingLookupSparse` does without.
 *
 * @param spWeights the weights of the ids, a sparse tensor of the same indices; `null` for 1.
 * @throws {ArgumentTypeError} when ids or weights are no sparse tensors.
 * @throws {ArgumentError} for another combiner.
 * @see TensorFlow `tf.compat.v1.nn.embedding_lookup_sparse`, python/ops/embedding_ops.py
 * @example
 * const ids = new SparseTensor([[0, 0], [0, 1], [1, 0]], ndarray([1, 0, 1], "int64"), [2, 2]);
 * const rows = nn.embeddingLookupSparse(constant([[1, 2], [3, 4]]), ids, null, { combiner: "sum" });
 * session.runSync(rows).toArray(); // [[4, 6], [3, 4]]
 */
export function embeddingLookupSparse(
  params: Table | readonly Table[],
  spIds: SparseTensor,
  spWeights: SparseTensor | null,
  options: EmbeddingSparseOptions = {},
): Tensor {
  const combiner = options.combiner ?? "mean";
  if (!Object.hasOwn(combined, combiner))
    throw new ArgumentError(`combiner must be one of 'mean', 'sqrtn' or 'sum', got ${String(combiner)}`, { combiner });
  checkSparse(spIds, `sp_ids must be SparseTensor, got ${typeText(spIds)}`);
  if (spWeights !== null) {
    checkSparse(spWeights, `sp_weights must be either None or SparseTensor,got ${typeText(spWeights)}`);
    checkAlike(spIds, spWeights);
  }
  const tables = tablesOf(params);
  return inOpScope(options.name, "embedding_lookup_sparse", [...tables, spIds.indices], (scope) => {
    const segments = spIds.indices.at(":, 0");
    const first = tables.length === 1 ? tableTensor(tables[0] as Table) : null;
    if (spWeights === null && first !== null && first.op.device === segments.op.device && isUnclipped(options))
      return combined[combiner](first, spIds.values, segments, { name: scope, sparseGradient: true });
    const { y: ids, idx: places } = unique(spIds.values);
    const found = embeddingLookup(first ?? tables, ids, {
      partitionStrategy: options.partitionStrategy,
      maxNorm: options.maxNorm,
    });
    return spWeights === null
      ? combined[combiner](found, places, segments, { name: scope })
      : weighted(found, places, segments, spWeights.values, combiner, scope);
  });
}

function typeText(value: unknown): string {
  const name = value instanceof Tensor ? "tensorflow.python.framework.ops.SymbolicTensor" : pythonTypeName(value);
  return `<class '${name}'>`;
}

function isUnclipped(options: EmbeddingSparseOptions): boolean {
  return (options.maxNorm ?? null) === null;
}

/** A table alone is read as a whole. */
function tableTensor(table: Table): Tensor {
  return table instanceof Tensor ? table : convertToTensor(table, { name: "params" });
}

function checkAlike(ids: SparseTensor, weights: SparseTensor): void {
  for (const part of ["values", "indices", "denseShape"] as const) {
    const [a, b] = [ids[part].shape, weights[part].shape];
    if (!a.isCompatibleWith(b)) throw new ArgumentError(`Shapes ${a} and ${b} are incompatible`, { ids, weights });
  }
}

function weighted(
  found: Tensor,
  places: Tensor,
  segmentIds: Tensor,
  given: Tensor,
  combiner: Combiner,
  scope: string,
): Tensor {
  const segments = segmentIds.dtype === int32 ? segmentIds : cast(segmentIds, int32);
  const picked = gather(found, places);
  const { dtype } = picked;
  const rows = dtype.size === 2 ? cast(picked, float32) : picked;
  const weights = asColumn(given.dtype === rows.dtype ? given : cast(given, rows.dtype), rows);
  const products = rows.mul(weights);
  const result = ((): Tensor => {
    if (combiner === "sum") return segmentSum(products, segments, { name: scope });
    const sums = segmentSum(products, segments);
    if (combiner === "mean") return divNoNan(sums, segmentSum(weights, segments), { name: scope });
    return divNoNan(sums, sqrt(segmentSum(pow(weights, 2), segments)), { name: scope });
  })();
  return result.dtype === dtype ? result : cast(result, dtype);
}

/** The weights with as many axes as the rows have. */
function asColumn(weights: Tensor, rows: Tensor): Tensor {
  const onesShape = expandDims(rank(rows).sub(1), 0);
  const own = shape(weights);
  const known = weights.shape;
  const column = reshape(weights, concat([own, ones(onesShape, { dtype: own.dtype })], 0));
  if (rows.shape.rank !== null)
    column.setShape(known.concatenate(Array.from({ length: rows.shape.rank - 1 }, () => 1)));
  return column;
}

/**
 * As `nn.embeddingLookupSparse`, for any sparse ids: rows without ids are allowed, ids below 0 and weights of at most 0 do not count, and there may be more than two axes.
 *
 * Shapes: embeddingWeights `[n, …r]` (or several of them), sparseIds `[…batch, any]` → `[…batch, …r]`.
 *
 * @throws {ArgumentError} when there is no table.
 * @see TensorFlow `tf.nn.safe_embedding_lookup_sparse`, python/ops/embedding_ops.py
 * @example
 * const ids = new SparseTensor([[1, 0]], ndarray([1], "int64"), [2, 2]);
 * session.runSync(nn.safeEmbeddingLookupSparse(constant([[1, 2], [3, 4]]), ids)).toArray(); // [[0, 0], [3, 4]]
 */
export function safeEmbeddingLookupSparse(
  embeddingWeights: Table | readonly Table[],
  sparseIds: SparseTensor,
  options: SafeEmbeddingOptions = {},
): Tensor {
  const given = tablesOf(embeddingWeights);
  if (given.length === 0)
    throw new ArgumentError(`Missing embedding_weights ${pythonText(embeddingWeights)}.`, { embeddingWeights });
  checkSparse(sparseIds);
  const { sparseWeights = null, combiner = "mean", defaultId = null } = options;
  const dtype = sparseWeights?.dtype;
  const tables = given.map((table) => (handleOf(table) === null ? convertToTensor(table, { dtype }) : table));
  return inOpScope(options.name, "embedding_lookup", [...tables, sparseIds.indices], (scope) => {
    const whole = sparseIds.denseShape;
    const knownRank = whole.shape.dim(0);
    const lastAxis = knownRank === null ? size(whole).sub(1) : ndarray(knownRank - 1, "int32");
    const pruned = prunedIds(sparseIds, sparseWeights, whole, lastAxis, combiner ?? "mean");
    const [ids, isEmpty] = sparseFillEmptyRows(pruned.ids, ndarray(defaultId ?? 0, pruned.ids.dtype));
    const weights = pruned.weights === null ? null : sparseFillEmptyRows(pruned.weights, 1)[0];
    const rows = embeddingLookupSparse(tables, ids, weights, {
      combiner,
      partitionStrategy: options.partitionStrategy ?? "div",
      name: defaultId === null ? null : scope,
      maxNorm: options.maxNorm,
    });
    const result = defaultId === null ? withZeros(rows, isEmpty, scope) : rows;
    const batch = slice(cast(whole, int32), [0], [lastAxis]);
    const final = reshape(result, concat([batch, slice(shape(result), [1], [-1])], 0));
    const rest = result.shape.dims === null ? null : new TensorShape(result.shape.dims.slice(1));
    if (knownRank !== null && rest !== null) final.setShape(shapeOfRank(knownRank - 1).concatenate(rest));
    return final;
  });
}

/** Ids and weights as a matrix, without those that do not count. */
function prunedIds(
  sparseIds: SparseTensor,
  sparseWeights: SparseTensor | null,
  whole: Tensor,
  lastAxis: TensorLike,
  combiner: Combiner,
): { readonly ids: SparseTensor; readonly weights: SparseTensor | null } {
  const rowsCount = reduceProd(slice(whole, [0], [lastAxis]));
  const matrix = sparseReshape(sparseIds, [rowsCount, gather(whole, lastAxis)]);
  const own = sparseWeights === null ? null : new SparseTensor(matrix.indices, sparseWeights.values, matrix.denseShape);
  const valid = matrix.values.greaterEqual(0);
  const kept = own === null ? valid : logicalAnd(valid, onesLike(own.values, { dtype: "bool" }));
  const ids = sparseRetain(matrix, kept);
  const weights = own === null ? null : sparseRetain(own, kept);
  if (weights === null || combiner === "sum") return { ids, weights };
  const positive = weights.values.greater(0);
  return { ids: sparseRetain(ids, positive), weights: sparseRetain(weights, positive) };
}

/** Zeros in the rows that had no ids. */
function withZeros(rows: Tensor, isEmpty: Tensor, scope: string): Tensor {
  const mask = tile(reshape(isEmpty, [-1, 1]), stack([ndarray(1, "int32"), shape(rows).at([1])]));
  return where(mask, zerosLike(rows), rows, { name: scope });
}
