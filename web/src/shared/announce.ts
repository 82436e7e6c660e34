// One polite live region for the whole page. Texts are gathered for three seconds: a voice that never stops helps nobody.
const gatherMs = 3000;
const mostSpoken = 2;
let region: HTMLElement | null = null;
let waiting: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

export function announce(text: string): void {
  if (!waiting.includes(text)) waiting.push(text);
  timer ??= setTimeout(speak, gatherMs);
}

/** The element that speaks; the frame gives it, once. */
export function setAnnouncer(element: HTMLElement | null): void {
  region = element;
}

function speak(): void {
  timer = undefined;
  const more = waiting.length - mostSpoken;
  if (region) region.textContent = waiting.slice(0, mostSpoken).join('; ') + (more > 0 ? `; ${more} more events` : '');
  waiting = [];
}
