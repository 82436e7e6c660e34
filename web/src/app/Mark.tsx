/** The sign: a step that leads on, and one that is being decided. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="mark-sign">
      <rect width="32" height="32" rx="7" fill="#0d5c6b" />
      <path d="M8.5 9v10.5a4 4 0 0 0 4 4h8" fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round" />
      <circle cx="8.5" cy="8.5" r="3" fill="#fff" />
      <circle cx="23" cy="23.5" r="3" fill="#fff" />
      <circle cx="19" cy="12" r="3" fill="#7fd4e0" />
    </svg>
  );
}
