/**
 * Calls `seen` once: when half of the pixels (30 % if larger than 242,000 px²) were in view for one second in a visible tab.
 * An element that is taken away is out of view, and so never seen. `signal` ends the watch on the tab.
 */
export function whenViewed(target: Element, signal: AbortSignal, seen: () => void): void {
  let enough = false;
  let timer: ReturnType<typeof setTimeout>;
  const weigh = () => {
    clearTimeout(timer);
    if (enough && !document.hidden)
      timer = setTimeout(() => {
        observer.disconnect();
        enough = false;
        seen();
      }, 1000);
  };
  const observer = new IntersectionObserver(
    (entries) => {
      const { intersectionRatio, boundingClientRect } = entries.pop()!;
      const large = boundingClientRect.width * boundingClientRect.height > 242_000;
      const now = intersectionRatio >= (large ? 0.3 : 0.5);
      if (now != enough) {
        enough = now;
        weigh();
      }
    },
    { threshold: [0.3, 0.5] },
  );
  observer.observe(target);
  document.addEventListener("visibilitychange", weigh, { signal });
}
