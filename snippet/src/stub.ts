/**
 * The inline stub: `window.omni` from the first moment, its calls kept with their time, address and title until omni.js comes.
 * If it never comes, promises settle after three seconds (`ready()` with false, `decide()` with []), so no page waits for us.
 */
((scope: any, queue: unknown[][]) => {
  if (scope.omni?.q) return;
  const omni: any = (scope.omni = { q: queue });
  for (const method of "track page identify group reset consent decide on off ready anonymousId".split(" "))
    omni[method] = (...args: unknown[]) =>
      new Promise((settle: (value: unknown) => void) => {
        queue.push([method, args, Date.now(), location.href, document.title, settle]);
        setTimeout(settle, 3000, method == "decide" ? [] : false);
      });
})(window, []);
