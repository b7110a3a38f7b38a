/** Events until the server has confirmed them: sent in batches, resent after a pause, kept in storage over the page's end. */

import { emit } from "./emitter";
import { newId } from "./newId";
import { post, postLeaving, waitMs } from "./send";
import { keys, read, write } from "./store";
import type { Message } from "./types";

/** 65,536 bytes is what browsers let leave with a closing page; the envelope and the proofs of identity need some. */
const BATCH_BYTES = 58_000;
const KEPT_EVENTS = 50;
/** 100 KB: storage counts two bytes for a character. */
const KEPT_CHARS = 50_000;
/** A tab that stays open while the server is down must not grow without end. */
const MEMORY_EVENTS = 1_000;
const PREFIX = "omni.q.";

/** Each page has an entry of its own: two tabs never write over each other. What both send is the same by its messageId. */
const own = PREFIX + newId();

let waiting: Message[] = [];
let failures = 0;
let busy = 0;
let saved: unknown;
/** 0: none is running. */
let timer: ReturnType<typeof setTimeout> | 0 = 0;
let url: string | undefined;
let seal: (events: Message[]) => string;

/** `envelope` makes the body of a batch. Events of earlier pages that had no answer are taken over. */
export function openQueue(batchUrl: string, envelope: (events: Message[]) => string): void {
  url = batchUrl;
  seal = envelope;
  for (const key of keys(PREFIX)) {
    waiting = ([] as Message[]).concat(read<Message[]>(key) || [], waiting);
    save();
    write(key);
  }
  schedule();
}

export function add(event: Message): void {
  waiting = [...waiting.slice(-MEMORY_EVENTS), event];
  schedule();
}

/** Consent was refused: what waited for it goes. */
export const discard = () => void (waiting = []);

/** `hold(1)` keeps batches back until `hold(-1)`, while a decision carries the events. */
export function hold(by: 1 | -1): void {
  busy += by;
  schedule();
}

export const unsent = () => (url ? fitting(waiting, BATCH_BYTES) : []);

/** Returns the oldest events that fit into `bytes` of UTF-8 as JSON; at least one, if there is one. */
export function fitting(events: Message[], bytes: number): Message[] {
  return events.filter((event, index) => (bytes -= new Blob([JSON.stringify(event)]).size + 1) >= 0 || !index);
}

/**
 * Returns the pause after the nth failure in milliseconds: doubling from 1 s to 5 min, then by chance half to one and a half
 * of it, since all browsers coming back at once would fell a server again.
 */
export const pauseMs = (failed: number, random: number) => Math.min(300_000, 500 * 2 ** failed) * (0.5 + random);

export function confirm(events: Message[]): void {
  waiting = waiting.filter((event) => !events.includes(event));
  failures = 0;
  clearTimeout(timer);
  timer = 0;
  if (saved) save();
}

function schedule(delayMs = 20): void {
  if (!busy && url && waiting[0])
    timer ||= setTimeout(() => {
      timer = 0;
      flush();
    }, delayMs);
}

async function flush(): Promise<void> {
  if (busy) return;
  const events = unsent();
  hold(1);
  const [status, json] = await post(url!, seal(events));
  let delayMs;
  // A refusal other than 429 would be repeated for ever.
  if (json || (status > 200 && status != 429 && status < 500)) {
    confirm(events);
    if (!json || json.rejected?.[0]) emit("error", json || status);
  } else {
    save();
    delayMs = Math.max(waitMs(), pauseMs(++failures, Math.random()));
  }
  busy--;
  schedule(delayMs);
}

function save(): void {
  const kept = waiting.slice(-KEPT_EVENTS);
  while (JSON.stringify(kept).length > KEPT_CHARS) kept.shift();
  write(own, (saved = kept[0] && kept));
}

/**
 * The page goes away, or the visitor to another app from which it may never come back. A beacon's fate is unknown, so the
 * events stay in storage: the next page sends them again, and the server knows a messageId it has seen.
 */
export function leaving(): void {
  if (!unsent()[0]) return;
  save();
  postLeaving(url!, seal(unsent()));
  schedule(2_000);
}
