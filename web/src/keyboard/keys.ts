// The one listener for keys. A component says what a key of the map does while it is mounted; the youngest one wins.
import { useEffect, useEffectEvent } from 'react';
import { getSettings } from '../settings/settings';
import { keymap, type KeyId } from './keymap';

type Handler = (event: KeyboardEvent, stroke: string) => void;

const handlers: { id: KeyId; handler: Handler }[] = [];
const chordMs = 1200;
let begun: { stroke: string; at: number } | null = null;

export function useKey(id: KeyId, handler: Handler, enabled = true): void {
  const latest = useEffectEvent(handler);
  useEffect(() => {
    if (!enabled) return;
    const entry = { id, handler: (event: KeyboardEvent, stroke: string) => latest(event, stroke) };
    handlers.push(entry);
    return () => void handlers.splice(handlers.indexOf(entry), 1);
  }, [id, enabled]);
}

/** `Shift+R`, `mod+k`, `?`: a sign that needs Shift anyway (`?`) is written without it. */
export function strokeOf(event: KeyboardEvent): string {
  const mod = event.metaKey || event.ctrlKey ? 'mod+' : '';
  const shift = event.shiftKey && (event.key.length > 1 || /[a-z]/i.test(event.key)) ? 'Shift+' : '';
  const key = event.key.length === 1 && shift ? event.key.toUpperCase() : event.key;
  return mod + shift + key;
}

export function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.altKey || ['Shift', 'Control', 'Meta'].includes(event.key)) return;
  const stroke = strokeOf(event);
  const withModifier = stroke.startsWith('mod+');
  if (!withModifier && !hearsSingleKeys(event, stroke)) return;

  const chord = begun && event.timeStamp - begun.at < chordMs ? `${begun.stroke} ${stroke}` : null;
  begun = null;
  const found = (chord ? handlerOf(chord) : undefined) ?? handlerOf(stroke);
  if (found) {
    event.preventDefault();
    found(event, stroke);
  } else if (keymap.some((entry) => entry.keys.some((key) => key.startsWith(`${stroke} `)))) {
    begun = { stroke, at: event.timeStamp };
  }
}

function handlerOf(keys: string): Handler | undefined {
  const ids: KeyId[] = keymap.filter((entry) => (entry.keys as readonly string[]).includes(keys)).map((entry) => entry.id);
  return handlers.findLast(({ id }) => ids.includes(id))?.handler;
}

// Whoever types, or answers a dialog, must not move the page behind it. People can turn keys without a modifier off (WCAG 2.1.4);
// arrows, Enter and Escape are no characters and stay.
function hearsSingleKeys(event: KeyboardEvent, stroke: string): boolean {
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (target?.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true], [role=menu]'))
    return false;
  if (document.querySelector('[role=dialog][aria-modal=true]')) return false;
  if (stroke === 'Enter' && target?.closest('button, a, input')) return false;
  return event.key.length > 1 || getSettings().singleKeys;
}
