// Which diffs someone opened while they were asked to approve them, in this browser.
import { useEffect } from 'react';
import { kept } from '../shared/kept';

const most = 500;
const store = kept('logist.opened', (found): readonly string[] => (Array.isArray(found) ? found.map(String) : []));

export const useOpened = store.use;

/** Notes that what this review is about is in sight; null: nothing is. */
export function useNoteOpened(review: string | null): void {
  useEffect(() => {
    if (review !== null && !store.get().includes(review)) store.put([...store.get(), review].slice(-most));
  }, [review]);
}
