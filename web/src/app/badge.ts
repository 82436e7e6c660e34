import { useEffect } from 'react';

/** Shows in the tab how many things wait for a person: `(2) Jobs · Runs Center`, and a dot with the number on the icon. */
export function useTabBadge(place: string, waiting: number): void {
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${place} · Runs Center`;
    const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
    if (icon) icon.href = `data:image/svg+xml,${encodeURIComponent(drawing(waiting))}`;
  }, [place, waiting]);
}

function drawing(waiting: number): string {
  const badge =
    waiting === 0
      ? ''
      : `<circle cx="22" cy="10" r="10" fill="#d9480f"/><text x="22" y="15" font-family="sans-serif" font-size="14"
         font-weight="700" text-anchor="middle" fill="#fff">${waiting > 9 ? '9+' : waiting}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0d5c6b"/>
    <path d="M8.5 9v10.5a4 4 0 0 0 4 4h8" fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/>
    <circle cx="8.5" cy="8.5" r="3" fill="#fff"/><circle cx="23" cy="23.5" r="3" fill="#fff"/>${badge}</svg>`;
}
