/**
 * Why a box was stopped, or is about to be, in words that follow the fact.
 *
 * @module
 */

import type { Notes } from "../spec/notes.ts";

/** Of one that was stopped. */
export const WHY_STOPPED: Readonly<Record<Notes["box-was-stopped"]["why"], string>> = {
  asked: "",
  idle: ", as its session was idle (box.idle_timeout)",
  duration: ", as its time was up (box.max_duration)",
};

/** Of one that goes on for a while. */
export const WHY_STOPS: Readonly<Record<Notes["stops-soon"]["why"], string>> = {
  idle: ", as its session is idle (box.idle_timeout)",
  duration: ", as its time is up then (box.max_duration)",
};
