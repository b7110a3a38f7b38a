/** A call of the page becomes a message of the Segment spec. What is left out stays out: the server refuses an event without a name, and says so. */

import type { Data } from "./types";

type Body = Data & { type: string };

/** `identify("u1", {…})` or `identify({…})`, `page("Home", {…})` or `page({…})`. */
const named = (first: unknown) => first !== Object(first);

export const messageOf: Record<string, (args: ArrayLike<any>) => Body> = {
  track: ({ 0: event, 1: properties }) => ({ type: "track", event, properties }),
  page: ({ 0: first, 1: second }) =>
    named(first) ? { type: "page", name: first, properties: second } : { type: "page", properties: first },
  identify: ({ 0: first, 1: second }) => ({ type: "identify", traits: named(first) ? second : first }),
  group: ({ 0: groupId, 1: traits }) => ({ type: "group", groupId, traits }),
  consent: ({ 0: purposes }) => ({ type: "track", event: "Consent Changed", properties: { purposes } }),
};
