/** The demo saw something else than it tells. */
export class NotAsTold extends Error {
  readonly detail: string;

  constructor(message: string, detail = '') {
    super(message);
    this.name = 'NotAsTold';
    this.detail = detail.trim();
  }
}

export function told(holds: boolean, what: string, detail = ''): void {
  if (!holds) throw new NotAsTold(`This is not as the demo tells it: ${what}`, detail);
}
