/** The door `namesake/async-context`: scopes that survive an `await`, in Node. */
export { runAsFlow, useAsyncLocalStorage } from "./async-local-storage.ts";
