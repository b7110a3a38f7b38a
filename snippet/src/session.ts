/** What ties the parts together for one page: the options, whether consent has opened the doors, and how a body is made. */

import type { Config } from "./config";
import { contextOf } from "./context";
import { decide } from "./decide";
import { emit } from "./emitter";
import { noteEvent } from "./guard";
import { newId } from "./newId";
import { add, openQueue } from "./queue";
import { allowStorage, read, write } from "./store";
import type { Call, Data, Decision, Message } from "./types";
import { anonymousId, identityToken, rememberVisitor, userId } from "./visitor";

const CONSENT = "omni.consent";

let config: Config;
/** Before consent ids and events stay in memory, and the server is asked without them. */
export let closed: boolean;

export function openSession(options: Config): void {
  config = options;
  closed = config.pending && !read(CONSENT);
  allowStorage(!closed);
  if (closed) return;
  rememberVisitor();
  openQueue(config.api + "v1/batch", (events) => JSON.stringify(envelope({ batch: proven(events) })));
}

/** Consent was given: what memory holds is written down and sent, with its own times. */
export function openDoors(): void {
  write(CONSENT, 1);
  openSession(config);
}

type Ids = Pick<Message, "anonymousId" | "userId">;
const ids = (): Ids => ({ anonymousId: anonymousId(), userId: userId() });
const envelope = (body: Data): Data => ({ writeKey: config.key, sentAt: new Date().toISOString(), ...body });
/** The proof joins an event when it leaves, so that it is never in storage with it. */
const proven = <T extends Ids>(events: T[]): T[] =>
  events.map((event) => ({ ...event, identityToken: event.userId == userId() ? identityToken() : undefined }));

/** Queues what a call said as an event, with the time and page of that call; without a call, of now. */
export function put(
  body: Data & { type: string },
  call: Partial<Call> = [],
): void {
  const name = (body.event || body.type) as string;
  const at = call[2] || Date.now();
  noteEvent(name, at);
  add({
    ...body,
    messageId: newId(),
    ...ids(),
    timestamp: new Date(at).toISOString(),
    context: contextOf(config.locale, call),
  });
  emit("event", name);
}

export const ask = (placements: string[]): Promise<Decision[]> =>
  decide(config.api + "v1/decide", placements, (events) =>
    envelope({
      ...(closed ? {} : proven([ids()])[0]),
      context: contextOf(config.locale),
      events: proven(events),
    }),
  );
