/**
 * A banner in its slot. The slot gets a shadow root, so its children stay where they are in the document (a framework that
 * owns them notices nothing) and come back when the banner goes.
 */

import { contentOf } from "./contentOf";
import type { Drawing } from "./drawing";
import { element } from "./element";
import { sheet } from "./sheet";
import { whenViewed } from "./whenViewed";

const ours = new WeakMap<HTMLElement, ShadowRoot>();

export function banner(slot: HTMLElement, drawing: Drawing): void {
  const { decision, signal, report } = drawing;
  const height = () => slot.getBoundingClientRect().height;
  const before = height();
  // Throws, and so draws nothing, where the slot cannot have one or is a component of the page with its own.
  const root = ours.get(slot) || slot.attachShadow({ mode: "open" });
  ours.set(slot, root);

  const restore = () => root.replaceChildren(document.createElement("slot"));
  const box = element("div", "omni banner", element("div", "row", ...contentOf(drawing, restore)));
  root.adoptedStyleSheets = [sheet];
  root.replaceChildren(box);

  // The page must not move: a slot that had a height keeps it at least, one without gets the shape of the placement.
  const lost = before - height();
  const size = decision.size || (!box.querySelector(".text") && [16, 9]);
  if (lost > 0) box.style.minHeight = box.offsetHeight + lost + "px";
  else if (!before && size) box.style.setProperty("--ratio", size.join("/"));

  signal.addEventListener("abort", restore);
  whenViewed(box, signal, () => report("Viewed"));
}
