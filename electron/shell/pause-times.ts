const MINUTE_MS = 60_000;
const MORNING = 8;

export interface PauseChoice {
  readonly id: string;
  readonly label: string;
  /** `null`: until the person resumes. */
  readonly until: string | null;
}

/** For how long a person can pause. Tomorrow is the next morning by the calendar of this computer. */
export function pauseChoices(now: number): readonly PauseChoice[] {
  const at = new Date(now);
  const tomorrow = new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1, MORNING);
  const after = (minutes: number): string => new Date(now + minutes * MINUTE_MS).toISOString();
  return [
    { id: 'pause-15', label: 'For 15 minutes', until: after(15) },
    { id: 'pause-60', label: 'For 1 hour', until: after(60) },
    { id: 'pause-tomorrow', label: 'Until tomorrow 08:00', until: tomorrow.toISOString() },
    { id: 'pause-open', label: 'Until I resume', until: null },
  ];
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const two = (n: number): string => String(n).padStart(2, '0');

/** `14:00`, `tomorrow 08:00`, `Friday 08:00`, for a time that is still to come. */
export function untilText(iso: string, now: number): string {
  const at = new Date(iso);
  const today = new Date(now);
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  const day = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const days = Math.round((day(at) - day(today)) / (24 * 60 * MINUTE_MS));
  if (days <= 0) return clock;
  return days === 1 ? `tomorrow ${clock}` : `${DAYS[at.getDay()] ?? ''} ${clock}`;
}
