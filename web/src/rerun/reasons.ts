// Reasons given lately in this browser, to give again.
const place = 'logist.reasons';
const most = 6;

export function recentReasons(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

export function rememberReason(reason: string): void {
  localStorage.setItem(place, JSON.stringify([reason, ...recentReasons().filter((one) => one !== reason)].slice(0, most)));
}
