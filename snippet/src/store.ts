/** The browser's storage, which may be blocked, full or forbidden before consent: then the page's memory stands in. */

const memory: Record<string, unknown> = {};
export let allowed = true;

/** What proves who somebody is ends with the tab: a shared computer does not keep it. */
const area = (key: string) => (key == TOKEN ? sessionStorage : localStorage);
export const TOKEN = "omni.token";

/** Before consent nothing is written and nothing is read; afterwards what memory holds is written. */
export function allowStorage(yes: boolean): void {
  allowed = yes;
  for (const key in memory) write(key, memory[key]);
}

export function read<T>(key: string): T | undefined {
  if (key in memory) return memory[key] as T;
  try {
    return allowed ? JSON.parse(area(key).getItem(key)!) || undefined : undefined;
  } catch {
    return undefined;
  }
}

/** Without a value the entry is removed. */
export function write(key: string, value?: unknown): void {
  memory[key] = value;
  try {
    if (allowed) {
      if (value) area(key).setItem(key, JSON.stringify(value));
      else area(key).removeItem(key);
      delete memory[key];
    }
  } catch {
    // Blocked or full: memory keeps it for this page.
  }
}

export function keys(prefix: string): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
}
