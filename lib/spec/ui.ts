/**
 * How code below the commands speaks: notes as data, progress, questions, and events. Nothing but the command line's own code
 * prints; a library call or a server puts something else in the place of the terminal.
 *
 * @module
 */

import type { Notes } from "./notes.ts";

/** How much a note matters. */
export type NoteLevel = "info" | "success" | "warning" | "error";

/** The progress of one piece of work. */
export interface Progress {
  /** The next step begins. */
  step(text: string): void;
  /** A child's output; its last line is shown beside the step, where there is somewhere to show it. */
  output(text: string): void;
  /** It is done; `text` stays. */
  done(text: string): void;
  /** Removes the live line, for an error or a question. */
  stop(): void;
}

/** A question with yes or no. */
export interface Question {
  /** The question itself. */
  readonly text: string;
  /** Lines that explain what will happen. */
  readonly details?: readonly string[];
  /** The whole word "yes" is the only yes: for what cannot be undone. */
  readonly careful?: boolean;
}

/** A question with a few answers, each with its meaning; the first is the default. */
export interface Choice<T extends string = string> {
  /** The question itself. */
  readonly text: string;
  /** The answers, each with its meaning. */
  readonly answers: readonly (readonly [word: T, meaning: string])[];
}

/** A note: what happened, as data. Its words are in `lib/commands/notes.ts`. */
export type Note = {
  readonly [Code in keyof Notes]: {
    readonly level: NoteLevel;
    readonly code: Code;
    readonly values: Notes[Code];
  };
}[keyof Notes];

/** Where notes, progress and questions go. */
export interface Ui {
  /** Whether a person is there: what can as well be an error is asked only then. */
  readonly attended: boolean;
  /** Takes a note. */
  note(note: Note): void;
  /** Begins to show the progress of one piece of work. */
  progress(): Progress;
  /** False where nobody can answer. */
  confirm(question: Question): Promise<boolean>;
  /** Waits until the user has read what was noted, as what follows covers it. At once where nobody is there. Throws `aborted`. */
  acknowledge(): Promise<void>;
  /** `undefined` for an answer that is none of them, and the default where nobody is asked. */
  choose<T extends string>(choice: Choice<T>): Promise<T | undefined>;
}

/** A note in fewer words. */
export function info<C extends keyof Notes>(ui: Ui, code: C, values: Notes[C]): void {
  ui.note({ level: "info", code, values } as Note);
}

/** A note about something that went wrong but stops nothing. */
export function warning<C extends keyof Notes>(ui: Ui, code: C, values: Notes[C]): void {
  ui.note({ level: "warning", code, values } as Note);
}

/** A note about something that went well. */
export function success<C extends keyof Notes>(ui: Ui, code: C, values: Notes[C]): void {
  ui.note({ level: "success", code, values } as Note);
}

/** A note about something that failed while the rest goes on. */
export function failure(ui: Ui, error: unknown): void {
  ui.note({ level: "error", code: "failed", values: { error } });
}

/** Says nothing, answers no, and chooses the default. */
export const silentUi: Ui = {
  attended: false,
  note: () => {},
  progress: () => ({ step: () => {}, output: () => {}, done: () => {}, stop: () => {} }),
  confirm: () => Promise.resolve(false),
  acknowledge: () => Promise.resolve(),
  choose: ({ answers }) => Promise.resolve(answers[0]?.[0]),
};

/** Something that happened to a box: for records, streams and dashboards. */
export interface BoxEvent {
  /** What happened. */
  readonly kind:
    | "launched"
    | "joined"
    | "called"
    | "delivered"
    | "collected"
    | "ended"
    | "network"
    | "reported"
    | "snapshot"
    | "service-failed"
    | "quarantined"
    | "stopped";
  /** The box's id. */
  readonly box: string;
  /** The run, where there is one. */
  readonly run?: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** What else is known; never a secret. */
  readonly data?: Readonly<Record<string, string | number | boolean>>;
}

/** Takes events. Must not throw. */
export type EventSink = (event: BoxEvent) => void;
