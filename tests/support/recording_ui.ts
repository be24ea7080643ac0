/** A {@link Ui} for tests: it keeps what it hears, and gives the answers it was given. */

import { noteLines } from "../../lib/commands/terminal_ui.ts";
import type { Choice, Note, Progress, Question, Ui } from "../../lib/spec/ui.ts";

/** Records notes, steps and questions. */
export class RecordingUi implements Ui {
  attended = false;
  readonly notes: Note[] = [];
  readonly steps: string[] = [];
  readonly questions: Question[] = [];
  readonly choices: Choice[] = [];
  /** How often it was waited for somebody to read. */
  acknowledged = 0;

  /** `yes`: the answer to every question. */
  constructor(public yes: boolean = false) {}

  note(note: Note): void {
    this.notes.push(note);
  }

  progress(): Progress {
    const keep = (text: string) => void this.steps.push(text);
    return { step: keep, output: () => {}, done: keep, stop: () => {} };
  }

  confirm(question: Question): Promise<boolean> {
    this.questions.push(question);
    return Promise.resolve(this.yes);
  }

  acknowledge(): Promise<void> {
    this.acknowledged++;
    return Promise.resolve();
  }

  choose<T extends string>(choice: Choice<T>): Promise<T | undefined> {
    this.choices.push(choice);
    return Promise.resolve(choice.answers[0]?.[0]);
  }

  /** The codes of all notes. */
  get codes(): string[] {
    return this.notes.map(({ code }) => code);
  }

  /** All notes in words, as the command line shows them without colour. */
  get text(): string {
    return this.notes.map((note) =>
      `${note.level === "warning" ? "Warning: " : ""}${noteLines(note).join("\n  ")}\n`
    ).join("");
  }

  /** What is noted while `use` runs, in words. */
  async during(use: () => Promise<unknown>): Promise<string> {
    const before = this.text.length;
    await use();
    return this.text.slice(before);
  }
}
