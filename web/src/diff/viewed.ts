// Which files of a diff someone has looked at, in this browser. A file whose change is another one is new again.
import { useState } from 'react';
import type { DiffFile } from './diffApi';

const place = 'logist.viewed';
const most = 2000;

/** The ticks of these files, and how to set one. */
export function useViewed(
  attempt: string,
): [isViewed: (file: DiffFile) => boolean, set: (file: DiffFile, viewed: boolean) => void] {
  const [keys, setKeys] = useState(read);
  const key = (file: DiffFile) => `${attempt}:${file.path}:${hash(file.patch ?? `${file.additions},${file.deletions}`)}`;
  return [
    (file) => keys.includes(key(file)),
    (file, viewed) => {
      const next = [...read().filter((one) => one !== key(file)), ...(viewed ? [key(file)] : [])].slice(-most);
      localStorage.setItem(place, JSON.stringify(next));
      setKeys(next);
    },
  ];
}

function read(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

function hash(text: string): string {
  let sum = 5381;
  for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 33) ^ text.charCodeAt(i)) >>> 0;
  return sum.toString(36);
}
