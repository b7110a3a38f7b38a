/** The spots of this page: found, asked for in one request, and handed to the drawing chunk. */

import type { Decision, Host, Ui } from "./types";

const ATTRIBUTE = "data-omni-placement";

let turn = 0;
let ui: Ui | undefined;

/** One page view's decisions. `names` are wanted without an element. A later page view overtakes an answer under way. */
export async function place(
  names: string[],
  ask: (placements: string[]) => Promise<Decision[]>,
  load: () => Promise<Ui>,
  host: Host,
): Promise<void> {
  const mine = ++turn;
  const slots = [...document.querySelectorAll<HTMLElement>(`[${ATTRIBUTE}]`)];
  const nameOf = (slot: HTMLElement) => slot.getAttribute(ATTRIBUTE)!;
  const wanted = [...new Set([...slots.map(nameOf).filter(Boolean), ...names])];
  const decisions = wanted[0] ? await ask(wanted) : [];
  const won = decisions.filter(({ campaign, content }) => campaign && content);
  if (won[0]) await load().then((loaded) => (ui = loaded));
  if (mine == turn) ui?.show(won, (name) => slots.filter((slot) => nameOf(slot) == name), host);
}
