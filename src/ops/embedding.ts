/** The builder that looks rows up in a table that may be cut into several. Mirrors python/ops/embedding_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { makeColocation, makeDeviceScope, runInScope } from "../graph/scopes.ts";
import { isTensorConvertible, Tensor } from "../graph/tensor.ts";
import { int32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { TensorShape, unknownShape } from "../tensor/shape.ts";
import { identity } from "./array.ts";
import { cast } from "./cast.ts";
import { clipByNorm } from "./clip.ts";
import { where } from "./compare.ts";
import { concat, stack } from "./concat.ts";
import { dynamicPartition, parallelDynamicStitch } from "./data-flow.ts";
import { gather } from "./gather.ts";
import { maximum } from "./math.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { range } from "./range.ts";
import { reduceSum } from "./reduce.ts";
import { rank, reshape, shape, size } from "./shape.ts";

/** Options of `embeddingLookup`. */
export interface EmbeddingOptions extends NameOption {
  /** How ids fall to the tables: `mod`, one after the other in turn (default), or `div`, in ranges. */
  readonly partitionStrategy?: string | undefined;
  /** The greatest norm that a row keeps; longer ones are shortened to it. */
  readonly maxNorm?: number | null | undefined;
}

/** A table: a tensor or a variable. */
type Table = TensorLike;

/**
 * The rows of a table, or of one that is cut into several, that ids tell.
 *
 * Shapes: params `[n, …r]` (or several of them), ids `[…i]` → `[…i, …r]`. Dtypes: params any; ids int32, int64.
 *
 * @param params a tensor or variable, a partitioned variable, or a list of them.
 * @throws {ArgumentError} for an empty list or another partition strategy.
 * @see TensorFlow `embedding_lookup`, python/ops/embedding_ops.py
 * @example
 * const table = constant([[1, 2], [3, 4]]);
 * session.runSync(nn.embeddingLookup(table, constant([1], { dtype: "int32" }))).toArray(); // [[3, 4]]
 */
export function embeddingLookup(
  params: Table | readonly Table[],
  ids: TensorLike,
  options: EmbeddingOptions = {},
): Tensor {
  const given = tablesOf(params);
  if (given.length === 0)
    throw new ArgumentError("Length of params is currently 0. Need at least one param.", { params });
  return inOpScope(options.name, "embedding_lookup", [...given, ids], (scope) => {
    const tables = given.some(isResource)
      ? given
      : given.map((table, i) => convertToTensor(table, { name: `params_${i}` }));
    const idTensor = convertToTensor(ids, { name: "ids" });
    if (tables.length === 1) {
      const table = tables[0] as Table;
      return identity(near(table, () => clipped(gather(table, idTensor, { name: scope }), idTensor, options.maxNorm)));
    }
    const rows = new PartitionedLookup(tables, idTensor).result(options.partitionStrategy ?? "mod", scope);
    return clipped(rows, idTensor, options.maxNorm);
  });
}

/** The rows, none longer than `maxNorm`. */
function clipped(rows: Tensor, ids: Tensor, maxNorm: number | null | undefined): Tensor {
  if (maxNorm === null || maxNorm === undefined) return rows;
  // TensorFlow takes a rank of 0 for an unknown one.
  const [first, end] = [ids.shape.rank || null, rows.shape.rank || null];
  const axes =
    first !== null && end !== null
      ? Array.from({ length: Math.max(end - first, 0) }, (_, i) => first + i)
      : range(first === null ? rank(ids) : ndarray(first, int32), end === null ? rank(rows) : ndarray(end, int32));
  return clipByNorm(rows, maxNorm, { axes });
}

/** A partitioned variable: it stands for its slices. */
interface Sliced extends Iterable<Table> {
  readonly partitions: readonly number[];
}

function isSliced(value: unknown): value is Sliced {
  return isTensorConvertible(value) && Array.isArray((value as Partial<Sliced>).partitions);
}

/** The tables that are given: the slices of a partitioned variable, a list, or one. */
export function tablesOf(params: Table | readonly Table[]): readonly Table[] {
  if (Array.isArray(params)) return params as readonly Table[];
  return isSliced(params) ? Array.from(params as Sliced) : [params as Table];
}

/** A resource variable is read by its handle; everything else becomes a tensor first. */
function isResource(table: unknown): boolean {
  return isTensorConvertible(table) && (table as { readonly handle?: unknown }).handle instanceof Tensor;
}

/** Ops are placed where the table is. */
function near<T>(table: Table, body: () => T): T {
  return runInScope(makeColocation(table), body);
}

function staticShape(table: Table): TensorShape {
  return (table as { readonly shape?: unknown }).shape instanceof TensorShape ? (table as Tensor).shape : unknownShape;
}

/** What one lookup in several tables needs along its way. */
class PartitionedLookup {
  readonly #tables: readonly Table[];
  readonly #ids: Tensor;
  readonly #flat: Tensor;

  constructor(tables: readonly Table[], ids: Tensor) {
    this.#tables = tables;
    this.#ids = ids;
    this.#flat = reshape(ids, [-1]);
  }

  result(strategy: string, scope: string): Tensor {
    const count = this.#tables.length;
    const positions = range(size(this.#flat, { outType: int32 }));
    const [table, row] = this.#assign(strategy);
    const assignments = cast(table, int32);
    const rows = dynamicPartition(row, assignments, count);
    const places = dynamicPartition(positions, assignments, count);
    const found = this.#tables.map((params, i) =>
      runInScope(makeDeviceScope(null), () => near(params, () => gather(params, rows[i] as Tensor))),
    );
    return this.#shaped(parallelDynamicStitch(places, found, { name: scope }));
  }

  /** The table and the row in it of each id. */
  #assign(strategy: string): readonly [Tensor, Tensor] {
    const count = this.#tables.length;
    const ids = this.#flat;
    if (strategy === "mod") return [ids.mod(count), ids.floordiv(count)];
    if (strategy !== "div") {
      throw new ArgumentError(
        `Unrecognized partition strategy: ${strategy}.Must be one of either \`mod\` or \`div\`.`,
        { strategy },
      );
    }
    const total = this.#rowCount();
    const perTable = total.floordiv(count);
    // The first tables have one row more.
    const longer = total.mod(count);
    const table = maximum(ids.floordiv(perTable.add(1)), ids.sub(longer).floordiv(perTable));
    const isLonger = table.less(longer);
    const row = where(isLonger, ids.mod(perTable.add(1)), ids.sub(longer).mod(perTable));
    return [table, row];
  }

  /** The rows of all tables together, in the dtype of the ids. */
  #rowCount(): Tensor {
    const { dtype } = this.#flat;
    const known = this.#tables.map((table) => staticShape(table).dim(0));
    const sum = known.reduce((a, b) => (a === null || b === null ? null : a + b), 0);
    if (sum !== null && sum !== 0) return convertToTensor(ndarray(sum, dtype));
    const counts = this.#tables.map((table, i) => known[i] ?? near(table, () => shape(table).at([0])));
    return reduceSum(cast(stack(counts), dtype));
  }

  #shaped(rows: Tensor): Tensor {
    const rests = this.#tables.map((table) => new TensorShape(staticShape(table).dims?.slice(1) ?? null));
    const rest = rests.reduce((a, b) => a.mergeWith(b));
    const first = this.#tables[0] as Table;
    const restTensor = rest.isFullyDefined() ? rest : near(first, () => shape(first)).at("1:");
    const result = reshape(rows, concat([shape(this.#ids), restTensor], 0));
    result.setShape(this.#ids.shape.concatenate(rest));
    return result;
  }
}
