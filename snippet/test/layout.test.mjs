import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

const root = new URL("../src/", import.meta.url);
const sources = readdirSync(root, { recursive: true }).filter((name) => name.endsWith(".ts"));
const text = (name) => readFileSync(new URL(name, root), "utf8").replace(/\/\*[^]*?\*\/|\/\/.*/g, "");

test("only send.ts touches the network", () => {
  const found = sources.filter((name) => /\b(fetch|sendBeacon|XMLHttpRequest|WebSocket|EventSource|import)\s*\(/.test(text(name)));
  assert.deepEqual(found, ["send.ts"]);
});

test("the two bundles share types and nothing else", () => {
  for (const name of sources.filter((name) => name.startsWith("ui/")))
    for (const [line] of text(name).matchAll(/import .* from "\.\.\/.*"/g)) assert.match(line, /^import type /, name);
  for (const name of sources.filter((name) => !name.startsWith("ui/"))) assert.doesNotMatch(text(name), /from "\.\/ui\//, name);
});

test("no markup is made of text, and nothing that strict CSP forbids is used", () => {
  for (const name of sources)
    assert.doesNotMatch(text(name), /innerHTML|outerHTML|insertAdjacentHTML|DOMParser|document\.write|eval\(|new Function|"style"|onbeforeunload|"(before)?unload"/, name);
});
