const two = (n: number): string => String(n).padStart(2, '0');

/** `2026-12-01 14:30`, in the time of this computer. */
export function momentText(iso: string): string {
  const at = new Date(iso);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}
