/** The network. No other file touches it. */

import type { Ui } from "./types";

/**
 * The HTTP status, and the JSON of a 200. No answer that can be read (offline, blocked, a portal's page instead of ours) is 0,
 * one that came too late -1.
 */
export type Answer = [status: number, json?: any];

/** A server that says Retry-After is left alone until then, by events and decisions alike. */
let notBefore = 0;

export const waitMs = () => notBefore - Date.now();

/**
 * Posts `body` as text/plain, which needs no preflight, and resolves with the answer. Never rejects.
 * Without `timeoutMs` it waits as long as the browser does.
 */
export async function post(url: string, body: string, timeoutMs?: number): Promise<Answer> {
  const stop = new AbortController();
  try {
    if (waitMs() > 0) throw 0;
    if (timeoutMs) setTimeout(() => stop.abort(), timeoutMs);
    const response = await fetch(url, { method: "POST", body, signal: stop.signal });
    const { status, headers } = response;
    notBefore = Date.now() + +headers.get("retry-after")! * 1000 || 0;
    return [status, status == 200 && (await response.json())];
  } catch {
    return [-stop.signal.aborted];
  }
}

/** Sends while the page goes away; whether it arrived is never known. */
export const postLeaving = (url: string, body: string) => navigator.sendBeacon(url, body);

export const loadUi = (api: string): Promise<Ui> => import(api + OMNI_UI);
