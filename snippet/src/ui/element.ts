/** Elements are made one by one: a text is text, markup in it never comes to life. */

export type Child = Node | string | undefined | null | false | number;

/** Makes `<tag class=part part=part>`; the shop styles it by `::part(part)`. Absent children are left out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  part: string,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.setAttribute("part", (made.className = part));
  made.append(...(children.filter(Boolean) as Node[]));
  return made;
}

export function button(part: string, label: string, press: () => void): HTMLButtonElement {
  const made = element("button", part, label);
  made.type = "button";
  made.onclick = press;
  return made;
}
