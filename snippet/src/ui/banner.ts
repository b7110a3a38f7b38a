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
  let root: ShadowRoot;
  const restore = () => root.replaceChildren(document.createElement("slot"));
  const box = element("div", "omni banner", element("div", "row", ...contentOf(drawing, restore)));
  const heightOf = (part: Element) => part.getBoundingClientRect().height;
  const before = heightOf(slot);
  // Throws, and so draws nothing, where the slot cannot have one or is a component of the page with its own.
  root = ours.get(slot) || slot.attachShadow({ mode: "open" });
  ours.set(slot, root);
  root.adoptedStyleSheets = [sheet];
  root.replaceChildren(box);

  // The page must not move: a slot that had a height keeps it at least, one without gets the shape of the placement.
  const lost = before - heightOf(slot);
  const size = decision.size || (!box.querySelector(".text") && [16, 9]);
  if (lost > 0) box.style.minHeight = lost + heightOf(box) + "px";
  else if (!before && size) box.style.setProperty("--ratio", size.join("/"));

  signal.addEventListener("abort", restore);
  whenViewed(box, signal, () => report("Viewed"));
}
