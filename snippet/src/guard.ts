/** Nothing covers the checkout, whatever the server says. This half knows it by the events of this browser; the path is the drawing chunk's. */

import { read, write } from "./store";

const BEGINS = /^(Checkout S|Payment Info)/;
const CONTINUES = /^(page$|Cart |Product (Add|Remov)ed$)/;
const IDLE_MS = 1_800_000;
const STATE = "omni.checkout";

/** Begun and neither done nor left alone for 30 minutes? Also true when it began in another tab. `now` in milliseconds. */
export const inCheckout = (now: number) => now - (read<number>(STATE) || 0) < IDLE_MS;

/** Each event that is tracked in this browser, by its name; a page view as "page". `now` in milliseconds. */
export function noteEvent(name: string, now: number): void {
  if (BEGINS.test(name) || (CONTINUES.test(name) && inCheckout(now))) write(STATE, now);
  if (name == "Order Completed") endCheckout();
}

export const endCheckout = () => write(STATE);
