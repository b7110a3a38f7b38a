import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";

const { readConfig } = await load("config.ts");
const read = (src, attributes = {}) => readConfig(src, (name) => attributes[name] ?? null, "en-GB");

test("the API is the script's own folder", () => {
  assert.equal(read("https://x/omni/omni.js?key=wk_1").api, "https://x/omni/");
  assert.equal(read("https://x/omni.js").api, "https://x/");
});

test("another API may be named, with or without a slash at its end, relative or not", () => {
  for (const api of ["https://y/o", "https://y/o/"]) assert.equal(read("https://x/omni.js", { "data-api": api }).api, "https://y/o/");
  assert.equal(read("https://x/a/omni.js?api=/b").api, "https://x/b/");
  assert.equal(read("https://x/a/omni.js?api=https://y").api, "https://y/");
});

test("without options: the browser's language, a page view by itself, the placement popup, the global omni", () => {
  const { api, ...rest } = read("https://x/omni.js");
  assert.deepEqual(rest, { key: null, locale: "en-GB", pending: false, autoPage: true, name: "omni", placements: ["popup"] });
});

test("an attribute goes before the query", () => {
  assert.equal(read("https://x/omni.js?key=a&locale=th", { "data-key": "b" }).key, "b");
  assert.equal(read("https://x/omni.js?key=a&locale=th", { "data-key": "b" }).locale, "th");
});

test("placements are a list; an empty one asks for none", () => {
  assert.deepEqual(read("https://x/omni.js?placements=a,%20b").placements, ["a", "b"]);
  assert.deepEqual(read("https://x/omni.js", { "data-placements": "" }).placements, []);
});

test("consent=pending and auto-page=false", () => {
  assert.equal(read("https://x/omni.js?consent=pending").pending, true);
  assert.equal(read("https://x/omni.js?auto-page=false").autoPage, false);
});
