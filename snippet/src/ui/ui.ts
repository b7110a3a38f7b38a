/** omni-ui.js: draws what was decided. Loaded when the first decision has won. */

import type { Decision, Host } from "../types";
import { banner } from "./banner";
import { drawingOf } from "./drawing";
import { onTrigger } from "./onTrigger";
import { popup } from "./popup";

let scope = new AbortController();

/** Draws these decisions in place of what was drawn before; a slot without one shows its own children again. */
export function show(decisions: Decision[], slotsOf: (placement: string) => HTMLElement[], host: Host): void {
  scope.abort();
  scope = new AbortController();
  for (const decision of decisions) {
    const drawing = drawingOf(decision, host, scope.signal);
    if (decision.kind == "popup") onTrigger(decision.trigger, host, scope.signal, () => popup(drawing));
    if (decision.kind == "banner") for (const slot of slotsOf(decision.placement)) host.safely(banner)(slot, drawing);
  }
}
