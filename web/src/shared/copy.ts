import { toast } from './toasts';

/** Copies, and says so. Without clipboard access (plain http from elsewhere) the text is shown to be copied by hand. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast('ok', `${what} copied`, { detail: text });
  } catch {
    toast('info', 'Copy this by hand', { detail: text });
  }
}
