/** A popup: the browser's own modal dialog, which brings Escape, the focus and the inert page behind it. */

import { contentOf } from "./contentOf";
import type { Drawing } from "./drawing";
import { button, element, type Child } from "./element";
import { isGuardedPath } from "./guardedPath";
import { sheet } from "./sheet";
import { whenViewed } from "./whenViewed";
import { wordsOf } from "./words";

export function popup(drawing: Drawing): void {
  const { decision, host, report, signal } = drawing;
  const guarded = () => isGuardedPath(location.pathname) || host.inCheckout(Date.now());
  const past = (time?: string) => Date.parse(time!) <= Date.now();
  const on = (selector: string) => document.querySelector(selector);
  if (signal.aborted || on("omni-popup") || guarded() || past(decision.show_before) || past(decision.ends_at)) return;
  // Never under the fingers of somebody who writes, nor over a dialog of the shop: later, when that is done.
  if (on(":is(input,textarea,select,[contenteditable]):focus,dialog:modal")) {
    setTimeout(host.safely(popup), 500, drawing);
    return;
  }

  const dismiss = (more?: Record<string, unknown>) => {
    report("Dismissed", more);
    close();
  };
  const [closeLabel, ownedLabel] = wordsOf(host.locale);
  const closer = button("close", "×", () => dismiss());
  closer.ariaLabel = closeLabel;
  const close = () => {
    dialog.close();
    frame.remove();
  };
  const content = contentOf(drawing, close, owned());
  const dialog = element("dialog", "omni popup", closer, element("div", "scroll", ...content));
  const { title, body, image } = decision.content!;
  dialog.ariaLabel = (title || body || image?.alt)!;
  dialog.tabIndex = -1;
  dialog.oncancel = () => dismiss();
  dialog.onclick = (event) => event.target == dialog && dismiss();
  signal.addEventListener("abort", close);
  host.on("event", (() => guarded() && close()) as never);

  const frame = document.createElement("omni-popup");
  const root = frame.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  root.append(dialog);
  document.body.append(frame);
  dialog.showModal();
  // The dialog itself takes the focus, so that a screen reader tells its name and text before any button.
  dialog.focus();
  whenViewed(dialog, signal, () => report("Viewed"));

  /** "I already have this", on an offer of something that can be owned. The claim silences the offer and opens nothing. */
  function owned(): Child {
    const promoted = (decision.promotes || []).filter((name) => /^(membership|product):/.test(name));
    return (
      promoted[0] &&
      button("owned", ownedLabel, () => {
        for (const name of promoted)
          if (name[0] == "p") dismiss({ reason: "owned" });
          else host.track("Membership Started", { membership: name.slice(11), method: "claimed" });
        close();
      })
    );
  }
}
