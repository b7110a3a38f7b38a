/** The time left until `ends_at`, each second. */

import { element } from "./element";
import { wordsOf } from "./words";

const DAY_MS = 86_400_000;

/** Returns "Ends in 2 days 03:04:05", in the language of our words for `locale`. */
export function timeLeft(leftMs: number, locale: string): string {
  const days = Math.floor(leftMs / DAY_MS);
  const unit = { style: "unit", unit: "day", unitDisplay: "long" };
  const clock = new Date(leftMs % DAY_MS).toISOString().slice(11, 19);
  const [, , , left, language] = wordsOf(locale);
  return `${left} ${days ? days.toLocaleString(language, unit as Intl.NumberFormatOptions) + " " : ""}${clock}`;
}

/** `over` is called when nothing is left: the offer is no longer live. */
export function countdown(endsAt: number, locale: string, over: () => void): HTMLElement {
  const clock = element("div", "countdown");
  // A screen reader does not tell each second: the role is silent by itself.
  clock.role = "timer";
  const tick = () => {
    const leftMs = endsAt - Date.now();
    if (leftMs < 0) return over();
    clock.textContent = timeLeft(leftMs, locale);
    // Until the drawing that it stands in is gone.
    setTimeout(() => clock.isConnected && tick(), 1000);
  };
  tick();
  return clock;
}
