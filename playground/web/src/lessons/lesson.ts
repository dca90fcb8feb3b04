// A lesson as playground/lessons makes it: playground/lessons/format.md tells of every field.

import { percent } from "../../../../reports/web/src/format";
import { withValue, type Json } from "../scenario/pointer";
import { pretty } from "../scenario/pretty";
import type { Term } from "./term";

export interface Change {
  pointer: string;
  value: Json;
}

export interface Lesson {
  name: string;
  title: string;
  order: number;
  minutes: number;
  rails: boolean;
  needs: string[];
  teaches: string;
  sources: string[];
  scenario: { command: "run" | "train" | "cost"; text: string };
  predict: { question: string; unit?: string; answer?: number; shown?: string; close?: number };
  run: { text: string };
  explain: { text: string };
  change: { text: string; pointer: string; values: Json[]; shown: string[]; measures: { label: string }[]; cells: string[][] };
  question: { text: string; answer: string; changes: Change[] };
  surprise: string;
  terms: Term[];
}

export function lessonsOf(text: string): Lesson[] {
  return (JSON.parse(text || '{"lessons": []}') as { lessons: Lesson[] }).lessons;
}

export function changedText(lesson: Lesson, changes: Change[]): string {
  const document = JSON.parse(lesson.scenario.text) as Json;
  return pretty(changes.reduce((result, { pointer, value }) => withValue(result, pointer, value), document));
}

// A number as people type it: "9.98", "9,98", " 10 times", "1,000"; null if it is none.
export function guessOf(typed: string): number | null {
  const [, grouped] = /^\s*([+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?)(?![\d.,])/.exec(typed) ?? [];
  if (grouped !== undefined) return Number(grouped.replaceAll(",", ""));
  const [, number] = /^\s*([+-]?\d*[.,]?\d+(?:[eE][+-]?\d+)?)/.exec(typed) ?? [];
  return number === undefined ? null : Number(number.replace(",", "."));
}

// What is said to a guess, once it cannot be changed any more.
export function repliedTo(guess: number, { answer = 0, close = 0.1, shown = String(answer) }: Lesson["predict"], unit: string): string {
  const after = unit === "" ? "" : ` ${unit}`;
  const said = `You said ${guess}${after}; it is ${shown.endsWith(after) ? shown : shown + after}.`;
  if (Math.abs(guess - answer) <= close * Math.abs(answer)) return `${said} That is close.`;
  const factor = answer !== 0 && guess / answer > 0 ? Math.max(guess / answer, answer / guess) : null;
  if (factor === null) return `${said} That is not close.`;
  return factor < 1.15 ? `${said} You were off by ${percent(Math.abs(guess / answer - 1))}.` : `${said} You were off by a factor of ${factor < 10 ? factor.toPrecision(2) : Math.round(factor)}.`;
}
