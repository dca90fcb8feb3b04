// What the page and the worker in which the engine runs tell each other.

export interface Question {
  number: number;
  command: string[]; // after the program's name
  stdin: string;
  files?: [string, Uint8Array][]; // that it names
}

export interface Answer {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface Reply {
  number: number;
  answer: Answer;
}
