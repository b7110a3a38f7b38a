import { emit } from "./emitter";

/** Wraps every door between us and the page: a fault of ours becomes the event `error`, never an exception in the shop's code. */
export const safely =
  <A extends unknown[], R>(work: (...args: A) => R) =>
  (...args: A): R | undefined => {
    try {
      return work(...args);
    } catch (fault) {
      emit("error", fault);
      return undefined;
    }
  };
