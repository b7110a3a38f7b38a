/** One decision being drawn: what its parts share. */

import type { Data, Decision, Host } from "../types";

export interface Drawing {
  decision: Decision;
  host: Host;
  /** Aborted when the drawing goes: the next page view, another person. */
  signal: AbortSignal;
  /** "Viewed" (once, in however many slots it stands), "Clicked" or "Dismissed": the Promotion event, and `omni.on('viewed' …)`. */
  report(what: string, more?: Data): void;
}

export function drawingOf(decision: Decision, host: Host, signal: AbortSignal): Drawing {
  let viewed = 0;
  return {
    decision,
    host,
    signal,
    report(what, more) {
      if (what == "Viewed" && viewed++) return;
      host.track("Promotion " + what, {
        promotion_id: decision.campaign,
        creative: decision.variant,
        position: decision.placement,
        decision_id: decision.id,
        ...more,
      });
      host.emit(what.toLowerCase(), decision);
    },
  };
}
