/** Calls `fire` once, when what the decision's trigger names has happened; at once without a trigger. */

import type { Host, Trigger } from "../types";

const SIGNS_OF_LIFE = ["pointermove", "pointerdown", "keydown", "scroll"];

export function onTrigger({ after, idle, scroll, exit, event }: Trigger = {}, host: Host, signal: AbortSignal, fire: () => void): void {
  const stop = new AbortController();
  const go = host.safely(() => {
    if (signal.aborted || stop.signal.aborted) return;
    stop.abort();
    fire();
  });
  const listen = (type: string, listener: (event: any) => void) =>
    document.addEventListener(type, listener, { signal: stop.signal, passive: true });

  const seconds = after || idle;
  if (seconds) {
    let timer: ReturnType<typeof setTimeout>;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(go, seconds * 1000);
    };
    wait();
    if (idle) for (const sign of SIGNS_OF_LIFE) listen(sign, wait);
  } else if (scroll) {
    // The share of the page that has been in view, so a page shorter than the window is read already.
    const measure = () => (scrollY + innerHeight) / document.documentElement.scrollHeight >= scroll && go();
    listen("scroll", measure);
    measure();
  } else if (exit) listen("mouseout", (left: MouseEvent) => !left.relatedTarget && left.clientY <= 0 && go());
  else if (event) host.on("event", ((name: string) => name == event && go()) as never);
  else go();
}
