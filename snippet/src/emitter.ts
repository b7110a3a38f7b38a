/** `omni.on('viewed', fn)`: the page's own code hears what happens. */

type Listener = (detail: never) => void;

const listeners: Record<string, Set<Listener>> = {};

const of = (name: string) => (listeners[name] ||= new Set());

export const on = (name: string, listener: Listener) => void of(name).add(listener);
export const off = (name: string, listener: Listener) => void of(name).delete(listener);

export function emit(name: string, detail: unknown): void {
  for (const listener of of(name)) {
    try {
      listener(detail as never);
    } catch (fault) {
      // A page's own listener failed. It hears of it as `error`, except from a failing `error` listener: that would never end.
      if (name != "error") emit("error", fault);
    }
  }
}
