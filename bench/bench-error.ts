/** What whoever runs the benchmark can mend: the message says what, where and how, and nothing else is shown. */
export class BenchError extends Error {}
