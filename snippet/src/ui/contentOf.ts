/** What banner and popup show: picture, texts, countdown, coupon and link, each only where the content has one. */

import { countdown } from "./countdown";
import type { Drawing } from "./drawing";
import { button, element, type Child } from "./element";
import { safeUrl } from "./safeUrl";
import { wordsOf } from "./words";

/** Returns the picture, the block of text with `more` at its end, and the link over all where the link has no label. */
export function contentOf(drawing: Drawing, over: () => void, more?: Child): Child[] {
  const { decision, host } = drawing;
  const { title, body, compact, countdown: counts } = decision.content!;
  const short = innerWidth < 480 && compact;
  const endsAt = Date.parse(decision.ends_at!);
  const link = linkOf(drawing);
  const labelled = link?.textContent;
  const text = filled(
    "text",
    filled("title", short || title),
    filled("body", !short && body),
    counts && endsAt && countdown(endsAt, host.locale, over),
    filled("actions", coupon(drawing), labelled && link),
    more,
  );
  const image = picture(drawing);
  if (!text && !image) throw Error("nothing to draw");
  return [image, text, !labelled && link];
}

/** A block, unless it would be empty. */
function filled(part: string, ...children: Child[]): Child {
  const block = element("div", part, ...children);
  return block.firstChild && block;
}

function picture({ decision }: Drawing): Child {
  const image = decision.content!.image;
  const url = safeUrl(image?.url, /^https?:/);
  if (!url) return url;
  const drawn = element("img", "image");
  // The size before the address: the place is kept while the picture is under way.
  drawn.width = image!.width || 16;
  drawn.height = image!.height || 9;
  drawn.alt = image!.alt || "";
  drawn.src = url;
  return drawn;
}

function coupon({ decision, host }: Drawing): Child {
  if (!decision.coupon) return;
  const [, , label] = wordsOf(host.locale);
  const code = element("span", "code", decision.coupon);
  const copy = button("copy", label, () => {
    // Selected as well: where the browser does not let us, it is ready to be copied by hand.
    getSelection()!.selectAllChildren(code);
    navigator.clipboard?.writeText(decision.coupon!).then(
      () => (copy.textContent = label + " ✓"),
      () => {},
    );
  });
  copy.ariaLive = "polite";
  return element("div", "coupon", code, copy);
}

/** A plain link: the visitor is on the way at once, and the event leaves beside it. */
function linkOf({ decision, host, report }: Drawing): HTMLElement | undefined {
  const { cta, title, image } = decision.content!;
  const url = safeUrl(cta?.url);
  if (!url) return;
  const link = element("a", cta!.label ? "cta" : "bare", cta!.label);
  link.ariaLabel = cta!.label || title || image?.alt || url;
  link.href = url;
  // `click` is the first button and the keyboard, `auxclick` the middle one, which opens a tab.
  link.onclick = link.onauxclick = host.safely(({ button }: MouseEvent) => {
    if (button < 2) report("Clicked");
  });
  return link;
}
