/** omni.js: takes over the calls that the stub has queued, offers the same methods, and asks once per page view what to show. */

import { readConfig } from "./config";
import { emit, off, on } from "./emitter";
import { endCheckout, inCheckout } from "./guard";
import { messageOf } from "./message";
import { place } from "./placements";
import { discard, hold, leaving } from "./queue";
import { safely } from "./safely";
import { loadUi } from "./send";
import { ask, closed, openDoors, openSession, put } from "./session";
import type { Call, Host } from "./types";
import { anonymousId, forgetVisitor, setUser } from "./visitor";

type Omni = Record<string, unknown> & { q?: Call[] };

safely(() => {
  const script = document.currentScript as HTMLScriptElement;
  // The language that is being read here goes before the one the browser was set up in.
  const language = document.documentElement.lang || navigator.language;
  const config = readConfig(script.src, (name) => script.getAttribute(name), language);
  const globals = window as unknown as Record<string, Omni>;
  // An element whose id is "omni" can be reached by the same global name: only what has a queue is the stub.
  const omni = globals[config.name]?.q ? globals[config.name]! : (globals[config.name] = {});
  if (omni.version) return;
  const queue = (omni.q ||= []);

  let started = false;
  let ready = false;

  const host: Host = {
    locale: config.locale,
    track: (event, properties) => put({ type: "track", event, properties }),
    emit,
    on,
    inCheckout,
    safely,
  };
  const placeAll = (decide = ask) =>
    place(config.placements, decide, () => loadUi(config.api), host).catch((fault) => emit("error", fault));

  const event = (call: Call) => put(messageOf[call[0]]!(call[1]), call);
  const methods: Record<string, (call: Call) => unknown> = {
    track: event,
    group: event,
    page(call) {
      event(call);
      if (ready) placeAll();
    },
    identify(call) {
      const [id, , options] = call[1] as any;
      if (id && id !== Object(id)) setUser(id + "", options?.token);
      event(call);
    },
    consent(call) {
      if (closed && !Object.values(call[1][0]!).includes(true)) return discard();
      event(call);
      if (closed) openDoors();
    },
    reset() {
      forgetVisitor();
      endCheckout();
      // What was drawn for the person before goes; the next page view asks anew.
      placeAll(async () => []);
    },
    decide: ([, args]: any) => ask([].concat(args[0] || [])),
    on: ([, args]: any) => on(args[0], args[1]),
    off: ([, args]: any) => off(args[0], args[1]),
    ready: () => Promise.resolve(true),
    anonymousId,
  };

  const run = (call: Call) => {
    const result = safely(methods[call[0]]!)(call);
    call[5]?.(result);
    return result;
  };

  const start = safely(() => {
    if (started) return;
    started = true;
    hold(1);
    openSession(config);
    // The view's time is that of the first call on it, which it must not come after.
    const view = [, , queue[0]?.[2]] as Partial<Call>;
    let viewed = !config.autoPage;
    for (let call; (call = queue.shift()); run(call)) viewed ||= call[0] == "page";
    queue.push = (call) => run(call) as number;
    if (!viewed) put({ type: "page", properties: {} }, view);
    const begin = () => {
      ready = true;
      placeAll();
      hold(-1);
    };
    if (document.readyState == "loading") addEventListener("DOMContentLoaded", begin);
    else begin();
  });

  for (const method in methods)
    omni[method] = safely((...args: unknown[]) => {
      start();
      // What the page does to its object after the call is not part of the event.
      if (!/^o/.test(method)) args = JSON.parse(JSON.stringify(args));
      return run([method, args, Date.now(), location.href, document.title]);
    });
  omni.version = OMNI_VERSION;

  const leave = safely(() => {
    start();
    leaving();
  });
  // Never `unload`: a page with such a listener is not kept for the way back. Coming back into view sends once more, harmlessly.
  addEventListener("pagehide", leave);
  addEventListener("visibilitychange", leave);
  // Evaluation ends here: cookies, storage and the network wait for a task of their own.
  setTimeout(start);
})();
