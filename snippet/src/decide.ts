/** Asks the server what to show, and takes silence, noise or a late answer for "nothing". */

import { emit } from "./emitter";
import { confirm, hold, unsent } from "./queue";
import { post } from "./send";
import type { Data, Decision, Message } from "./types";

/** Later than this an offer would change a page that the visitor already reads. */
const TIMEOUT_MS = 1_500;

/**
 * Returns one decision per placement, in the order asked. Never rejects.
 * The request carries the unsent events, so that the decision is true to them; meanwhile no batch starts.
 */
export async function decide(url: string, placements: string[], body: (events: Message[]) => Data): Promise<Decision[]> {
  const events = unsent();
  hold(1);
  const [status, json] = await post(url, JSON.stringify({ ...body(events), placements }), TIMEOUT_MS);
  const answers: (Decision | null)[] = Array.isArray(json?.decisions) ? json.decisions : [];
  if (answers[0]) confirm(events);
  hold(-1);
  const reason = status < 0 ? "TIMEOUT" : "SERVER_UNAVAILABLE";
  const decisions = placements.map(
    (placement) =>
      answers.find((answer) => answer?.placement == placement) || { placement, campaign: null, reason },
  );
  emit("decided", decisions);
  return decisions;
}
