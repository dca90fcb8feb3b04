// What the loader has to say of a scenario: its own messages, and where in the text each belongs.

import { placeOf, placeOfColumn, type Place } from "./places";

export interface Fault {
  at: string; // a JSON pointer, or "line 3, column 7"; empty: of the whole
  message: string;
  isWarning: boolean;
}

// From what the program writes to its standard error: "lockstep: scenario.json: /model/width: must be ..."
export function faultsOf(stderr: string): Fault[] {
  const lines = stderr.split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    // What is said of the whole begins with its verb.
    const words = line.replace(/^lockstep: /, "").replace(/^scenario\.json: (?=is |must )/, "The scenario ").replace(/^scenario\.json: /, "");
    const [, at, message] = /^(\/.*?|line \d+, column \d+): (.*)$/.exec(words) ?? [null, "", words];
    const isWarning = message.startsWith("warning: ");
    return { at, message: isWarning ? message.slice("warning: ".length) : message, isWarning };
  });
}

export function placeOfFault(fault: { at: string }, text: string): Place | null {
  const [, line, column] = /^line (\d+), column (\d+)$/.exec(fault.at) ?? [];
  if (line !== undefined) return placeOfColumn(text, Number(line), Number(column));
  return fault.at === "" ? null : placeOf(text, fault.at);
}
