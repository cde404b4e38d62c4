import { describe, expect, it } from "vitest";
import { NotFoundError, UnsupportedFeatureError } from "../../base/errors.ts";
import { memoryFiles, memorySink, openFile, openFileIfAny, sourceOfBlob } from "./byte-source.ts";
import { finish, finishSync, ready, type Stepwise, settled } from "./stepwise.ts";

function* sum(parts: readonly (number | Promise<number>)[]): Stepwise<number> {
  let total = 0;
  for (const part of parts) {
    if (typeof part === "number") total += part;
    else
      yield part.then((value) => {
        total += value;
      });
  }
  return total;
}

describe("stepwise work", () => {
  it("is done at once when nothing has to be waited for", () => {
    expect(finishSync(sum([1, 2]))).toBe(3);
    expect(finishSync(ready("a"))).toBe("a");
    expect(finishSync(settled(undefined))).toBeUndefined();
  });

  it("waits where it must", async () => {
    expect(await finish(sum([1, Promise.resolve(2), 3, Promise.resolve(4)]))).toBe(10);
  });

  it("that must wait cannot be done at once, and is ended", () => {
    let isEnded = false;
    function* work(): Stepwise<void> {
      try {
        yield Promise.reject(new Error("later"));
      } finally {
        isEnded = true;
      }
    }
    expect(() => finishSync(work())).toThrow(UnsupportedFeatureError);
    expect(isEnded).toBe(true);
  });

  it("may catch the failure of what it waits for", async () => {
    function* work(): Stepwise<string> {
      try {
        yield Promise.reject(new Error("no"));
      } catch (error) {
        return (error as Error).message;
      }
      return "yes";
    }
    expect(await finish(work())).toBe("no");
    await expect(finish(sum([Promise.reject(new Error("lost"))]))).rejects.toThrow("lost");
  });
});

describe("files in memory", () => {
  const files = memoryFiles({ a: Uint8Array.of(1, 2, 3), b: new Blob([Uint8Array.of(4, 5, 6)]) });

  it("are found by their names", async () => {
    const into = new Uint8Array(2);
    finishSync(openFile(files, "a")).read(1, into);
    expect([...into]).toEqual([2, 3]);
    await finishSync(openFile(files, "b")).read(0, into);
    expect([...into]).toEqual([4, 5]);
    expect(() => finishSync(openFile(files, "toString"))).toThrow(NotFoundError);
    expect(finishSync(openFileIfAny(files, "c"))).toBeUndefined();
    expect(sourceOfBlob("b", new Blob([Uint8Array.of(1)])).byteLength).toBe(1);
  });

  it("may be found later", async () => {
    const later = { open: async (name: string) => files.open(name) };
    expect((await finish(openFile(later, "a"))).byteLength).toBe(3);
    expect(await finish(openFileIfAny(later, "c"))).toBeUndefined();
    expect(() => finishSync(openFile(later, "a"))).toThrow(UnsupportedFeatureError);
  });

  it("grow as they are written", () => {
    const sink = memorySink();
    for (let i = 0; i < 100; i++) sink.write(new Uint8Array(1000).fill(i));
    expect(sink.bytes().length).toBe(100_000);
    expect(sink.bytes()[55_500]).toBe(55);
  });
});
