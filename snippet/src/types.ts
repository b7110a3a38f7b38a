/** The shapes that travel: what the server answers and what an event is. Types only, so that both bundles may import them. */

export type Data = Record<string, unknown>;

export interface Content {
  title?: string;
  body?: string;
  /** The short form for narrow screens, shown instead of title and body. */
  compact?: string;
  image?: { url: string; alt?: string; width?: number; height?: number };
  cta?: { label?: string; url?: string };
  countdown?: boolean;
  data?: Data;
}

/** When a popup opens; without a trigger at once. `after` and `idle` are seconds, `scroll` is a share of the page (0..1). */
export interface Trigger {
  after?: number;
  idle?: number;
  scroll?: number;
  exit?: boolean;
  event?: string;
}

export interface Decision {
  placement: string;
  campaign: string | null;
  reason: string;
  id?: string;
  variant?: string;
  kind?: string;
  ends_at?: string;
  show_before?: string;
  coupon?: string;
  content?: Content;
  trigger?: Trigger;
  size?: [number, number];
  promotes?: string[];
}

/** One message of the Segment spec, as it is sent. */
export interface Message {
  type: string;
  messageId: string;
  anonymousId: string;
  userId?: string;
  timestamp: string;
  context: Data;
  [key: string]: unknown;
}

/** A call of the page: what was called, with what, when and where. The stub writes the same tuple. */
export type Call = [
  method: string,
  args: ArrayLike<unknown>,
  at: number,
  href: string,
  title: string,
  settle?: (value: unknown) => void,
];

/** What the drawing chunk may do to the core. */
export interface Host {
  locale: string;
  track(event: string, properties: Data): void;
  emit(name: string, detail: unknown): void;
  on(name: string, listener: (detail: never) => void): void;
  /** Is a checkout under way in this browser, by its events? */
  inCheckout(now: number): boolean;
  safely<A extends unknown[], R>(work: (...args: A) => R): (...args: A) => R | undefined;
}

/** What the core may do to the drawing chunk. */
export interface Ui {
  show(decisions: Decision[], slotsOf: (placement: string) => HTMLElement[], host: Host): void;
}
