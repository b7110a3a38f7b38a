import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";

const { fitting, pauseMs } = await load("queue.ts");
const event = (text) => ({ text });

test("bytes are counted as UTF-8, not as characters", () => {
  const events = [event("ộ".repeat(10)), event("ộ".repeat(10)), event("ộ".repeat(10))];
  const bytes = Buffer.byteLength(JSON.stringify(events[0])) + 1;
  assert.equal(fitting(events, 2 * bytes).length, 2);
  assert.equal(fitting(events, 2 * bytes - 1).length, 1);
});

test("the oldest go first and none is jumped over", () => {
  const events = [event("a"), event("b".repeat(100)), event("c")];
  assert.deepEqual(fitting(events, 60), [events[0]]);
});

test("one event that is too large for all batches still goes, alone", () => {
  const events = [event("a".repeat(1000)), event("b")];
  assert.deepEqual(fitting(events, 10), [events[0]]);
  assert.deepEqual(fitting([], 10), []);
});

test("the pause doubles from one second to five minutes, half of it to one and a half by chance", () => {
  assert.deepEqual([1, 2, 3].map((failed) => pauseMs(failed, 0.5)), [1000, 2000, 4000]);
  assert.equal(pauseMs(1, 0), 500);
  assert.equal(pauseMs(40, 0.5), 300_000);
  assert.ok(pauseMs(40, 0.999) < 450_000);
});
