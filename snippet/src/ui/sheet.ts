/** One constructed stylesheet for all drawings: strict CSP forbids `<style>`, and allows this. */

import css from "./ui.css";

export const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
