/** Shapes and variable scopes in the words of messages and reports. TensorFlow's own spellings of them are elsewhere. */
import type { TensorShape } from "../tensor/shape.ts";
import { AUTO_REUSE, type Reuse } from "./reuse.ts";
import type { ScopeOrigin, ScopeProperty, VariableScope } from "./scope-value.ts";

/** A shape as programs write it: `[5, 5, null, 32]`; `null` for an unknown rank. */
export function shapeText(shape: TensorShape): string {
  return shape.dims === null ? "null" : `[${shape.dims.map(String).join(", ")}]`;
}

/** `'tower/conv'`, or `root`. */
export function scopeLabel(name: string): string {
  return name === "" ? "root" : `'${name}'`;
}

/** The values of `reuse` as programs write them. */
export function reuseText(reuse: Reuse): string {
  return reuse === AUTO_REUSE ? "AUTO_REUSE" : String(reuse);
}

const setters: Readonly<Record<ScopeProperty, string>> = {
  initializer: "setInitializer",
  regularizer: "setRegularizer",
  cachingDevice: "setCachingDevice",
  partitioner: "setPartitioner",
  customGetter: "setCustomGetter",
  dtype: "setDtype",
  useResource: "setUseResource",
  reuse: "reuseVariables",
  constraint: "constraint",
};

/** Who set a property, and where: `set by reuseVariables() at …`. */
export function originText(property: ScopeProperty, origin: ScopeOrigin, scope: VariableScope): string {
  const value = property === "reuse" ? reuseText(scope.reuse) : "…";
  const how = origin.how === "call" ? `${setters[property]}()` : `{ ${property}: ${value} }`;
  return `set ${origin.scope === scope.name ? "" : `on ${scopeLabel(origin.scope)} `}by ${how} at ${origin.site}`;
}

/** One line for each scope: name, reuse, who set it, where the scope was opened. */
export function scopeLines(scopes: readonly VariableScope[]): string[] {
  const labels = scopes.map((scope) => scopeLabel(scope.name));
  const width = Math.max(...labels.map((label) => label.length));
  return scopes.map((scope, i) => {
    const origin = scope.originOf("reuse");
    const facts = [`reuse ${reuseText(scope.reuse)}`];
    if (origin?.scope === scope.name) facts.push(originText("reuse", origin, scope));
    else if (origin) facts.push(`from ${scopeLabel(origin.scope)}`);
    if (scope.around !== null && (origin?.scope !== scope.name || origin.how === "call"))
      facts.push(`opened at ${scope.site}`);
    return `${(labels[i] as string).padEnd(width)}  ${facts.join(", ")}`;
  });
}
