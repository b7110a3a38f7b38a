import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";

const { messageOf } = await load("message.ts");
const { campaignOf } = await load("context.ts");
const clean = (value) => JSON.parse(JSON.stringify(value));

for (const [method, args, expected] of [
  ["track", ["Đã xem", { a: 1 }], { type: "track", event: "Đã xem", properties: { a: 1 } }],
  ["track", [], { type: "track" }],
  ["page", [], { type: "page" }],
  ["page", ["Trang chủ", { a: 1 }], { type: "page", name: "Trang chủ", properties: { a: 1 } }],
  ["page", [{ a: 1 }], { type: "page", properties: { a: 1 } }],
  ["identify", ["u1", { city: "Huế" }], { type: "identify", traits: { city: "Huế" } }],
  ["identify", [{ city: "Huế" }], { type: "identify", traits: { city: "Huế" } }],
  ["group", ["g1", { plan: "x" }], { type: "group", groupId: "g1", traits: { plan: "x" } }],
  ["consent", [{ marketing: true }], { type: "track", event: "Consent Changed", properties: { purposes: { marketing: true } } }],
])
  test(`${method}(${JSON.stringify(args).slice(1, -1)})`, () => assert.deepEqual(clean(messageOf[method](args)), expected));

test("utm parameters are the Segment spec's campaign", () => {
  const query = new URLSearchParams("utm_source=zalo&utm_medium=cpc&utm_campaign=t%E1%BA%BFt&utm_=x&gclid=1");
  assert.deepEqual(campaignOf(query), { source: "zalo", medium: "cpc", name: "tết" });
  assert.equal(campaignOf(new URLSearchParams("a=1")), undefined);
});
