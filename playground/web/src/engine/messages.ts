// What the page and the worker in which the engine runs tell each other.

export interface Question {
  number: number;
  command: string[]; // after the program's name
  stdin: string;
  files?: [string, Uint8Array][]; // that it names
}

export interface Answer<Output = string> {
  exitCode: number;
  stdout: Output;
  stderr: string;
}

// Bytes move to the page as they are; a long string would be copied twice.
export interface Reply {
  number: number;
  answer: Answer<Uint8Array<ArrayBuffer>>;
}

export const asText = (answer: Reply["answer"]): Answer => ({ ...answer, stdout: new TextDecoder().decode(answer.stdout) });
