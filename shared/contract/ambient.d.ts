/** zod's types name it; nothing in `shared/` uses it. */
interface URL {
  readonly href: string;
}
