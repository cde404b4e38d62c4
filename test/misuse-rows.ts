/** The rows of the misuse matrix: every function that looks at what is current, as programs call it. The columns are in `misuse.test.ts`. */
import * as tf from "namesake";

/** Things of one graph that the functions are called with. */
export interface Things {
  readonly graph: tf.Graph;
  readonly x: tf.Tensor;
  readonly flag: tf.Tensor;
  readonly variable: tf.BaseVariable;
  readonly resource: tf.ResourceVariable;
  readonly scope: tf.VariableScope;
  readonly session: tf.Session;
  readonly template: () => tf.BaseVariable;
}

/** Things of the current graph. */
export function makeThings(): Things {
  const graph = tf.getDefaultGraph();
  const variable = tf.getVariable("ref", [2], { initializer: tf.zerosInitializer() });
  const resource = tf.getVariable("resource", [], { initializer: tf.zerosInitializer(), useResource: true });
  const template = tf.makeTemplate("template", () => tf.getVariable("inside", [1]));
  template();
  const session = new tf.Session({ graph });
  return {
    graph,
    x: tf.constant(1, { name: "x" }),
    flag: tf.constant(true, { name: "flag" }),
    variable,
    resource: resource as tf.ResourceVariable,
    scope: tf.variableScope("captured", (scope) => {
      tf.getVariable("shared", [1]);
      return scope;
    }),
    session,
    template,
  };
}

/** A function that looks at what is current. */
export interface Row {
  /** Calls it with things of the current graph. */
  readonly call: (things: Things) => unknown;
  /** Calls it with a thing of another graph; left out where it takes none. */
  readonly foreign?: (things: Things, other: Things) => unknown;
}

/** A scope in its three forms. */
export interface ScopeRow extends Row {
  readonly block: <R>(things: Things, body: () => R) => R;
  readonly open: (things: Things) => tf.OpenScope;
  /** Absent where the scope has no explicit form. */
  readonly make?: (things: Things) => tf.AmbientScope<unknown>;
}

const shared = (name: string): tf.BaseVariable => {
  tf.getVariableScope().reuseVariables();
  return tf.getVariable(name);
};
const named = { name: "made" };
const pass: tf.VariableCreator = (next, options) => next(options);

/** What is called and gives something. */
export const rows: Readonly<Record<string, Row>> = {
  "getVariable, new": {
    call: () => tf.getVariable("new", [1]),
    foreign: (_, { x }) => tf.getVariable("new", { initializer: () => x, shape: [] }),
  },
  "getVariable, from a tensor": {
    call: ({ x }) => tf.getVariable("new", { initializer: x }),
    foreign: (_, { x }) => tf.getVariable("new", { initializer: x }),
  },
  "getVariable, shared": { call: () => tf.newThread(() => shared("ref")) },
  "scope.getVariable": {
    call: ({ scope }) => scope.getVariable("new", [1]),
    foreign: ({ graph }, { scope }) => scope.getVariable("new", [1]).graph === graph,
  },
  "scope.getVariable, from a tensor": {
    call: ({ scope, x }) => scope.getVariable("new", { initializer: x }),
    foreign: ({ scope }, { x }) => scope.getVariable("new", { initializer: x }),
  },
  "scope.getVariable, shared": {
    call: ({ scope }) => {
      scope.reuseVariables();
      return scope.getVariable("shared");
    },
  },
  "scope.run": {
    call: ({ scope }) => scope.run(() => tf.constant(1, { name: "inside" })),
    foreign: ({ graph }, { scope }) => scope.run(() => tf.constant(1).graph === graph),
  },
  getLocalVariable: { call: () => tf.getLocalVariable("local", []) },
  "new Variable": {
    call: () => new tf.Variable([1], named),
    foreign: (_, { x }) => new tf.Variable(() => x, named),
  },
  getVariableScope: { call: () => tf.getVariableScope() },
  makeTemplate: { call: () => tf.makeTemplate("other", () => 0).templateName },
  "template call": {
    call: ({ template }) => template(),
    foreign: (_, { template }) => template(),
  },
  "op without inputs": { call: () => tf.constant(1, named) },
  "op with inputs": {
    call: ({ x }) => tf.add(x, 1, named),
    foreign: ({ x }, other) => tf.add(x, other.x, named),
  },
  "operator method": {
    call: ({ x }) => x.add(1),
    foreign: ({ x }, other) => x.add(other.x),
  },
  "variable as operand": {
    call: ({ variable }) => tf.add(variable, 1, named),
    foreign: ({ variable }, other) => tf.add(variable, other.variable, named),
  },
  convertToTensor: {
    call: () => tf.convertToTensor(1),
    foreign: (_, { x }) => tf.convertToTensor(x),
  },
  assign: {
    call: ({ variable }) => tf.assign(variable, [1, 2], named),
    foreign: ({ variable }, other) => tf.assign(variable, other.variable, named),
  },
  "variable.assign": {
    call: ({ resource }) => resource.assign(1, named),
    foreign: ({ resource }, other) => resource.assign(other.x, named),
  },
  cond: {
    call: ({ flag, x }) =>
      tf.cond(
        flag,
        () => x.add(1),
        () => x,
      ),
    foreign: ({ flag }, other) =>
      tf.cond(
        flag,
        () => other.x,
        () => other.x,
      ),
  },
  whileLoop: {
    call: () =>
      tf.whileLoop(
        (i) => i.less(3),
        (i) => i.add(1),
        [tf.constant(0)],
      ),
    foreign: (_, { x }) =>
      tf.whileLoop(
        (i) => i.less(3),
        (i) => i.add(x),
        [tf.constant(0)],
      ),
  },
  group: {
    call: ({ x }) => tf.group(x, named),
    foreign: ({ x }, other) => tf.group(x, other.x, named),
  },
  globalVariablesInitializer: { call: () => tf.globalVariablesInitializer() },
  variablesInitializer: {
    call: ({ variable }) => tf.variablesInitializer([variable]),
    foreign: ({ variable }, other) => tf.variablesInitializer([variable, other.variable]),
  },
  addToCollection: {
    call: ({ x }) => tf.addToCollection("mine", x),
    foreign: (_, { x }) => tf.addToCollection("mine", x),
  },
  getCollection: { call: () => tf.getCollection("mine").length },
  globalVariables: { call: () => tf.globalVariables().length },
  setRandomSeed: { call: () => tf.setRandomSeed(1) },
  getDefaultGraph: { call: ({ graph }) => tf.getDefaultGraph() === graph },
  resetDefaultGraph: { call: () => tf.resetDefaultGraph() },
  "graph.getTensorByName": {
    call: ({ graph }) => graph.getTensorByName("x:0"),
    foreign: ({ graph }, other) => graph.asGraphElement(other.x),
  },
  "new Session": { call: ({ graph }) => new tf.Session().graph === graph },
  "session.run": {
    call: ({ session, x }) => session.runSync(x).item(),
    foreign: ({ session }, { x }) => session.runSync(x),
  },
  "session.run, fed": {
    call: ({ session, x }) => session.runSync(x, [[x, 3]]).item(),
    foreign: ({ session, x }, other) => session.runSync(x, [[other.x, 3]]),
  },
  "session.makeCallable": {
    call: ({ session, x }) => session.makeCallable(x).runSync().item(),
    foreign: ({ session }, { x }) => session.makeCallable(x),
  },
  "tensor.eval, session given": {
    call: ({ session, x }) => x.evalSync({ session })?.item(),
    foreign: ({ session }, { x }) => x.evalSync({ session }),
  },
  "tensor.eval, default session": {
    call: ({ session, x }) => session.asDefault(() => x.evalSync()?.item()),
    foreign: ({ session }, { x }) => session.asDefault(() => x.evalSync()),
  },
  "tensor.eval, no session": { call: ({ x }) => x.evalSync() },
  "op.run, default session": {
    call: ({ session, x }) => session.asDefault(() => x.op.runSync()),
    foreign: ({ session }, { x }) => session.asDefault(() => x.op.runSync()),
  },
  "op.run, no session": { call: ({ x }) => x.op.runSync() },
  "variable.load": {
    call: ({ session, variable }) => variable.loadSync([1, 2], session),
    foreign: ({ session }, { variable }) => variable.loadSync([1, 2], session),
  },
  explainScope: {
    call: () => tf.explainScope().prefix,
    foreign: (_, { scope }) => tf.explainScope(scope).prefix,
  },
  explainVariable: {
    call: () => tf.explainVariable("ref").name,
    foreign: (_, { variable }) => tf.explainVariable(variable).name,
  },
  summarize: {
    call: () => tf.summarize().totals.variables,
    foreign: (_, { graph }) => tf.summarize(graph).totals.variables,
  },
  ties: { call: () => tf.ties().length, foreign: (_, { graph }) => tf.ties(graph).length },
  lint: { call: () => tf.lint().length, foreign: (_, { graph }) => tf.lint(graph).length },
};

const op = (): string => tf.constant(1, { name: "inside" }).name;

/** Scopes of every kind. `call` is the block with an op inside. */
export const scopeRows: Readonly<Record<string, ScopeRow>> = {
  variableScope: {
    call: () => tf.variableScope("opened", op),
    foreign: (_, { x }) => tf.variableScope("opened", { values: [x] }, () => tf.constant(1).graph === x.graph),
    block: (_, body) => tf.variableScope("opened", body),
    open: () => tf.openVariableScope("opened"),
    make: () => tf.makeVariableScope("opened"),
  },
  "variableScope, captured": {
    call: ({ scope }) => tf.variableScope(scope, op),
    foreign: ({ graph }, { scope }) => tf.variableScope(scope, () => tf.getVariable("new", [1]).graph === graph),
    block: ({ scope }, body) => tf.variableScope(scope, body),
    open: ({ scope }) => tf.openVariableScope(scope),
    make: ({ scope }) => tf.makeVariableScope(scope),
  },
  nameScope: {
    call: () => tf.nameScope("opened", op),
    foreign: ({ x }, other) => tf.nameScope("opened", { values: [x, other.x] }, op),
    block: (_, body) => tf.nameScope("opened", body),
    open: () => tf.openNameScope("opened"),
    make: () => tf.makeNameScope("opened"),
  },
  device: {
    call: () => tf.device("/cpu:0", op),
    block: (_, body) => tf.device("/cpu:0", body),
    open: () => tf.openDevice("/cpu:0"),
    make: () => tf.makeDeviceScope("/cpu:0"),
  },
  controlDependencies: {
    call: ({ x }) => tf.controlDependencies([x], op),
    foreign: (_, { x }) => tf.controlDependencies([x], op),
    block: ({ x }, body) => tf.controlDependencies([x], body),
    open: ({ x }) => tf.openControlDependencies([x]),
    make: ({ x }) => tf.makeControlDependencies([x]),
  },
  colocateWith: {
    call: ({ x }) => tf.colocateWith(x, op),
    foreign: (_, { x }) => tf.colocateWith(x, () => tf.constant(1).op.colocationGroups()),
    block: ({ x }, body) => tf.colocateWith(x, body),
    open: ({ x }) => tf.openColocation(x),
    make: ({ x }) => tf.makeColocation(x),
  },
  container: {
    call: () => tf.container("place", op),
    block: (_, body) => tf.container("place", body),
    open: () => tf.openContainer("place"),
    make: () => tf.makeContainer("place"),
  },
  initScope: {
    call: () => tf.initScope(op),
    block: (_, body) => tf.initScope(body),
    open: () => tf.openInitScope(),
    make: () => tf.makeInitScope(),
  },
  variableCreatorScope: {
    call: () => tf.variableCreatorScope(pass, op),
    block: (_, body) => tf.variableCreatorScope(pass, body),
    open: () => tf.openVariableCreatorScope(pass),
    make: () => tf.makeVariableCreatorScope(pass),
  },
  "graph.asDefault": {
    call: ({ graph }) => graph.asDefault(op),
    foreign: (_, { graph }) => graph.asDefault(() => tf.getDefaultGraph() === graph),
    block: ({ graph }, body) => graph.asDefault(body),
    open: ({ graph }) => graph.openAsDefault(),
  },
};
