// Light or dark: as the system has it, or as the button says.

import { h } from "./dom";

const listeners = new Map<string, () => void>();

// For what paints its colours itself; one listener a name.
export function onThemeChange(name: string, listener: () => void): void {
  listeners.set(name, listener);
}

function changed(): void {
  for (const listener of listeners.values()) listener();
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
matchMedia("print").addEventListener("change", changed);

function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

export function themeButton(): HTMLElement {
  const button = h("button", { type: "button", id: "theme" });
  const name = () => (button.textContent = isDark() ? "Light" : "Dark");
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    name();
    changed();
  });
  name();
  return button;
}
