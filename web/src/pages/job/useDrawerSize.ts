import { useState, type CSSProperties, type KeyboardEvent, type PointerEvent } from 'react';

type Dock = 'right' | 'bottom';
interface Kept {
  dock: Dock;
  right: number;
  bottom: number;
}

const place = 'logist.drawer';
const least = 260;

/** How large the drawer is and where it stands: remembered by this browser, changed with the pointer or the arrow keys. */
export function useDrawerSize() {
  const [kept, setKept] = useState(read);
  const change = (next: Kept) => {
    localStorage.setItem(place, JSON.stringify(next));
    setKept(next);
  };
  const { dock } = kept;
  const resize = (size: number) => change({ ...kept, [dock]: Math.round(Math.max(least, size)) });

  return {
    dock,
    style: (dock === 'right' ? { width: kept.right } : { height: kept.bottom }) satisfies CSSProperties,
    toggleDock: () => change({ ...kept, dock: dock === 'right' ? 'bottom' : 'right' }),
    grip: {
      role: 'separator',
      'aria-label': 'Size of the step panel',
      'aria-orientation': dock === 'right' ? ('vertical' as const) : ('horizontal' as const),
      'aria-valuenow': kept[dock],
      'aria-valuemin': least,
      tabIndex: 0,
      onPointerDown: (event: PointerEvent<HTMLElement>) => event.currentTarget.setPointerCapture(event.pointerId),
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
        const box = event.currentTarget.parentElement?.getBoundingClientRect();
        if (box) resize(dock === 'right' ? box.right - event.clientX : box.bottom - event.clientY);
      },
      onKeyDown: (event: KeyboardEvent) => {
        const larger = dock === 'right' ? 'ArrowLeft' : 'ArrowUp';
        const smaller = dock === 'right' ? 'ArrowRight' : 'ArrowDown';
        if (event.key !== larger && event.key !== smaller) return;
        event.preventDefault();
        resize(kept[dock] + (event.key === larger ? 32 : -32));
      },
    },
  };
}

function read(): Kept {
  const start: Kept = { dock: 'right', right: 620, bottom: 380 };
  try {
    return { ...start, ...(JSON.parse(localStorage.getItem(place) ?? '{}') as Partial<Kept>) };
  } catch {
    return start;
  }
}
