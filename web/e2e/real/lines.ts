import type { Locator } from '@playwright/test';

/** Every line of a log as the page shows it while someone scrolls from its top to its end; only non-empty lines can be read. */
export function shownLines(log: Locator): Promise<string[]> {
  return log.evaluate(async (box) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const found: string[] = [];
    const read = () => {
      let complete = true;
      for (const line of box.querySelectorAll<HTMLElement>('[data-line]')) {
        const text = line.lastElementChild?.textContent ?? '';
        const number = Number(line.dataset.line);
        if (text === '') complete = false;
        else if ((found[number] ??= text) !== text)
          throw new Error(`line ${number + 1} changed from ${found[number]} to ${text}`);
      }
      return complete;
    };
    for (let top = 0; ; top += box.clientHeight / 2) {
      box.scrollTop = top;
      do await frame();
      while (!read());
      if (top >= box.scrollHeight - box.clientHeight) return found;
    }
  });
}
