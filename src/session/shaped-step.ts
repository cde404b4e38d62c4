/**
 * A step that is fed values whose shapes the graph leaves open: compiled for the shapes that it is fed, a few of them, and once for any.
 * Nothing but time depends on it. Why, and which shapes get a form of their own: docs/decisions/0015-forms-for-fed-shapes.md.
 */
import type { NDArray } from "../tensor/ndarray.ts";
import {
  type CompiledStep,
  compileFolded,
  compileFoldedSync,
  compileStep,
  compileStepSync,
  haveDeclaredShapes,
  type RunnableStep,
} from "./compiled-step.ts";
import type { Dataflow } from "./dataflow.ts";
import type { FoldedDataflow } from "./fold.ts";
import { foldForFeeds } from "./fold-for-feeds.ts";
import type { SessionState } from "./session-state.ts";
import type { StepValue } from "./step-values.ts";
import type { VariableSlot } from "./variable-store.ts";

/** How many shapes have a form of their own at a time. */
const KEPT_FORMS = 4;
/** How many shapes are remembered. */
const KEPT_SHAPES = 16;
/** The first shapes get a form at once: mostly there are two of them, a batch and what is left at the end. */
const EAGER_FORMS = 2;
/** Of others, those that come for the third time are worth one. */
const LEAST_USES = 3;
/** A shape takes another's form away when it was fed so many times as often. */
const MUCH_MORE = 2;

/** How the step is planned, and what is made of a compiled plan. */
export interface StepPlanner {
  /** A new plan, for the variables as they are. */
  plan(): Dataflow;
  finish(compiled: CompiledStep): RunnableStep;
}

/** Shapes that were fed. */
interface FedShapes {
  /** One for each feed whose shape the graph leaves open. */
  readonly shapes: readonly (readonly number[])[];
  uses: number;
  form: RunnableStep | null;
  /** Set where the shapes do not go together: such a step runs as it is for any, to fail as it must. */
  isHopeless: boolean;
}

/** The forms of a planned step; `null` where there is only one: its feeds have known shapes, or knowing more of them would not help. */
export function shapedStep(planned: Dataflow, planner: StepPlanner, state: SessionState): ShapedStep | null {
  if (state.engine.gainsByShapes !== true || planned.failure !== null || planned.changesShapes) return null;
  const open = openFeeds(planned);
  if (open.length === 0 || !haveDeclaredShapes(planned.variables, state)) return null;
  return new ShapedStep(planned, open, planner, state);
}

/** The places of the feeds whose shapes a plan leaves open. */
function openFeeds({ nodes }: Dataflow): readonly number[] {
  const open = new Set<number>();
  for (const { inputs } of nodes)
    for (const { source, shape } of inputs as readonly StepValue[])
      if (typeof source === "number" && !shape.isFullyDefined()) open.add(source);
  return [...open];
}

/** The forms of one step, for one set of variables that have values. */
export class ShapedStep {
  readonly #open: readonly number[];
  readonly #planner: StepPlanner;
  readonly #state: SessionState;
  readonly #variables: Dataflow["variables"];
  readonly #slots: readonly { readonly slot: VariableSlot; readonly wasInitialized: boolean }[];
  /** A plan that nothing was made of yet. */
  #planned: Dataflow | null;
  /** The shapes that were fed last are first. */
  #fed: FedShapes[] = [];
  /** How many forms for shapes there were. */
  #made = 0;
  /** For any shapes. */
  #general: RunnableStep | null = null;

  constructor(planned: Dataflow, open: readonly number[], planner: StepPlanner, state: SessionState) {
    this.#planned = planned;
    this.#open = open;
    this.#planner = planner;
    this.#state = state;
    this.#variables = planned.variables;
    this.#slots = planned.variables.map(({ op, wasInitialized }) => ({
      slot: state.variables.slot(op),
      wasInitialized,
    }));
  }

  /** Whether the same variables have values as when the step was planned, and the shapes that the graph says. */
  holds(): boolean {
    for (const { slot, wasInitialized } of this.#slots) if ((slot.value !== null) !== wasInitialized) return false;
    return haveDeclaredShapes(this.#variables, this.#state);
  }

  /** The form for a run with these feeds. */
  async formFor(feeds: readonly NDArray[]): Promise<RunnableStep> {
    const fed = this.#use(feeds);
    if (fed.form !== null) return fed.form;
    const folded = this.#isWorthForm(fed) ? this.#foldedFor(fed, feeds) : null;
    if (folded !== null) return this.#keep(fed, await compileFolded(folded, this.#state));
    return (this.#general ??= this.#planner.finish(await compileStep(this.#plan(), this.#state)));
  }

  /** As `formFor`, at once. */
  formForSync(feeds: readonly NDArray[]): RunnableStep {
    const fed = this.#use(feeds);
    if (fed.form !== null) return fed.form;
    const folded = this.#isWorthForm(fed) ? this.#foldedFor(fed, feeds) : null;
    if (folded !== null) return this.#keep(fed, compileFoldedSync(folded, this.#state));
    return (this.#general ??= this.#planner.finish(compileStepSync(this.#plan(), this.#state)));
  }

  /** Frees what compiling took. */
  release(): void {
    for (const { form } of this.#fed) form?.release();
    this.#general?.release();
    this.#fed = [];
    this.#general = null;
  }

  /** A plan of its own for each form: compiling changes it. */
  #plan(): Dataflow {
    const planned = this.#planned ?? this.#planner.plan();
    this.#planned = null;
    return planned;
  }

  /** What is known of the shapes of these feeds; counts the use. */
  #use(feeds: readonly NDArray[]): FedShapes {
    const known = this.#fed;
    let place = 0;
    while (place < known.length && !this.#isFed(known[place] as FedShapes, feeds)) place += 1;
    const fed = known[place] ?? this.#first(feeds);
    fed.uses += 1;
    if (place > 0) {
      if (place < known.length) known.splice(place, 1);
      known.unshift(fed);
    } else if (known.length === 0) known.push(fed);
    if (known.length > KEPT_SHAPES) this.#forget();
    return fed;
  }

  #isFed({ shapes }: FedShapes, feeds: readonly NDArray[]): boolean {
    const open = this.#open;
    for (let i = 0; i < open.length; i += 1) {
      const [known, { shape }] = [shapes[i] as readonly number[], feeds[open[i] as number] as NDArray];
      if (known.length !== shape.length) return false;
      for (let axis = 0; axis < shape.length; axis += 1) if (known[axis] !== shape[axis]) return false;
    }
    return true;
  }

  #first(feeds: readonly NDArray[]): FedShapes {
    const shapes = this.#open.map((place) => [...(feeds[place] as NDArray).shape]);
    return { shapes, uses: 0, form: null, isHopeless: false };
  }

  /** Of the shapes before the last one, forgets those that were fed least, and of these the oldest. */
  #forget(): void {
    const known = this.#fed;
    let least = known.length - 1;
    for (let i = known.length - 2; i > 0; i -= 1)
      if ((known[i] as FedShapes).uses < (known[least] as FedShapes).uses) least = i;
    known[least]?.form?.release();
    known.splice(least, 1);
  }

  /** All but the first have to come again, and not to take a form from those that come as often. */
  #isWorthForm(fed: FedShapes): boolean {
    if (fed.isHopeless) return false;
    if (this.#made < EAGER_FORMS) return true;
    if (fed.uses < LEAST_USES) return false;
    const kept = this.#fed.filter(({ form }) => form !== null);
    if (kept.length < KEPT_FORMS) return true;
    const least = kept.reduce((a, b) => (b.uses < a.uses ? b : a));
    if (fed.uses < MUCH_MORE * least.uses) return false;
    least.form?.release();
    least.form = null;
    return true;
  }

  #foldedFor(fed: FedShapes, feeds: readonly NDArray[]): FoldedDataflow | null {
    const folded = foldForFeeds(() => this.#plan(), feeds);
    fed.isHopeless = folded === null;
    return folded;
  }

  #keep(fed: FedShapes, compiled: CompiledStep): RunnableStep {
    this.#made += 1;
    return (fed.form = this.#planner.finish(compiled));
  }
}
