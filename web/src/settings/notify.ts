// Notes on the desktop: only for who asked for them, and only while nobody looks at the page.
import { changeSettings, getSettings } from './settings';

export const canNotify = (): boolean => 'Notification' in window;

/** Turns notes on, if the browser lets it. */
export async function askToNotify(): Promise<boolean> {
  const allowed = (await Notification.requestPermission()) === 'granted';
  changeSettings({ notify: allowed });
  return allowed;
}

export function notify(text: string, job: string): void {
  if (!getSettings().notify || !document.hidden || !canNotify() || Notification.permission !== 'granted') return;
  // The tag makes the desktop show one note per job, also when several tabs are open.
  const note = new Notification('Runs Center', { body: text, tag: job });
  note.onclick = () => window.focus();
}
