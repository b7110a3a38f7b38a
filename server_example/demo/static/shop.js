/* The shop's own script: tells the snippet what forms do, sends a quantity when it changes, and opens the "why" drawer. */
(() => {
  "use strict";

  // A form (or one of its buttons) names the event it stands for; omni.track returns at once and never holds the form up.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const source = event.submitter?.dataset.track ? event.submitter : form;
    if (!source.dataset.track || !window.omni) return;
    const properties = JSON.parse(source.dataset.properties);
    const chosen = new FormData(form);
    if (source === form && chosen.get("quantity")) properties.quantity = Number(chosen.get("quantity"));
    if (chosen.get("size")) properties.variant = chosen.get("size");
    window.omni.track(source.dataset.track, properties);
  });

  for (const button of document.querySelectorAll("[data-hide-with-script]")) button.hidden = true;
  for (const input of document.querySelectorAll("[data-submit-on-change]"))
    input.addEventListener("change", () => input.form.requestSubmit());

  const drawer = document.querySelector("[data-why]");
  const part = (name) => drawer.querySelector(`[data-why-${name}]`);
  // Text only: what comes from the server is never markup.
  const make = (tag, className, ...children) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };

  const verdict = ({ campaign, reason, text }) =>
    make(
      "li",
      reason === "WON" ? "won" : "",
      make("p", "name", make("span", "", campaign), make("code", "", reason)),
      make("p", "text", text),
    );

  const list = (campaigns) => make("ol", "", ...campaigns.map(verdict));

  // All are there; those that could never stand in this place are folded away.
  const answered = ({ placement, campaigns }) => {
    const others = campaigns.filter(({ reason }) => reason === "NO_CREATIVE");
    const heard = campaigns.filter(({ reason }) => reason !== "NO_CREATIVE");
    const summary = make("summary", "", drawer.dataset.others.replace("{count}", others.length));
    return [
      make("h3", "", placement),
      heard.length ? list(heard) : make("p", "why__empty", drawer.dataset.empty),
      ...(others.length ? [make("details", "", summary, list(others))] : []),
    ];
  };

  async function ask() {
    part("answer").replaceChildren(make("p", "why__empty", drawer.dataset.asking));
    const query = new URLSearchParams({ path: location.pathname });
    const slots = document.querySelectorAll("[data-omni-placement]");
    for (const name of new Set([...slots].map((slot) => slot.dataset.omniPlacement))) query.append("placement", name);
    const answer = await fetch(`${drawer.dataset.why}?${query}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const { person, page, placements } = await answer.json();
    part("person").textContent = person;
    part("page").textContent = page;
    part("answer").replaceChildren(...placements.flatMap(answered));
  }

  document.querySelector("[data-why-open]").addEventListener("click", () => {
    drawer.showModal();
    ask().catch(() => part("answer").replaceChildren(make("p", "fault", drawer.dataset.failed)));
  });
  part("close").addEventListener("click", () => drawer.close());
  drawer.addEventListener("click", (event) => event.target === drawer && drawer.close());
})();
