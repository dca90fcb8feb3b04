// The course: a list of lessons, and the one that is open.

import { h } from "../../../../reports/web/src/dom";
import { choose, chosen, onFragmentChange } from "../../../../reports/web/src/fragment";
import type { Session } from "../session";
import { lessonsOf, type Lesson } from "./lesson";
import { LessonSteps } from "./steps";

export function lessonSection(session: Session): HTMLElement {
  const lessons = lessonsOf(document.getElementById("lesson-data")?.textContent ?? "");
  if (lessons.length === 0) return h("p", {}, "This page was built without lessons.");
  const place = h("div", { class: "open-lesson" });
  let open: LessonSteps | null = null;
  const show = (lesson: Lesson) => {
    open?.leave();
    open = new LessonSteps(lesson, lesson.needs.map((name) => lessons.find((one) => one.name === name)?.title ?? name), session);
    place.replaceChildren(open.element);
  };
  const openAndGo = (lesson: Lesson) => {
    show(lesson);
    choose({ lesson: lesson.name });
    place.querySelector<HTMLElement>("#lesson-title")!.focus();
  };
  const linked = () => lessons.find(({ name }) => name === chosen("lesson"));
  const item = (lesson: Lesson) => h("li", {}, h("button", { type: "button", class: "lesson-title", click: () => openAndGo(lesson) }, lesson.title), h("span", { class: "help" }, ` ${lesson.minutes} min. ${lesson.teaches}`));
  const first = linked();
  if (first) show(first);
  onFragmentChange(() => {
    const lesson = linked();
    if (lesson) show(lesson);
  });
  return h("div", {}, h("p", { class: "help" }, "A course in the order of the list. Each lesson asks for a number before it shows one."), h("ol", { class: "lesson-list" }, ...lessons.map(item)), place);
}
