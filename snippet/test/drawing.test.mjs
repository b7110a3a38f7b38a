import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";

const { isGuardedPath } = await load("ui/guardedPath.ts");
const { timeLeft } = await load("ui/countdown.ts");
const { wordsOf } = await load("ui/words.ts");

const NAMES = ["cart", "basket", "checkout", "checkouts", "gio-hang", "thanh-toan", "dat-hang", "ตะกร้า", "ตะกร้าสินค้า", "ชำระเงิน"];

for (const name of NAMES)
  test(`/${name} is guarded, below it and behind a language too`, () => {
    for (const path of [`/${name}`, `/${name}/`, `/${name}/a/b`, `/vi/${name}`, `/en-us/${name}/x`, `/EN_US/${name.toUpperCase()}`]) {
      assert.equal(isGuardedPath(path), true, path);
      assert.equal(isGuardedPath(encodeURI(path)), true, encodeURI(path));
      assert.equal(isGuardedPath(path.normalize("NFD")), true, "decomposed " + path);
    }
  });

test("a path that only looks like it is not", () => {
  for (const path of ["/", "/cartoon", "/my-cart", "/blog/cart", "/vi/en/cart", "/checkout-guide", "/ตะกร้าหวาย"])
    assert.equal(isGuardedPath(path), false, path);
});

test("the countdown speaks Vietnamese, Thai and English, never two languages at once", () => {
  const left = ((2 * 24 + 3) * 3600 + 4 * 60 + 5) * 1000 + 999;
  assert.equal(timeLeft(left, "vi-VN"), "Còn 2 ngày 03:04:05");
  assert.equal(timeLeft(left, "th"), "เหลือเวลา 2 วัน 03:04:05");
  assert.equal(timeLeft(left, "en-GB"), "Ends in 2 days 03:04:05");
  assert.equal(timeLeft(left, "fr"), "Ends in 2 days 03:04:05");
  assert.equal(timeLeft(86_400_000, "en"), "Ends in 1 day 00:00:00");
  assert.equal(timeLeft(999, "vi"), "Còn 00:00:00");
});

test("each language has each word", () => {
  for (const locale of ["en", "vi", "th"]) {
    assert.equal(wordsOf(locale).length, 5);
    assert.ok(wordsOf(locale).every(Boolean));
  }
  assert.deepEqual(wordsOf("vi-VN"), wordsOf("vi"));
  assert.deepEqual(wordsOf("ja"), wordsOf("en"));
});
